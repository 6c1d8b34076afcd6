"""The words of a document as the databases keep them: apart for the title, and once more where they are repeated."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.search.engine import Document

GAP = "\x1f"
"""Stands between texts that no phrase may join."""
TITLE_WEIGHT = 3
OFTEN = 2
"""From so many times on a token counts as repeated."""


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens of one document. `title` and `body` are in reading order; stems are a set of both."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    stem: tuple[str, ...]
    title_stem: tuple[str, ...]
    often: tuple[str, ...]
    stem_often: tuple[str, ...]


def words_of(document: Document) -> Words:
    """The words of a document."""
    stems = document.title_stems + document.body_stems
    return Words(
        title=document.title_exact,
        body=document.body_exact,
        stem=_once(stems),
        title_stem=_once(document.title_stems),
        often=_repeated(document.title_exact + document.body_exact),
        stem_often=_repeated(stems),
    )


def lengths_of(document: Document) -> tuple[int, int]:
    """Exact tokens and stems, those of the title as often as they count."""
    exact = TITLE_WEIGHT * len(document.title_exact) + len(document.body_exact)
    return exact, TITLE_WEIGHT * len(document.title_stems) + len(document.body_stems)


def _once(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(token for token in dict.fromkeys(tokens) if token != GAP)


def _repeated(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(token for token, times in Counter(tokens).items() if times >= OFTEN and token != GAP)
