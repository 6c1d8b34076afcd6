"""Reads the judged queries of `queries/`.

They are sought in the demonstration set, scale small. Every document that a reader of the query would be glad to land
on was graded from reading what was written by hand; the composed conversations around it count as not sought. The set
is changed when a judgement is wrong, never to make a figure better.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.core.i18n import INTERFACE

FOLDER = Path(__file__).parent
EXACT, GOOD, RELATED = 3, 2, 1
"""Grades: exactly what is sought, good to find too, about the same thing."""
KINDS = {
    "title": "words of the title, as they stand there",
    "body": "words of the text, of which the title knows nothing or little",
    "synonym": "other words for what the text says",
    "inflected": "words of the text in another form",
    "unaccented": "without accents, or with the letters that a hurried writer takes instead",
    "typo": "one letter wrong",
    "across": "a term of a vocabulary, for texts in other languages as well",
    "place": "the name of a place",
    "phrase": "words in this very order, between quotation marks",
}
"""How a query is put. All but the first go beyond the words of the title."""
TITLE = "title"


@dataclass(frozen=True)
class Wanted:
    """A message of a topic; the first one is found together with the title."""

    topic: str
    """The title, which no other topic bears."""
    number: int = 1


@dataclass(frozen=True)
class Judged:
    """A query with its grades; whatever is not named is not sought."""

    lang: str
    """The interface language of whoever asks."""
    text: str
    kind: str
    expected: dict[Wanted, int]


@cache
def titles() -> dict[str, str]:
    """Titles by the short names that the queries use."""
    found: dict[str, str] = tomllib.loads((FOLDER / "documents.toml").read_text())
    return found


@cache
def judged_queries() -> tuple[Judged, ...]:
    """Every query, language by language."""
    return tuple(query for lang in INTERFACE for query in _read(lang))


def _read(lang: str) -> list[Judged]:
    written = tomllib.loads((FOLDER / "queries" / f"{lang}.toml").read_text())["query"]
    return [
        Judged(lang, one["text"], one["kind"], {_wanted(name): grade for name, grade in one["expected"].items()})
        for one in written
    ]


def _wanted(name: str) -> Wanted:
    topic, _, number = name.partition("#")
    return Wanted(titles()[topic], int(number or 1))
