"""What an engine does, whichever it is: keep documents made of tokens, and find them again.

An engine knows neither languages nor rights nor HTML: analysis, excerpts and the re-check of permissions
stay outside, so that every engine finds the same things. One contract suite runs on all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Protocol, Self, TypeAlias

LABELS = ("kind", "lang", "space", "author", "tag", "mark")
"""What is filtered by its values; each is a field of `Filters`."""
FACETS = ("kind", "lang", "space", "tag", "author", "year", "mark")
"""What is counted. `year` is that of `Document.date`, and its own filters are `Filters.since` and `Filters.before`."""
MOST_VALUES = 50
"""Of a facet the commonest values are counted; nobody reads more."""
NOBODY: frozenset[str] = frozenset()


class Field(StrEnum):
    """The two readings of a text that an engine keeps."""

    EXACT = "exact"
    STEM = "stem"


class Sort(StrEnum):
    """The order of the hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    ACTIVE = "active"


def key_of(kind: str, subject_id: int) -> str:
    """The name of a document in the index, `topic:12`."""
    return f"{kind}:{subject_id}"


@dataclass(frozen=True, slots=True)
class Document:
    """One subject as the index keeps it: tokens and labels, no text.

    `visibility` holds the tokens of those who may see it; `revision` differs with every change that matters;
    `active` is the moment of its last activity, which is `date` where a kind has none; `marks` are its states, such
    as "open".
    """

    kind: str
    id: int
    revision: int
    lang: str
    date: datetime
    active: datetime
    visibility: frozenset[str]
    title_exact: tuple[str, ...] = ()
    title_stems: tuple[str, ...] = ()
    body_exact: tuple[str, ...] = ()
    body_stems: tuple[str, ...] = ()
    space: str = ""
    author: str = ""
    tags: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return key_of(self.kind, self.id)

    def labels(self) -> dict[str, tuple[str, ...]]:
        """Its values of every label, of the facet `year` and of visibility."""
        single = {"kind": self.kind, "lang": self.lang, "space": self.space, "author": self.author}
        return {name: (value,) if value else () for name, value in single.items()} | {
            "tag": tuple(sorted(self.tags)),
            "mark": tuple(sorted(self.marks)),
            "year": (str(self.date.astimezone(UTC).year),),
            "visibility": tuple(sorted(self.visibility)),
        }


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring tokens of one field, in order; a run of one is a plain word.

    A prefix has one token and finds every token that begins so.
    """

    field: Field
    tokens: tuple[str, ...]
    weight: float = 1.0
    is_prefix: bool = False


Alternatives: TypeAlias = tuple[Run, ...]
"""Ways of saying one thing: a document that holds any of them holds the thing."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Labels a document must carry: any of the values of each set that is not empty.

    `since` and `before` are days in UTC, of `Document.date`; the day `before` itself is left out.
    """

    kind: frozenset[str] = frozenset()
    lang: frozenset[str] = frozenset()
    space: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    tag: frozenset[str] = frozenset()
    mark: frozenset[str] = frozenset()
    since: date | None = None
    before: date | None = None

    def labels(self) -> dict[str, frozenset[str]]:
        """The labels asked for, by name; those of which any value will do are absent."""
        asked: dict[str, frozenset[str]] = {name: getattr(self, name) for name in LABELS}
        return {name: values for name, values in asked.items() if values}

    def seconds(self) -> tuple[int | None, int | None] | None:
        """The span of dates in seconds, half open; None where none was asked for."""
        if self.since is None and self.before is None:
            return None
        return _midnight(self.since), _midnight(self.before)


def _midnight(day: date | None) -> int | None:
    return None if day is None else int(datetime.combine(day, time(), UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Lift:
    """By how much the score of what carries a label is multiplied."""

    name: str
    value: str
    factor: float


@dataclass(frozen=True, slots=True)
class Query:
    """What to find, for whom.

    Every group of `required` must be present; where few documents hold them all, those that hold most of them follow,
    and when none does, documents that hold some are ranked instead (`app.search.breadth`). `bonus` only lifts the
    score. `without` removes what holds one of its groups, `unwanted` what carries any of its labels or is of its span
    of dates. `unseen` are keys to leave out whatever the index says, `besides` keys that are found whatever they hold.
    Without any required group, every document that passes the filters is found.
    """

    required: tuple[Alternatives, ...] = ()
    bonus: Alternatives = ()
    without: tuple[Alternatives, ...] = ()
    filters: Filters = field(default_factory=Filters)
    unwanted: Filters = field(default_factory=Filters)
    lifts: tuple[Lift, ...] = ()
    visibility: frozenset[str] = NOBODY
    unseen: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()
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

    `facets` counts, for each of FACETS, the documents per value as if that facet itself were not filtered; at most
    MOST_VALUES of them, the commonest first.
    `relaxed` says that no document held every word, so those with some of them are shown.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    relaxed: bool = False


def commonest(counts: Mapping[str, int]) -> dict[str, int]:
    """The values of a facet that are shown, the commonest first, those alike in order of their names."""
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {value: count for value, count in found[:MOST_VALUES] if count}


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
        """Figures of the latest commit; the generation is empty where there is no index."""

    def optimise(self) -> None:
        """Put in order what many small commits left; called at night by the process that writes."""

    def close(self) -> None:
        """Let go of files and connections; whatever is asked next opens them again."""

    def draft(self) -> Self:
        """An index apart, to be filled and published; one left by an interrupted rebuild is taken up again."""

    def publish(self, draft: Self) -> None:
        """Put a draft in the place of the index that is searched. Searches never see anything between."""
