"""One kind of label of every document: which documents carry a value, and how often each value is carried."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from app.search.columns.reading import Numbers

Mask = NDArray[np.bool_]
"""One truth value a document, by its number."""
_MOST = 0.25  # of all documents; where more are counted, all labels are looked at in their order
_NONE: Numbers = np.zeros(0, np.intp)


class Labels(Protocol):
    """Ids of labels, which begin at 1."""

    def extended(self, ids: Numbers, owners: Numbers, size: int) -> Self:
        """With the labels of the documents that came since, up to number `size` less one; owners ascend."""

    def carrying(self, wanted: Collection[int]) -> Mask:
        """The documents that carry one of these."""

    def counts(self, numbers: Numbers, labels: int) -> Numbers:
        """How many of these documents carry each label, by its id, all below `labels`; at 0 is no count."""


@dataclass(frozen=True, slots=True)
class Single:
    """At most one label a document: `ids[n]` is that of document n, 0 where there is none."""

    ids: Numbers

    @classmethod
    def none(cls) -> Self:
        """Of no document yet; number 0 is never given."""
        return cls(np.zeros(1, np.intp))

    def extended(self, ids: Numbers, owners: Numbers, size: int) -> Self:
        """With the labels of the documents that came since."""
        longer = np.zeros(size, np.intp)
        longer[: len(self.ids)] = self.ids
        longer[owners] = ids
        return replace(self, ids=longer)

    def carrying(self, wanted: Collection[int]) -> Mask:
        """The documents that carry one of these."""
        mask = np.zeros(len(self.ids), np.bool_)
        for each in wanted:
            mask |= self.ids == each
        return mask

    def counts(self, numbers: Numbers, labels: int) -> Numbers:
        """How many of these documents carry each label."""
        return np.bincount(self.ids[numbers], minlength=labels)


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of labels a document: those of document n are `ids` from `starts[n]` up to `starts[n + 1]`."""

    ids: Numbers
    owners: Numbers
    starts: Numbers

    @classmethod
    def none(cls) -> Self:
        """Of no document yet; number 0 is never given."""
        return cls(_NONE, _NONE, np.zeros(2, np.intp))

    @property
    def size(self) -> int:
        """One more than the last number."""
        return len(self.starts) - 1

    def extended(self, ids: Numbers, owners: Numbers, size: int) -> Self:
        """With the labels of the documents that came since."""
        if size == self.size:
            return self
        counts = np.bincount(owners - self.size, minlength=size - self.size)
        return replace(
            self,
            ids=np.concatenate((self.ids, ids)),
            owners=np.concatenate((self.owners, owners)),
            starts=np.concatenate((self.starts, self.starts[-1] + np.cumsum(counts))),
        )

    def carrying(self, wanted: Collection[int]) -> Mask:
        """The documents that carry one of these."""
        mask = np.zeros(self.size, np.bool_)
        for each in wanted:
            mask[self.owners[self.ids == each]] = True
        return mask

    def counts(self, numbers: Numbers, labels: int) -> Numbers:
        """How many of these documents carry each label."""
        if len(numbers) > _MOST * self.size:
            mask = np.zeros(self.size, np.bool_)
            mask[numbers] = True
            return np.bincount(self.ids[mask[self.owners]], minlength=labels)
        starts = self.starts[numbers]
        lengths = self.starts[numbers + 1] - starts
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        return np.bincount(self.ids[places], minlength=labels)
