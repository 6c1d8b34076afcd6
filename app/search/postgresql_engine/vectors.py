"""Words as PostgreSQL takes them: literals of `tsvector` and `tsquery`, past every parser and dictionary."""

from collections.abc import Iterable, Iterator

from app.search.columns.words import GAP, Words

STEM, TITLE, TITLE_STEM, OFTEN, STEM_OFTEN = "s", "t", "u", "o", "p"
"""What a lexeme of the second vector says of its token."""
_LAST_PLACE = 16_000  # PostgreSQL counts places up to 16,383
_MOST_PLACES = 200  # and keeps 255 of one lexeme
_LARGEST = 900_000  # and takes a vector of at most 1 MB; what is beyond is not found by its words
_ROOM = 8  # bytes that a lexeme takes besides its letters


def in_order(words: Words) -> str:
    """The exact tokens with their places, title first; no phrase runs from it into the text."""
    places: dict[str, list[int]] = {}
    size = 0
    for place, token in enumerate((*words.title, GAP, *words.body), 1):
        known = places.get(token)
        if known is None:
            size += _size(token)
            if size > _LARGEST or token == GAP:
                continue
            places[token] = [min(place, _LAST_PLACE)]
        elif place < _LAST_PLACE and len(known) < _MOST_PLACES:
            known.append(place)
    return " ".join(f"{_quoted(token)}:{','.join(map(str, known))}" for token, known in places.items())


def by_form(words: Words) -> str:
    """Everything else that is looked up, each as a lexeme that begins with its letter."""
    forms = (
        (STEM, words.stem),
        (TITLE, words.title),
        (TITLE_STEM, words.title_stem),
        (OFTEN, words.often),
        (STEM_OFTEN, words.stem_often),
    )
    lexemes = dict.fromkeys(letter + token for letter, tokens in forms for token in tokens if token != GAP)
    return " ".join(_quoted(lexeme) for lexeme in _small_enough(lexemes))


def phrase(tokens: Iterable[str], *, is_prefix: bool = False) -> str:
    """Tokens that follow each other; a prefix is alone."""
    return " <-> ".join(_quoted(token) for token in tokens) + (":*" if is_prefix else "")


def form(letter: str, tokens: Iterable[str], *, is_prefix: bool = False) -> str:
    """Tokens of one form, all of them."""
    return " & ".join(_quoted(letter + token) + (":*" if is_prefix else "") for token in tokens)


def _small_enough(lexemes: Iterable[str]) -> Iterator[str]:
    size = 0
    for lexeme in lexemes:
        size += _size(lexeme)
        if size > _LARGEST:
            return
        yield lexeme


def _size(token: str) -> int:
    return _ROOM + (len(token) if token.isascii() else len(token.encode()))


def _quoted(token: str) -> str:
    if "'" in token or "\\" in token:
        token = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{token}'"
