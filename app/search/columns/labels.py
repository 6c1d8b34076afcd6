"""One kind of label of every document: which documents carry a value, and how often each value is carried."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.search.columns.reading import Numbers

Mask = NDArray[np.bool_]
"""One truth value a document, by its number."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Ids of labels, one document after the other: those of document n are from `starts[n]` up to `starts[n + 1]`."""

    ids: Numbers
    owners: Numbers
    starts: Numbers

    @staticmethod
    def none() -> Labels:
        """Of no document yet; number 0 is never given."""
        return Labels(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(1, np.int32))

    @property
    def size(self) -> int:
        """One more than the last number."""
        return len(self.starts) - 1

    def extended(self, ids: Numbers, owners: Numbers, size: int) -> Labels:
        """With the labels of the documents that came since; owners ascend."""
        counts = np.bincount(owners - self.size, minlength=size - self.size) if size > self.size else owners[:0]
        starts = self.starts[-1] + np.cumsum(counts, dtype=np.int32)
        return Labels(
            np.concatenate((self.ids, ids)),
            np.concatenate((self.owners, owners)),
            np.concatenate((self.starts, starts)).astype(np.int32, copy=False),
        )

    def carrying(self, wanted: Collection[int]) -> Mask:
        """The documents that carry one of these."""
        mask = np.zeros(self.size, np.bool_)
        for each in wanted:
            mask[self.owners[self.ids == each]] = True
        return mask

    def counts(self, numbers: Numbers, labels: int) -> NDArray[np.intp]:
        """How many of these documents carry each label, by its id, all below `labels`."""
        starts = self.starts[numbers]
        lengths = self.starts[numbers + 1] - starts
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        return np.bincount(self.ids[places], minlength=labels)

    def first(self, number: int) -> int:
        """The first label of a document that has one."""
        return int(self.ids[self.starts[number]])
