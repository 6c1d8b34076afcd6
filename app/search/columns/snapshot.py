"""Every document of one generation, as searches see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.search.columns.labels import Labels, Mask, Several, Single
from app.search.columns.reading import Changes, Mark, Numbers, Reader, Row
from app.search.engine import FACETS, LABELS, MOST_VALUES, Field, Lift, commonest, key_of
from app.search.scoring import LENGTH_WEIGHT, SATURATION

NAMES = tuple(dict.fromkeys((*LABELS, *FACETS, "visibility")))
SEVERAL = {"tag", "mark", "visibility"}
"""Labels of which a document may carry more than one."""
_MOST_MASKS = 64
_MOST_FACTORS = 16
"""As many as languages of the interface, and some."""


Column: TypeAlias = NDArray[np.int64]
"""A value a document, by its number."""


@dataclass(frozen=True)
class Columns:
    """What every document has one of: id of its subject, moments, number of its tokens."""

    subject: Column
    date: Column
    active: Column
    exact: Column
    stem: Column

    @staticmethod
    def none() -> Columns:
        """Of no document yet; number 0 is never given."""
        return Columns(*(np.zeros(1, np.int64) for _ in range(5)))

    def extended(self, numbers: Numbers, rows: Collection[Row], size: int) -> Columns:
        """With the documents that came since."""
        table = np.array([row[1:6] for row in rows], np.int64).reshape(-1, 5)
        made: list[Column] = []
        for place, column in enumerate((self.subject, self.date, self.active, self.exact, self.stem)):
            longer = np.zeros(size, np.int64)
            longer[: len(column)] = column
            longer[numbers] = table[:, place]
            made.append(longer)
        return Columns(*made)


@dataclass(frozen=True)
class Snapshot:
    """What one index held after one commit. It shares its arrays with nobody who changes them."""

    reader: Reader
    mark: Mark = field(default_factory=Mark)
    columns: Columns = field(default_factory=Columns.none)
    live: Mask = field(default_factory=lambda: np.zeros(1, np.bool_))
    labels: dict[str, Labels] = field(
        default_factory=lambda: {name: (Several if name in SEVERAL else Single).none() for name in NAMES}
    )
    values: tuple[str, ...] = ("",)
    """The value of each label by its id; ids begin at 1."""
    known: dict[tuple[str, str], int] = field(default_factory=dict)
    names: NDArray[np.int8] = field(default_factory=lambda: np.full(1, -1, np.int8))
    masks: dict[object, Mask] = field(default_factory=dict)
    lifted: dict[tuple[Lift, ...], NDArray[np.float32]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """One more than the last number."""
        return len(self.live)

    @cached_property
    def documents(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def norms(self) -> dict[Field, NDArray[np.float32]]:
        """By how much the length of each document damps how often a token counts in it."""
        norms = {}
        for each in Field:
            lengths = self.columns.exact if each is Field.EXACT else self.columns.stem
            mean = float(lengths[self.live].mean()) if self.documents else 0.0
            norms[each] = (SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths / (mean or 1.0))).astype(
                np.float32
            )
        return norms

    def after(self, changes: Changes) -> Self:
        """The snapshot with what was committed since."""
        new = {(name, value): label for label, name, value in changes.labels}
        names = np.concatenate((self.names, np.array([NAMES.index(name) for _, name, _ in changes.labels], np.int8)))
        size = changes.mark.number + 1
        numbers = np.fromiter((row.number for row in changes.rows), np.intp, len(changes.rows))
        live = np.zeros(size, np.bool_)
        live[: self.size] = self.live
        live[numbers] = True
        gone = np.fromiter(changes.gone, np.intp, len(changes.gone))
        live[gone[gone < size]] = False
        return type(self)(
            self.reader,
            changes.mark,
            self.columns.extended(numbers, changes.rows, size),
            live,
            self._labels(changes.rows, numbers, names, size),
            self.values + tuple(value for _, _, value in changes.labels),
            self.known | new,
            names,
        )

    def _labels(self, rows: Collection[Row], numbers: Numbers, names: NDArray[np.int8], size: int) -> dict[str, Labels]:
        ids = np.frombuffer(b"".join(row.labels for row in rows), "<i4").astype(np.intp)
        counts = np.fromiter((len(row.labels) // 4 for row in rows), np.intp, len(rows))
        owners = np.repeat(numbers, counts)
        kinds = names[ids]
        return {
            name: self.labels[name].extended(ids[kinds == place], owners[kinds == place], size)
            for place, name in enumerate(NAMES)
        }

    def carrying(self, name: str, values: frozenset[str]) -> Mask:
        """The documents that carry one of these values."""
        asked = (name, values)
        found = self.masks.get(asked)
        if found is None:
            labels = [self.known[name, value] for value in values if (name, value) in self.known]
            found = self._keep(asked, self.labels[name].carrying(labels))
        return found

    def factors(self, lifts: tuple[Lift, ...]) -> NDArray[np.float32]:
        """By how much its labels lift each document."""
        found = self.lifted.get(lifts)
        if found is None:
            found = np.ones(self.size, np.float32)
            for lift in lifts:
                found[self.carrying(lift.name, frozenset({lift.value}))] *= np.float32(lift.factor)
            if len(self.lifted) >= _MOST_FACTORS:
                self.lifted.clear()
            self.lifted[lifts] = found
        return found

    def of_span(self, since: int | None, before: int | None) -> Mask:
        """The documents whose date lies in a half-open span of seconds."""
        found = np.ones(self.size, np.bool_)
        if since is not None:
            found &= self.columns.date >= since
        if before is not None:
            found &= self.columns.date < before
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
        return [key_of(self.values[kinds.ids[number]], int(self.columns.subject[number])) for number in numbers]

    def _keep(self, asked: object, mask: Mask) -> Mask:
        if len(self.masks) >= _MOST_MASKS:
            self.masks.clear()
        self.masks[asked] = mask
        return mask
