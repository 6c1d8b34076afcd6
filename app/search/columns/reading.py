"""What a database has to tell so that searches can be answered, and what it is given to keep."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.search.engine import Field, Run

Numbers: TypeAlias = NDArray[np.intp]
"""Numbers of documents or labels, as wide as numpy wants its indices."""


class Stale(Exception):
    """Another index has taken the place of the one that was read."""


class Asked(NamedTuple):
    """What is looked up: a run without its weight, and the last number already known."""

    field: Field
    tokens: tuple[str, ...]
    is_prefix: bool
    after: int = 0


class Holding(NamedTuple):
    """Ascending numbers of the documents that hold a run, of those that hold it in the title, and more than once."""

    anywhere: Numbers
    title: Numbers
    often: Numbers


class Row(NamedTuple):
    """A document without its words. Moments are in seconds, `labels` the ids of labels as 32-bit integers."""

    number: int
    subject: int
    date: int
    active: int
    exact_length: int
    stem_length: int
    labels: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an index has been read."""

    generation: int = -1
    number: int = 0
    label: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What came after a mark; `gone` are numbers of documents removed or replaced."""

    mark: Mark
    labels: Sequence[tuple[int, str, str]]
    rows: Sequence[Row]
    gone: Sequence[int]


class Reader(Protocol):
    """One index, as long as it is in service. Every method may raise Stale."""

    @property
    def name(self) -> str:
        """No other index ever bears it."""

    def generation(self) -> int:
        """Grows with every commit."""

    def changes(self, mark: Mark) -> Changes:
        """What was committed since, as of one moment."""

    def holding(self, asked: Sequence[Asked]) -> list[Holding]:
        """Where these runs occur, in their order. May already know of commits that are later than the mark."""

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """The numbers of the documents of these keys."""

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of every document."""


def asked(run: Run, after: int = 0) -> Asked:
    """The question behind a run."""
    return Asked(run.field, run.tokens, run.is_prefix, after)
