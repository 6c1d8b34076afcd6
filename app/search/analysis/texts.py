"""From a text to the tokens an engine stores, and from a typed word to the tokens it looks for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from app.search.analysis.folding import fold
from app.search.analysis.stems import stem
from app.search.analysis.stops import is_stop
from app.search.analysis.words import Word, chains, words

SYLLABIC = frozenset({"vi"})
"""Languages that write syllables apart: pairs of them are the words, and are indexed as such."""


@dataclass(frozen=True, slots=True)
class Forms:
    """A word as found whatever its spelling, and by its stem; an empty stem means a small word."""

    exact: str
    stem: str


class Read(NamedTuple):
    """A word as written, without its place, and both its forms."""

    text: str
    exact: str
    stem: str


@dataclass(frozen=True, slots=True)
class Analysed:
    """Tokens in reading order; the two lists need not be of equal length."""

    exact: tuple[str, ...]
    stems: tuple[str, ...]


def base_language(tag: str | None) -> str:
    """`pt` for `pt-BR`; an unknown language is the empty string, which is folded only."""
    return (tag or "").replace("_", "-").partition("-")[0].lower()


@lru_cache(maxsize=32_768)
def forms(word: str, language: str) -> Forms:
    """Both forms of one word in a base language; the exact form is empty when nothing readable is left."""
    folded = fold(word)
    return Forms(folded, "" if is_stop(word, language) else stem(word, language))


def readings(text: str, tag: str | None) -> Iterator[tuple[Word, Forms]]:
    """Each readable word with its place and its forms."""
    language = base_language(tag)
    for word in words(text):
        found = forms(word.text, language)
        if found.exact:
            yield word, found


@lru_cache(maxsize=256)
def read_words(text: str, tag: str | None) -> tuple[tuple[Word, Forms], ...]:
    """The same of a text that is shown: who narrows a search, or turns the page, is shown most of them again."""
    return tuple(readings(text, tag))


def read(text: str, tag: str | None) -> list[Read]:
    """The same words without their places, in a third of the time: all that the index and the counts need."""
    language = base_language(tag)
    return [word for chain in chains(text) for word in _read(chain, language)]


@lru_cache(maxsize=32_768)
def _read(chain: str, language: str) -> tuple[Read, ...]:
    return tuple(Read(word.text, found.exact, found.stem) for word, found in readings(chain, language))


def analyse(text: str, tag: str | None) -> Analysed:
    """The tokens of a text by its own language.

    >>> analyse("L'échange d'œuvres", "fr")
    Analysed(exact=('echange', 'oeuvres'), stems=('echang', 'oeuvr'))
    """
    return analysed(read(text, tag), tag)


def analysed(words_read: Iterable[Read | Forms], tag: str | None) -> Analysed:
    """The same of a text whose words were read."""
    found = list(words_read)
    stems = tuple([reading.stem for reading in found if reading.stem])
    exact = tuple([reading.exact for reading in found])
    if base_language(tag) in SYLLABIC:
        stems += syllable_pairs(exact)
    return Analysed(exact, stems)


def syllable_pairs(exact: tuple[str, ...]) -> tuple[str, ...]:
    """Neighbouring folded syllables as one token, `da nang`; the space keeps them apart from real words."""
    return tuple(f"{left} {right}" for left, right in pairwise(exact))
