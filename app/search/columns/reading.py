"""What a database has to tell so that searches can be answered, and what it is given to keep."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.search.engine import Field, Run

Numbers: TypeAlias = NDArray[np.intp]
"""Numbers of documents or labels, as wide as numpy wants its indices."""
Small: TypeAlias = NDArray[np.int32]
"""The same as they are kept, of everything there is."""


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


ROW = ("number", "subject", "date", "active", "exact_length", "stem_length", "labels")
"""What is read of a document besides its words. Moments are in seconds, `labels` ids of labels as 32-bit integers."""
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Rows:
    """Documents without their words, by ascending number: a line of the first columns of ROW each, then their labels,
    one after the other, and how many each has.
    """

    told: NDArray[np.int64]
    labels: Small
    counts: Small

    @classmethod
    def of(cls, parts: Iterable[Sequence[Any]]) -> Self:
        """From rows as a database gives them, some thousands at once: a million of them would fill the memory."""
        told, labels, counts = [np.zeros((0, 6), np.int64)], [], [np.zeros(0, np.int32)]
        for rows in parts:
            told.append(np.array([row[:6] for row in rows], np.int64))
            labels.append(b"".join([row[6] for row in rows]))
            counts.append(np.fromiter((len(row[6]) // 4 for row in rows), np.int32, len(rows)))
        carried = np.frombuffer(b"".join(labels), "<i4").astype(np.int32, copy=False)
        return cls(np.concatenate(told), carried, np.concatenate(counts))


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
    rows: Rows
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

    def documents(self) -> int:
        """How many there are."""

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of every document."""


def asked(run: Run, after: int = 0) -> Asked:
    """The question behind a run."""
    return Asked(run.field, run.tokens, run.is_prefix, after)
