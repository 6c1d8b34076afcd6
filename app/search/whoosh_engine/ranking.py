"""The order of what was found: BM25 over the tokens asked for, or the newest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from heapq import nlargest
from itertools import compress

from app.search.breadth import covering, rarity
from app.search.engine import Query, Run, Sort
from app.search.whoosh_engine.bits import mask_of, members
from app.search.whoosh_engine.matching import Found, Matches
from app.search.whoosh_engine.segment import Segment
from app.search.whoosh_engine.snapshot import Snapshot

# The usual BM25 values; a posted text says as much as a long one, so length weighs less.
_SATURATION = 1.2
_LENGTH_WEIGHT = 0.5

Ranked = tuple[float, int, Segment, int]
"""Score, moment, segment, document number."""


def rank(snapshot: Snapshot, query: Query, found: Found) -> list[Ranked]:
    """The hits of the page asked for, best first; equal scores by date, then by place."""
    moment = "active" if query.sort is Sort.ACTIVE else "date"
    best = nlargest(
        query.offset + query.limit,
        (
            hit
            for matches, bits in found.passing()
            if bits
            for hit in _hits(snapshot, query, found, matches, bits, moment)
        ),
        key=lambda hit: (hit[0], hit[1], hit[3]),
    )
    return best[query.offset :]


def _hits(snapshot: Snapshot, query: Query, found: Found, matches: Matches, bits: int, moment: str) -> Iterator[Ranked]:
    segment = matches.segment
    moments = segment.moments(moment)
    if query.sort is not Sort.RELEVANCE or not query.required:
        return ((0.0, moments[number], segment, number) for number in members(bits, segment.size))
    scores = _bm25(snapshot, segment, bits, query)
    if query.besides:
        scores = dict.fromkeys(members(bits, segment.size), 0.0) | scores
    if found.weights:
        _cover(scores, matches, bits, found.weights)
    factors = segment.factors(query.lifts)
    return ((score * factors[number], moments[number], segment, number) for number, score in scores.items())


def _cover(scores: dict[int, float], matches: Matches, bits: int, weights: tuple[int, ...]) -> None:
    """What holds less of what was asked for falls behind."""
    held: Counter[int] = Counter()
    for group, weight in zip(matches.groups, weights, strict=True):
        for number in members(group & bits, matches.segment.size):
            held[number] += weight
    total = sum(weights)
    for number in scores:
        scores[number] *= covering(held[number] / total)


def _bm25(snapshot: Snapshot, segment: Segment, bits: int, query: Query) -> dict[int, float]:
    mask = mask_of(bits, segment.size)
    scores: dict[int, float] = defaultdict(float)
    for run in {run for group in query.required for run in group} | set(query.bonus):
        weight = _rarity(snapshot, run) * run.weight
        postings = segment.postings(run.field, run.tokens, run.is_prefix)
        lengths = segment.lengths(run.field)
        base = _SATURATION * (1 - _LENGTH_WEIGHT)
        per_token = _SATURATION * _LENGTH_WEIGHT / snapshot.mean_length(run.field)
        hits = compress(zip(postings.ids, postings.weights, strict=True), map(mask.__getitem__, postings.ids))
        for number, times in hits:
            scores[number] += weight * times * (_SATURATION + 1) / (times + base + per_token * lengths[number])
    return scores


def _rarity(snapshot: Snapshot, run: Run) -> float:
    holding = sum(len(segment.postings(run.field, run.tokens, run.is_prefix).ids) for segment in snapshot.segments)
    return rarity(holding, snapshot.documents)
