"""Where the words of a text begin and end, in any script."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from app.search.analysis.folding import fold, is_ignorable


class Word(NamedTuple):
    """A word as written, and its place: `text[start:end]` is what the reader sees."""

    text: str
    start: int
    end: int


def _joining_marks() -> str:
    """Combining marks and invisible characters, as ranges for a character class.

    Python's `\\w` leaves them out, so vowelled Arabic and decomposed accents would fall apart.
    """
    last = 0x20000
    joined = ((code, unicodedata.category(chr(code))[0] == "M" or is_ignorable(chr(code))) for code in range(last))
    runs = [list(run) for joins, run in groupby(joined, key=lambda pair: pair[1]) if joins]
    return "".join(f"{chr(run[0][0])}-{chr(run[-1][0])}" for run in runs)


_APOSTROPHES = "'’ʼ‘＇"
_LETTERS = rf"[^\W_]+(?:[{_joining_marks()}][^\W_]*)*"
_WORD = re.compile(_LETTERS)
_CHAIN = re.compile(rf"{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS})*")
"""Words with one apostrophe between them."""
_SPACELESS = re.compile(
    "["
    "\u0e01-\u0e4e\u0e80-\u0edf\u1000-\u104f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"  # Japanese, Chinese
    "]+"
)
# What French, Italian, Portuguese, English and Dutch leave before or after an apostrophe.
_ELIDED = frozenset(
    {"c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu"}
    | {"dell", "all", "nell", "sull", "dall", "coll", "quell", "quest", "un", "gl", "anch", "com", "dov", "nessun"}
)
_CLITICS = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})
_ONE_WORD = {
    ("aujourd", "hui"), ("prud", "homme"), ("prud", "hommes"), ("quelqu", "un"), ("quelqu", "une"),
    ("presqu", "ile"), ("presqu", "iles"), ("entr", "aide"),
}  # fmt: skip


def words(text: str) -> Iterator[Word]:
    """The words in reading order, without elided articles; runs of scripts without spaces give bigrams."""
    has_runs = _SPACELESS.search(text) is not None
    for found in _CHAIN.finditer(text):
        for word in _parts(found.group(), found.start()):
            if has_runs:
                yield from _bigrams(word)
            else:
                yield word


def chains(text: str) -> list[str]:
    """What a text falls into at first: each chain gives the same `words` wherever it stands."""
    return _CHAIN.findall(text)


def _parts(chain: str, at: int) -> Sequence[Word]:
    if chain.isalnum():  # nearly all: neither an apostrophe nor a mark
        return (Word(chain, at, at + len(chain)),)
    parts = [Word(found.group(), at + found.start(), at + found.end()) for found in _WORD.finditer(chain)]
    return _without_elisions(parts) if len(parts) > 1 else parts


def _without_elisions(parts: list[Word]) -> list[Word]:
    """`l'école` is école, `Peter's` is Peter, `aujourd'hui` one word; a chain of nothing else stays whole."""
    folded = [fold(part.text) for part in parts]
    if tuple(folded[-2:]) in _ONE_WORD:  # also after an article: d'aujourd'hui
        left, right = parts[-2:]
        before = [part for part, said in zip(parts[:-2], folded, strict=False) if said not in _ELIDED]
        return [*before, Word(left.text + right.text, left.start, right.end)]
    final = len(parts) - 1
    kept = [
        part
        for index, part in enumerate(parts)
        if not (index < final and folded[index] in _ELIDED) and not (index and folded[index] in _CLITICS)
    ]
    return kept or parts


def _bigrams(word: Word) -> Iterator[Word]:
    if not _SPACELESS.search(word.text):
        yield word
        return
    position = 0
    for run in _SPACELESS.finditer(word.text):
        yield from _piece(word, position, run.start())
        letters = _clusters(word, run.start(), run.end())
        if len(letters) == 1:
            yield letters[0]
        for left, right in pairwise(letters):
            yield _piece_at(word, left.start, right.end)
        position = run.end()
    yield from _piece(word, position, len(word.text))


def _clusters(word: Word, begin: int, end: int) -> list[Word]:
    """The letters of a run, each with the marks that stand on it."""
    starts = [place for place in range(begin, end) if place == begin or not _is_mark(word.text[place])]
    return [_piece_at(word, word.start + a, word.start + b) for a, b in zip(starts, [*starts[1:], end], strict=True)]


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or is_ignorable(char)


def _piece(word: Word, begin: int, end: int) -> Iterator[Word]:
    if begin < end:
        yield _piece_at(word, word.start + begin, word.start + end)


def _piece_at(word: Word, start: int, end: int) -> Word:
    return Word(word.text[start - word.start : end - word.start], start, end)
