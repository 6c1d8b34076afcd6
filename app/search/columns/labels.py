"""One kind of label of every document: which documents carry a value, and how often each value is carried."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from app.search.columns.growing import Growing
from app.search.columns.reading import Numbers, Small

Mask = NDArray[np.bool_]
"""One truth value a document, by its number."""
_MOST = 0.25  # of all documents; where more are counted, all labels are looked at in their order
_NONE: Small = np.zeros(0, np.int32)


class Labels(Protocol):
    """Ids of labels, which begin at 1."""

    def extended(self, ids: Small, owners: Numbers, size: int) -> Self:
        """With the labels of the documents that came since, up to number `size` less one; owners ascend."""

    def carrying(self, wanted: Collection[int], start: int = 0) -> Mask:
        """Which documents carry one of these, from a number on."""

    def counts(self, numbers: Numbers, labels: int) -> Numbers:
        """How many of these documents carry each label, by its id, all below `labels`; at 0 is no count."""


@dataclass(frozen=True, slots=True)
class Single:
    """At most one label a document: `ids[n]` is that of document n, 0 where there is none."""

    ids: Growing[np.int32]

    @classmethod
    def none(cls) -> Self:
        """Of no document yet; number 0 is never given."""
        return cls(Growing.of(np.zeros(1, np.int32)))

    def extended(self, ids: Small, owners: Numbers, size: int) -> Self:
        """With the labels of the documents that came since."""
        return type(self)(self.ids.with_placed(ids, owners, size))

    def carrying(self, wanted: Collection[int], start: int = 0) -> Mask:
        """Which documents carry one of these."""
        ids = self.ids.values[start:]
        mask = np.zeros(len(ids), np.bool_)
        for each in wanted:
            mask |= ids == each
        return mask

    def counts(self, numbers: Numbers, labels: int) -> Numbers:
        """How many of these documents carry each label."""
        return np.bincount(self.ids.values[numbers], minlength=labels)


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of labels a document: those of document n are `ids` from `starts[n]` up to `starts[n + 1]`."""

    ids: Growing[np.int32]
    starts: Growing[np.int32]

    @classmethod
    def none(cls) -> Self:
        """Of no document yet; number 0 is never given."""
        return cls(Growing.of(_NONE), Growing.of(np.zeros(2, np.int32)))

    @property
    def size(self) -> int:
        """One more than the last number."""
        return self.starts.size - 1

    def extended(self, ids: Small, owners: Numbers, size: int) -> Self:
        """With the labels of the documents that came since."""
        counts = np.bincount(owners - self.size, minlength=size - self.size)
        return type(self)(self.ids.with_more(ids), self.starts.with_more(self.ids.size + np.cumsum(counts)))

    def carrying(self, wanted: Collection[int], start: int = 0) -> Mask:
        """Which documents carry one of these."""
        starts = self.starts.values[start:]
        ids = self.ids.values[starts[0] :]
        carried = np.zeros(len(ids), np.bool_)
        for each in wanted:
            carried |= ids == each
        mask = np.zeros(self.size - start, np.bool_)
        mask[np.searchsorted(starts, np.flatnonzero(carried) + starts[0], "right") - 1] = True
        return mask

    def counts(self, numbers: Numbers, labels: int) -> Numbers:
        """How many of these documents carry each label."""
        starts, ids = self.starts.values, self.ids.values
        if len(numbers) > _MOST * self.size:
            mask = np.zeros(self.size, np.bool_)
            mask[numbers] = True
            return np.bincount(ids[np.repeat(mask, np.diff(starts))], minlength=labels)
        first = starts[numbers]
        lengths = starts[numbers + 1] - first
        ends = np.cumsum(lengths)
        places = np.repeat(first - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        return np.bincount(ids[places], minlength=labels)
