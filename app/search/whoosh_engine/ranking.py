"""The order of what was found: BM25 over the tokens asked for, or the newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from heapq import nlargest

from app.search.breadth import covering
from app.search.engine import Query, Run, Sort
from app.search.scoring import SATURATION, rarity
from app.search.whoosh_engine.bits import members
from app.search.whoosh_engine.matching import Found, Matches
from app.search.whoosh_engine.segment import Segment
from app.search.whoosh_engine.snapshot import Snapshot

Ranked = tuple[float, int, Segment, int]
"""Score, moment, segment, document number."""


def rank(snapshot: Snapshot, query: Query, found: Found) -> list[Ranked]:
    """The hits of the page asked for, best first; equal scores by date, then by place."""
    is_scored = query.sort is Sort.RELEVANCE and bool(query.required)
    weights = _weights(snapshot, query) if is_scored else None
    hits = [
        hit for matches, bits in found.passing if bits for hit in _hits(snapshot, query, found, matches, bits, weights)
    ]
    wanted = query.offset + query.limit
    if len(hits) > wanted:
        # Only what can be on the page is put in order: all above the last of it, and all that equal that one.
        leading: list[float] = [score if is_scored else at for score, at, _, _ in hits]
        least = nlargest(wanted, leading)[-1]
        hits = [hit for hit, first in zip(hits, leading, strict=True) if first >= least]
    return nlargest(wanted, hits, key=lambda hit: (hit[0], hit[1], hit[3]))[query.offset :]


def _weights(snapshot: Snapshot, query: Query) -> dict[Run, float]:
    runs = {run for group in query.required for run in group} | set(query.bonus)
    return {run: _rarity(snapshot, run) * run.weight for run in runs}


def _rarity(snapshot: Snapshot, run: Run) -> float:
    holding = sum(len(segment.postings(run.field, run.tokens, run.is_prefix).ids) for segment in snapshot.segments)
    return rarity(holding, snapshot.documents)


def _hits(
    snapshot: Snapshot, query: Query, found: Found, matches: Matches, bits: int, weights: dict[Run, float] | None
) -> Iterator[Ranked]:
    """The hits of a segment; without weights none is better than another."""
    segment = matches.segment
    moments = segment.moments("active" if query.sort is Sort.ACTIVE else "date")
    numbers = members(bits, segment.size)
    if weights is None:
        return ((0.0, moments[number], segment, number) for number in numbers)
    scores = _bm25(snapshot, segment, weights)
    if found.weights:
        _cover(scores, matches, bits, found.weights)
    factors = segment.factors(query.lifts)
    return ((scores[number] * factors[number], moments[number], segment, number) for number in numbers)


def _cover(scores: list[float], matches: Matches, bits: int, weights: tuple[int, ...]) -> None:
    """What holds less of what was asked for falls behind."""
    held: Counter[int] = Counter()
    for group, weight in zip(matches.groups, weights, strict=True):
        for number in members(group & bits, matches.segment.size):
            held[number] += weight
    total = sum(weights)
    for number in members(bits, matches.segment.size):
        scores[number] *= covering(held[number] / total)


def _bm25(snapshot: Snapshot, segment: Segment, weights: dict[Run, float]) -> list[float]:
    """The score of every document of a segment."""
    scores = [0.0] * segment.size
    for run, weight in weights.items():
        postings = segment.postings(run.field, run.tokens, run.is_prefix)
        norms, gain = snapshot.norms(segment, run.field), weight * (SATURATION + 1)
        for number, times in zip(postings.ids, postings.weights, strict=True):
            scores[number] += gain * times / (times + norms[number])
    return scores
