"""What an engine does, whichever it is: keep documents made of tokens, and find them again.

An engine knows neither languages nor rights nor HTML: analysis, excerpts and the re-check of permissions
stay outside, so that every engine finds the same things. One contract suite runs on all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self, TypeAlias

FACETS = ("kind", "lang", "space")
NOBODY: frozenset[str] = frozenset()


class Field(StrEnum):
    """The two readings of a text that an engine keeps."""

    EXACT = "exact"
    STEM = "stem"


class Sort(StrEnum):
    """The order of the hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


def key_of(kind: str, subject_id: int) -> str:
    """The name of a document in the index, `topic:12`."""
    return f"{kind}:{subject_id}"


@dataclass(frozen=True, slots=True)
class Document:
    """One subject as the index keeps it: tokens and labels, no text.

    `visibility` holds the tokens of those who may see it; `revision` grows with every change that matters.
    """

    kind: str
    id: int
    revision: int
    lang: str
    date: datetime
    visibility: frozenset[str]
    title_exact: tuple[str, ...] = ()
    title_stems: tuple[str, ...] = ()
    body_exact: tuple[str, ...] = ()
    body_stems: tuple[str, ...] = ()
    space: str = ""
    author: str = ""
    tags: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return key_of(self.kind, self.id)


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring tokens of one field, in order; a run of one is a plain word."""

    field: Field
    tokens: tuple[str, ...]
    weight: float = 1.0


Alternatives: TypeAlias = tuple[Run, ...]
"""Ways of saying one thing: a document that holds any of them holds the thing."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Labels a document must carry: any of the values of each set that is not empty."""

    kind: frozenset[str] = frozenset()
    lang: frozenset[str] = frozenset()
    space: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    tag: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Query:
    """What to find, for whom.

    Every group of `required` must be present; when nothing holds them all, documents that hold some are
    ranked instead. `bonus` only lifts the score. `without` removes. `unseen` are keys to leave out whatever
    the index says. Without any required group, every document that passes the filters is found.
    """

    required: tuple[Alternatives, ...] = ()
    bonus: Alternatives = ()
    without: tuple[Alternatives, ...] = ()
    filters: Filters = field(default_factory=Filters)
    visibility: frozenset[str] = NOBODY
    unseen: frozenset[str] = frozenset()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; `score` compares hits of one result only."""

    key: str
    score: float

    @property
    def kind(self) -> str:
        return self.key.rpartition(":")[0]

    @property
    def id(self) -> int:
        return int(self.key.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class Result:
    """One page of hits.

    `facets` counts, for each of FACETS, the documents per value as if that facet itself were not filtered.
    `relaxed` says that no document held every word, so those with some of them are shown.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures for `beffroi doctor`; `generation` changes with every commit."""

    documents: int
    size: int
    generation: str


class Engine(Protocol):
    """An index that one process writes and any number read. Writing is buffered until `commit`."""

    def upsert(self, documents: Iterable[Document]) -> None:
        """Add documents, replacing those of the same key."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove documents; unknown keys are no error."""

    def commit(self) -> None:
        """Make what was buffered visible to every process."""

    def query(self, query: Query) -> Result:
        """Search the latest commit of any process."""

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of every document, to compare with the database."""

    def stats(self) -> Stats:
        """Figures of the latest commit."""

    def draft(self) -> Self:
        """An index apart, to be filled and published; one left by an interrupted rebuild is taken up again."""

    def publish(self, draft: Self) -> None:
        """Put a draft in the place of the index that is searched. Searches never see anything between."""
