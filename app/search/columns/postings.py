"""Where runs of tokens occur, kept in memory between searches and only added to when documents came."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.search.columns.reading import Asked, Holding, asked
from app.search.columns.snapshot import Snapshot
from app.search.columns.words import TITLE_WEIGHT
from app.search.engine import Run

MOST_KEPT = 8_000_000
"""Postings of all runs together, 6 bytes each: some hundred of the commonest words of 200,000 documents."""
_REPEATED = 1.5  # what a repeated token counts more than one that is there once


@dataclass(frozen=True, slots=True)
class Postings:
    """Ascending numbers of documents, removed ones among them, and how often the run counts in each."""

    numbers: NDArray[np.int32]
    times: NDArray[np.float16]
    upto: int


class Kept:
    """The runs last asked for, of one index."""

    def __init__(self) -> None:
        self._runs: OrderedDict[Asked, Postings] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def of(self, snapshot: Snapshot, runs: Iterable[Run]) -> dict[Run, Postings]:
        """Where these runs occur in the documents of a snapshot. May name removed documents. Raises Stale."""
        last = snapshot.size - 1
        wanted = {run: asked(run) for run in runs}
        with self._lock:
            found = {question: self._runs.get(question, _NOTHING) for question in wanted.values()}
        behind = [question for question, postings in found.items() if postings.upto < last]
        if behind:
            pieces = snapshot.reader.holding([question._replace(after=found[question].upto) for question in behind])
            for question, piece in zip(behind, pieces, strict=True):
                found[question] = _joined(found[question], piece, last)
        self._keep(found)
        return {run: _within(found[question], last) for run, question in wanted.items()}

    def _keep(self, found: dict[Asked, Postings]) -> None:
        with self._lock:
            for question, postings in found.items():
                before = self._runs.pop(question, _NOTHING)
                kept = postings if postings.upto >= before.upto else before
                self._runs[question] = kept
                self._held += len(kept.numbers) - len(before.numbers)
            while self._held > MOST_KEPT and len(self._runs) > 1:
                _, dropped = self._runs.popitem(last=False)
                self._held -= len(dropped.numbers)


_NOTHING = Postings(np.zeros(0, np.int32), np.zeros(0, np.float16), 0)


def _joined(before: Postings, piece: Holding, last: int) -> Postings:
    numbers = piece.anywhere[: np.searchsorted(piece.anywhere, last, "right")]
    times = np.ones(len(numbers), np.float16)
    for there, more in ((piece.title, TITLE_WEIGHT - 1), (piece.often, _REPEATED)):
        times[np.isin(numbers, there, assume_unique=True)] += np.float16(more)
    added = numbers.astype(np.int32)
    return Postings(np.concatenate((before.numbers, added)), np.concatenate((before.times, times)), last)


def _within(postings: Postings, last: int) -> Postings:
    """Without documents of a later commit, which another search may have added."""
    if postings.upto <= last:
        return postings
    end = int(np.searchsorted(postings.numbers, last, "right"))
    return Postings(postings.numbers[:end], postings.times[:end], last)
