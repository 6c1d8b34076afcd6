"""Which documents answer a query, in what order, and how many carry each label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_

import numpy as np
from numpy.typing import NDArray

from app.search.breadth import Breadth, breadth_of, covering, least_of, weights_of
from app.search.columns.labels import Mask
from app.search.columns.postings import Postings
from app.search.columns.reading import Numbers
from app.search.columns.snapshot import Snapshot
from app.search.engine import FACETS, Alternatives, Filters, Hit, Query, Result, Run, Sort
from app.search.scoring import SATURATION, rarity


def runs_of(query: Query) -> set[Run]:
    """Every run that has to be looked up."""
    groups = (*query.required, *query.without)
    return {run for group in groups for run in group} | (set(query.bonus) if query.required else set())


def answer(snapshot: Snapshot, query: Query, postings: dict[Run, Postings]) -> Result:
    """One page of what is found, with total and facets of the whole."""
    visible = _visible(snapshot, query, postings)
    groups = [_holding(snapshot, group, postings) for group in query.required]
    narrowed = _narrowed(snapshot, query.filters)
    words = _words(snapshot, query, visible, groups, narrowed)
    numbers = np.flatnonzero(reduce(and_, narrowed.values(), words.mask))
    best, scores = _ranked(snapshot, query, postings, words.share, numbers)
    keys = snapshot.keys(int(number) for number in best)
    return Result(
        hits=tuple(Hit(key, float(score)) for key, score in zip(keys, scores, strict=True)),
        total=len(numbers),
        facets=_facets(snapshot, words.mask, narrowed, numbers),
        relaxed=words.breadth is Breadth.SOME and len(numbers) > 0,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The documents that hold enough of what was asked for, and how much of it each holds where not all hold it all."""

    breadth: Breadth
    mask: Mask
    share: NDArray[np.float32] | None = None


def _words(snapshot: Snapshot, query: Query, visible: Mask, groups: list[Mask], narrowed: dict[str, Mask]) -> _Words:
    """Everything, most of it, or something, as `breadth_of` has it."""
    words = reduce(and_, groups, visible)
    besides = _of_keys(snapshot, query.besides) & visible
    found = reduce(and_, narrowed.values(), words | besides)
    breadth = breadth_of(query, int(np.count_nonzero(words)), int(np.count_nonzero(found)))
    if breadth is Breadth.ALL:
        return _Words(breadth, words | besides)
    weights = weights_of((int(np.count_nonzero(snapshot.live & group)) for group in groups), snapshot.documents)
    held = np.zeros(snapshot.size, np.int32)
    for group, weight in zip(groups, weights, strict=True):
        held[group] += weight
    enough = visible & (held >= least_of(weights, breadth))
    return _Words(breadth, enough | besides, (held / sum(weights)).astype(np.float32))


def _of_keys(snapshot: Snapshot, keys: frozenset[str]) -> Mask:
    mask = np.zeros(snapshot.size, np.bool_)
    mask[[number for number in snapshot.reader.numbers(keys) if number < snapshot.size]] = True
    return mask


def _visible(snapshot: Snapshot, query: Query, postings: dict[Run, Postings]) -> Mask:
    """Whoever asks sees only documents that bear one of the query's visibility tokens."""
    visible = snapshot.live & snapshot.carrying("visibility", query.visibility)
    if query.unseen:
        visible &= ~_of_keys(snapshot, query.unseen)
    for group in query.without:
        visible &= ~_holding(snapshot, group, postings)
    for mask in _narrowed(snapshot, query.unwanted).values():
        visible &= ~mask
    return visible


def _holding(snapshot: Snapshot, group: Alternatives, postings: dict[Run, Postings]) -> Mask:
    mask = np.zeros(snapshot.size, np.bool_)
    for run in group:
        mask[postings[run].numbers] = True
    return mask


def _narrowed(snapshot: Snapshot, filters: Filters) -> dict[str, Mask]:
    """The documents that pass, by the facet whose filter it is."""
    narrowed = {name: snapshot.carrying(name, values) for name, values in filters.labels().items()}
    span = filters.seconds()
    return narrowed if span is None else narrowed | {"year": snapshot.of_span(*span)}


def _facets(snapshot: Snapshot, words: Mask, narrowed: dict[str, Mask], found: Numbers) -> dict[str, dict[str, int]]:
    """Counts among the documents that pass the other filters."""
    facets = {}
    for facet in FACETS:
        counted = found
        if facet in narrowed:
            others = reduce(and_, (mask for name, mask in narrowed.items() if name != facet), words)
            counted = np.flatnonzero(others)
        facets[facet] = snapshot.commonest(facet, counted)
    return facets


def _ranked(
    snapshot: Snapshot,
    query: Query,
    postings: dict[Run, Postings],
    share: NDArray[np.float32] | None,
    numbers: Numbers,
) -> tuple[Numbers, NDArray[np.float32]]:
    """The page asked for, best first; equal scores by moment, then by place."""
    moments = (snapshot.columns.active if query.sort is Sort.ACTIVE else snapshot.columns.date).values[numbers]
    is_scored = query.sort is Sort.RELEVANCE and bool(query.required)
    scores = _scores(snapshot, query, postings, share, numbers) if is_scored else np.zeros(len(numbers), np.float32)
    wanted = query.offset + query.limit
    if len(numbers) > wanted:
        # Only what can be on the page is sorted: all above the last of it, and all that equal that one.
        leading = scores if is_scored else moments
        kept = leading >= np.partition(leading, -wanted)[-wanted]
        numbers, scores, moments = numbers[kept], scores[kept], moments[kept]
    order = np.lexsort((numbers, moments, scores))[::-1][query.offset : wanted]
    return numbers[order], scores[order]


def _scores(
    snapshot: Snapshot,
    query: Query,
    postings: dict[Run, Postings],
    share: NDArray[np.float32] | None,
    numbers: Numbers,
) -> NDArray[np.float32]:
    """Of these documents, in their order."""
    scores = _bm25(snapshot, query, postings)[numbers]
    if share is not None:
        scores *= covering(share[numbers])
    for lift in query.lifts:
        carried = snapshot.carrying(lift.name, frozenset({lift.value}))[numbers]
        scores[carried] *= np.float32(lift.factor)
    return scores


def _bm25(snapshot: Snapshot, query: Query, postings: dict[Run, Postings]) -> NDArray[np.float32]:
    scores = np.zeros(snapshot.size, np.float32)
    for run in {run for group in query.required for run in group} | set(query.bonus):
        found = postings[run]
        weight = np.float32(run.weight * rarity(len(found.numbers), snapshot.documents) * (SATURATION + 1))
        times = found.times.astype(np.float32)
        scores[found.numbers] += weight * times / (times + snapshot.norms(run.field, found.numbers))
    return scores
