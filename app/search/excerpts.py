"""The few words of a text that show why it was found, safe to put in a page."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import combining, normalize

from markupsafe import Markup, escape

from app.search.analysis import read_words
from app.search.analysis.folding import fold
from app.search.engine import Field, Run

ABOUT = 220
"""Characters of an excerpt; it ends on word bounds, so it may be a little shorter."""

PASSAGE = 8_000
"""Characters of a long text that are looked at more closely."""

_LAP = 300  # two passages have so many characters in common, so that no place is cut in two
_ELLIPSIS = "…"
_LEAD = 40  # characters of context before the first mark


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    what: str


def highlighted(text: str, language: str | None, sought: Iterable[Run]) -> Markup:
    """The whole text, escaped, with `<mark>` round what was sought; for titles."""
    return _render(text, 0, len(text), _marks(text, language, sought))


def excerpt(text: str, language: str | None, sought: Iterable[Run], about: int = ABOUT) -> Markup:
    """The window of about that many characters with the most different words sought, highlighted.

    `text` is plain text in `language`; without any match the excerpt is its beginning.
    """
    flat = " ".join(text.split())
    marks = _marks(flat, language, sought)
    start, end = _window(flat, marks, about)
    shown = _render(flat, start, end, marks)
    return Markup("{}{}{}").format(_ELLIPSIS if start else "", shown, _ELLIPSIS if end < len(flat) else "")


def passage(text: str, sought: Iterable[Run], about: int = PASSAGE) -> str:
    """The part of a long text in which something sought first stands; its beginning where nothing does.

    Whole reports are attached: what is shown of one is looked for here, not in all of it.
    """
    if len(text) <= about:
        return text
    # A stem is part of its word as written, more often than not, and a miss only shows the beginning instead.
    needles = {fold(token) for run in sought for token in run.tokens[:1]}
    for start in range(0, len(text), about - _LAP):
        piece = text[start : start + about]
        bare = "".join(sign for sign in normalize("NFKD", piece.casefold()) if not combining(sign))
        if any(needle in bare for needle in needles):
            return piece
    return text[:about]


def _marks(text: str, language: str | None, sought: Iterable[Run]) -> list[_Mark]:
    """Where any form of what was sought stands, in reading order, without overlaps."""
    runs = list(sought)
    exact = {run.tokens[0] for run in runs if run.field is Field.EXACT and len(run.tokens) == 1 and not run.is_prefix}
    beginnings = tuple(run.tokens[0] for run in runs if run.is_prefix)
    stems = {run.tokens[0] for run in runs if run.field is Field.STEM}
    phrases = {run.tokens for run in runs if len(run.tokens) > 1}
    found = read_words(text, language)
    marks = [
        _Mark(word.start, word.end, forms.stem or forms.exact)
        for word, forms in found
        if forms.exact in exact or forms.stem in stems or forms.exact.startswith(beginnings)
    ]
    tokens = [forms.exact for _, forms in found]
    for phrase in phrases:
        size = len(phrase)
        places = (n for n, token in enumerate(tokens) if token == phrase[0] and tuple(tokens[n : n + size]) == phrase)
        marks += [_Mark(found[n][0].start, found[n + size - 1][0].end, " ".join(phrase)) for n in places]
    return _joined(sorted(marks, key=lambda mark: (mark.start, -mark.end)))


def _joined(marks: list[_Mark]) -> list[_Mark]:
    """Overlapping marks, such as the bigrams of a Chinese word, made one."""
    joined: list[_Mark] = []
    for mark in marks:
        if joined and mark.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = _Mark(last.start, max(last.end, mark.end), last.what)
        else:
            joined.append(mark)
    return joined


def _window(text: str, marks: list[_Mark], about: int) -> tuple[int, int]:
    if len(text) <= about:
        return 0, len(text)
    ends = [mark.end for mark in marks]

    def worth(first: int) -> tuple[int, int, int]:
        start = max(0, marks[first].start - _LEAD)
        inside = marks[first : bisect_left(ends, start + about + 1)]
        return len({mark.what for mark in inside}), len(inside), -first

    best = marks[max(range(len(marks)), key=worth)] if marks else None
    start = _begin(text, max(0, min(best.start - _LEAD, len(text) - about)), best.start) if best else 0
    return start, _finish(text, start, min(len(text), start + about), best.end if best else start)


def _begin(text: str, start: int, latest: int) -> int:
    """The first word that begins in `start` or after it, but not after `latest`."""
    if start == 0 or text[start - 1] == " ":
        return start
    space = text.find(" ", start, latest)
    return space + 1 if space >= 0 else start


def _finish(text: str, start: int, end: int, earliest: int) -> int:
    """The end of the last whole word before `end`; a word longer than the window is cut."""
    if end == len(text) or text[end] == " ":
        return end
    space = text.rfind(" ", max(start, earliest), end)
    return space if space > start else end


def _render(text: str, start: int, end: int, marks: list[_Mark]) -> Markup:
    parts: list[Markup] = []
    place = start
    for mark in marks:
        if mark.start < start or mark.end > end:
            continue
        parts += [escape(text[place : mark.start]), Markup("<mark>{}</mark>").format(text[mark.start : mark.end])]
        place = mark.end
    return Markup("").join([*parts, escape(text[place:end])])
