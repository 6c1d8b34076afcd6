"""The order of what was found: BM25 over the tokens asked for, or the newest first."""

from collections.abc import Iterator
from heapq import nlargest
from math import log

from app.search.engine import Query, Run, Sort
from app.search.whoosh_engine.bits import members
from app.search.whoosh_engine.segment import Segment
from app.search.whoosh_engine.snapshot import SATURATION, Snapshot

Ranked = tuple[float, int, Segment, int]
"""Score, moment, segment, document number."""


def rank(snapshot: Snapshot, query: Query, found: list[tuple[Segment, int]]) -> list[Ranked]:
    """The hits of the page asked for, best first; equal scores by date, then by place."""
    runs = {run for group in query.required for run in group} | set(query.bonus)
    scored = query.sort is Sort.RELEVANCE and bool(query.required)
    column = "active" if query.sort is Sort.ACTIVE else "date"
    weights = {run: _rarity(snapshot, run) * run.weight for run in runs} if scored else {}
    hits = [hit for segment, bits in found if bits for hit in _scores(snapshot, segment, bits, weights, column)]
    wanted = query.offset + query.limit
    if len(hits) > wanted:
        # Only what can be on the page is put in order: all above the last of it, and all that equal that one.
        leading: list[float] = [score if scored else moment for score, moment, _, _ in hits]
        least = nlargest(wanted, leading)[-1]
        hits = [hit for hit, first in zip(hits, leading, strict=True) if first >= least]
    return nlargest(wanted, hits, key=lambda hit: (hit[0], hit[1], hit[3]))[query.offset :]


def _rarity(snapshot: Snapshot, run: Run) -> float:
    holding = sum(len(segment.postings(run.field, run.tokens, run.is_prefix).ids) for segment in snapshot.segments)
    return log(1 + (snapshot.documents + 1) / (holding + 1))


def _scores(
    snapshot: Snapshot, segment: Segment, bits: int, weights: dict[Run, float], moment: str
) -> Iterator[Ranked]:
    moments = segment.moments(moment)
    if not weights:
        return ((0.0, moments[number], segment, number) for number in members(bits, segment.size))
    scores = _bm25(snapshot, segment, weights)
    return ((scores[number], moments[number], segment, number) for number in members(bits, segment.size))


def _bm25(snapshot: Snapshot, segment: Segment, weights: dict[Run, float]) -> list[float]:
    """The score of every document of a segment."""
    scores = [0.0] * segment.size
    for run, weight in weights.items():
        postings = segment.postings(run.field, run.tokens, run.is_prefix)
        norms, gain = snapshot.norms(segment, run.field), weight * (SATURATION + 1)
        for number, times in zip(postings.ids, postings.weights, strict=True):
            scores[number] += gain * times / (times + norms[number])
    return scores
