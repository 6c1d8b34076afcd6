"""Every document of one generation, as searches see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app.search.columns.growing import Growing
from app.search.columns.labels import Labels, Mask, Several, Single
from app.search.columns.reading import Changes, Mark, Numbers, Reader, Rows, Small
from app.search.engine import FACETS, LABELS, MOST_VALUES, Field, commonest, key_of
from app.search.scoring import LENGTH_WEIGHT, SATURATION

NAMES = tuple(dict.fromkeys((*LABELS, *FACETS, "visibility")))
SEVERAL = {"tag", "mark", "visibility"}
"""Labels of which a document may carry more than one."""
_MOST_MASKS = 64
_LAST_SECOND = np.iinfo(np.uint32).max  # in the year 2106

Packed = NDArray[np.uint8]
"""A mask of eight documents a byte."""


@dataclass(frozen=True)
class Columns:
    """What every document has one of, by its number: id of its subject, moments, number of its tokens."""

    subject: Growing[np.int64]
    date: Growing[np.uint32]
    active: Growing[np.uint32]
    exact: Growing[np.int32]
    stem: Growing[np.int32]

    @staticmethod
    def none() -> Columns:
        """Of no document yet; number 0 is never given."""
        moment, count = Growing.of(np.zeros(1, np.uint32)), Growing.of(np.zeros(1, np.int32))
        return Columns(Growing.of(np.zeros(1, np.int64)), moment, moment, count, count)

    def extended(self, rows: Rows, size: int) -> Columns:
        """With the documents that came since. What was written before 1970 counts as written then."""
        numbers, subject, date, active, exact, stem = rows.told.T
        values = (subject, *(np.clip(moment, 0, _LAST_SECOND) for moment in (date, active)), exact, stem)
        columns: tuple[Growing[Any], ...] = (self.subject, self.date, self.active, self.exact, self.stem)
        return Columns(*(column.with_placed(each, numbers, size) for column, each in zip(columns, values, strict=True)))


@dataclass(frozen=True)
class Snapshot:
    """What one index held after one commit.

    The next one shares what never changes with it: arrays that grow at their end, names and ids of labels, of which it
    knows more, and the masks of both. Snapshots follow one another one at a time.
    """

    reader: Reader
    mark: Mark = field(default_factory=Mark)
    columns: Columns = field(default_factory=Columns.none)
    live: Mask = field(default_factory=lambda: np.zeros(1, np.bool_))
    labels: dict[str, Labels] = field(
        default_factory=lambda: {name: (Several if name in SEVERAL else Single).none() for name in NAMES}
    )
    values: list[str] = field(default_factory=lambda: [""])
    """The value of each label by its id; ids begin at 1."""
    known: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in NAMES})
    """The id of each label by its name and its value."""
    names: Growing[np.int8] = field(default_factory=lambda: Growing.of(np.full(1, -1, np.int8)))
    masks: dict[tuple[str, frozenset[str]], tuple[Packed, int]] = field(default_factory=dict)
    """The masks last made, and of how many documents: what a document carries never changes."""

    @property
    def size(self) -> int:
        """One more than the last number."""
        return len(self.live)

    @cached_property
    def documents(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def _mean_lengths(self) -> dict[Field, float]:
        lengths = {Field.EXACT: self.columns.exact.values, Field.STEM: self.columns.stem.values}
        return {
            each: float(found.sum(where=self.live)) / (self.documents or 1) or 1.0 for each, found in lengths.items()
        }

    def norms(self, of: Field, numbers: Numbers | Small) -> NDArray[np.float32]:
        """By how much the length of each of these documents damps how often a token counts in it."""
        lengths = (self.columns.exact if of is Field.EXACT else self.columns.stem).values[numbers]
        mean = self._mean_lengths[of]
        norms: NDArray[np.float32] = np.asarray(
            SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths / mean), np.float32
        )
        return norms

    def after(self, changes: Changes) -> Self:
        """The snapshot with what was committed since."""
        for label, name, value in changes.labels:
            if label == len(self.values):  # else it is known from an attempt that failed
                self.values.append(value)
            self.known[name][value] = label
        names = self.names.with_more(np.array([NAMES.index(name) for _, name, _ in changes.labels], np.int8))
        size = changes.mark.number + 1
        numbers = changes.rows.told[:, 0]
        live = np.zeros(size, np.bool_)
        live[: self.size] = self.live
        live[numbers] = True
        gone = np.fromiter(changes.gone, np.intp, len(changes.gone))
        live[gone[gone < size]] = False
        return type(self)(
            self.reader,
            changes.mark,
            self.columns.extended(changes.rows, size),
            live,
            self._labels(changes.rows, names.values, size),
            self.values,
            self.known,
            names,
            self.masks,
        )

    def _labels(self, rows: Rows, names: NDArray[np.int8], size: int) -> dict[str, Labels]:
        owners = np.repeat(rows.told[:, 0], rows.counts)
        kinds = names[rows.labels]
        return {
            name: self.labels[name].extended(rows.labels[kinds == place], owners[kinds == place], size)
            for place, name in enumerate(NAMES)
        }

    def carrying(self, name: str, values: frozenset[str]) -> Mask:
        """The documents that carry one of these values."""
        packed, size = self.masks.get((name, values), (np.zeros(0, np.uint8), 0))
        if size < self.size:
            labels = [self.known[name][value] for value in values if value in self.known[name]]
            more = self.labels[name].carrying(labels, start=size - size % 8)
            packed = np.concatenate((packed[: size // 8], np.packbits(more)))
            if len(self.masks) >= _MOST_MASKS:
                self.masks.clear()
            self.masks[name, values] = packed, self.size
        return np.unpackbits(packed, count=self.size).view(np.bool_)

    def of_span(self, since: int | None, before: int | None) -> Mask:
        """The documents whose date lies in a half-open span of seconds."""
        found = np.ones(self.size, np.bool_)
        dates = self.columns.date.values
        if since is not None:
            found &= dates >= max(since, 0)
        if before is not None:
            found &= dates < max(before, 0)
        return found

    def commonest(self, name: str, numbers: Numbers) -> dict[str, int]:
        """How many of these documents carry each value of a label, of those values that a facet shows."""
        counted = self.labels[name].counts(numbers, len(self.values))
        counted[0] = 0
        labels = np.flatnonzero(counted)
        if len(labels) > MOST_VALUES:
            # Only what may be shown is named: the commonest, and all that equal the last of them.
            counts = counted[labels]
            labels = labels[counts >= np.partition(counts, -MOST_VALUES)[-MOST_VALUES]]
        return commonest({self.values[label]: int(counted[label]) for label in labels})

    def keys(self, numbers: Iterable[int]) -> list[str]:
        """The names of documents."""
        kinds = self.labels["kind"]
        assert isinstance(kinds, Single)
        return [
            key_of(self.values[kinds.ids.values[number]], int(self.columns.subject.values[number]))
            for number in numbers
        ]
