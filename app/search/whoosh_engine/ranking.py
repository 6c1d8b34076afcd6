"""The order of what was found: BM25 over the tokens asked for, or the newest first."""

from collections import defaultdict
from collections.abc import Iterator
from heapq import nlargest
from itertools import compress
from math import log

from app.search.engine import Query, Run, Sort
from app.search.whoosh_engine.bits import mask_of, members
from app.search.whoosh_engine.segment import Segment
from app.search.whoosh_engine.snapshot import Snapshot

# The usual BM25 values; a posted text says as much as a long one, so length weighs less.
_SATURATION = 1.2
_LENGTH_WEIGHT = 0.5

Ranked = tuple[float, int, Segment, int]
"""Score, moment, segment, document number."""


def rank(snapshot: Snapshot, query: Query, found: list[tuple[Segment, int]]) -> list[Ranked]:
    """The hits of the page asked for, best first; equal scores by date, then by place."""
    runs = {run for group in query.required for run in group} | set(query.bonus)
    scored = query.sort is Sort.RELEVANCE and bool(query.required)
    moment = "active" if query.sort is Sort.ACTIVE else "date"
    weights = {run: _rarity(snapshot, run) * run.weight for run in runs} if scored else {}
    best = nlargest(
        query.offset + query.limit,
        (hit for segment, bits in found if bits for hit in _scores(snapshot, segment, bits, weights, moment)),
        key=lambda hit: (hit[0], hit[1], hit[3]),
    )
    return best[query.offset :]


def _rarity(snapshot: Snapshot, run: Run) -> float:
    holding = sum(len(segment.postings(run.field, run.tokens, run.is_prefix).ids) for segment in snapshot.segments)
    return log(1 + (snapshot.documents + 1) / (holding + 1))


def _scores(
    snapshot: Snapshot, segment: Segment, bits: int, weights: dict[Run, float], moment: str
) -> Iterator[Ranked]:
    moments = segment.moments(moment)
    if not weights:
        return ((0.0, moments[number], segment, number) for number in members(bits, segment.size))
    scores = _bm25(snapshot, segment, bits, weights)
    return ((score, moments[number], segment, number) for number, score in scores.items())


def _bm25(snapshot: Snapshot, segment: Segment, bits: int, weights: dict[Run, float]) -> dict[int, float]:
    mask = mask_of(bits, segment.size)
    scores: dict[int, float] = defaultdict(float)
    for run, weight in weights.items():
        postings = segment.postings(run.field, run.tokens, run.is_prefix)
        lengths = segment.lengths(run.field)
        base = _SATURATION * (1 - _LENGTH_WEIGHT)
        per_token = _SATURATION * _LENGTH_WEIGHT / snapshot.mean_length(run.field)
        hits = compress(zip(postings.ids, postings.weights, strict=True), map(mask.__getitem__, postings.ids))
        for number, times in hits:
            scores[number] += weight * times * (_SATURATION + 1) / (times + base + per_token * lengths[number])
    return scores
