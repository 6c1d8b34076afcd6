"""Which documents of a segment answer a query, and how many carry each label."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from app.search.breadth import Breadth, breadth_of, least_of, weights_of
from app.search.engine import FACETS, Alternatives, Filters, Query, commonest
from app.search.whoosh_engine.bits import bits_of, weighing
from app.search.whoosh_engine.segment import Segment


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents of one segment: those that may be found, that hold each group, that pass each filter."""

    segment: Segment
    visible: int
    besides: int
    groups: tuple[int, ...]
    narrowed: dict[str, int]

    def with_all(self) -> int:
        """The documents that hold every group, and every document where there is none."""
        return reduce(and_, self.groups, self.visible)

    def passing(self, words: int) -> int:
        """Those of them that pass every filter."""
        return reduce(and_, self.narrowed.values(), words)

    def facets(self, words: int) -> Iterator[tuple[str, Counter[str]]]:
        """For each facet, the documents per value among those that pass the other filters."""
        for facet in FACETS:
            others = reduce(and_, (bits for name, bits in self.narrowed.items() if name != facet), words)
            yield facet, self.segment.count(facet, others)


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a query: by segment the documents that hold enough of it.

    `weights` are those of the groups by how rare they are, where not every document holds them all.
    """

    breadth: Breadth
    words: tuple[tuple[Matches, int], ...]
    passing: tuple[tuple[Matches, int], ...]
    """Those of them that pass every filter too."""
    weights: tuple[int, ...] = ()

    def facets(self) -> dict[str, dict[str, int]]:
        """How many documents carry each value of each facet, the commonest values."""
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
        for each, words in self.words:
            for facet, found in each.facets(words):
                counts[facet].update(found)
        return {facet: commonest(found) for facet, found in counts.items()}


def find(segments: Sequence[Segment], query: Query, documents: int) -> Found:
    """The documents that hold everything asked for, most of it, or something, as `breadth_of` has it."""
    matches = [match(segment, query) for segment in segments]
    words = [each.with_all() for each in matches]
    with_all = sum(bits.bit_count() for bits in words)
    found = sum(each.passing(bits | each.besides).bit_count() for each, bits in zip(matches, words, strict=True))
    breadth = breadth_of(query, with_all, found)
    weights: tuple[int, ...] = ()
    if breadth is not Breadth.ALL:
        holding = (
            sum((each.segment.live & each.groups[n]).bit_count() for each in matches)
            for n in range(len(query.required))
        )
        weights = weights_of(holding, documents)
        least = least_of(weights, breadth)
        words = [each.visible & weighing(each.groups, weights, least) for each in matches]
    held = tuple((each, bits | each.besides) for each, bits in zip(matches, words, strict=True))
    return Found(breadth, held, tuple((each, each.passing(bits)) for each, bits in held), weights)


def match(segment: Segment, query: Query) -> Matches:
    """Match one segment; whoever asks sees only documents that bear one of the query's visibility tokens."""
    visible = segment.live & segment.any_of("visibility", query.visibility) & ~_keys(segment, query.unseen)
    for unwanted in query.without:
        visible &= ~_holding(segment, unwanted)
    visible &= ~reduce(or_, _narrowed(segment, query.unwanted).values(), 0)
    groups = tuple(_holding(segment, group) for group in query.required)
    besides = visible & _keys(segment, query.besides)
    return Matches(segment, visible, besides, groups, _narrowed(segment, query.filters))


def _holding(segment: Segment, group: Alternatives) -> int:
    return reduce(or_, (segment.postings(run.field, run.tokens, run.is_prefix).bits for run in group), 0)


def _keys(segment: Segment, keys: frozenset[str]) -> int:
    # Not through the kept postings: a key is asked for once, and would push out words.
    return bits_of(segment.numbers(keys), segment.size)


def _narrowed(segment: Segment, filters: Filters) -> dict[str, int]:
    """The documents that pass, by the facet whose filter it is."""
    narrowed = {name: segment.any_of(name, values) for name, values in filters.labels().items()}
    span = filters.seconds()
    return narrowed if span is None else narrowed | {"year": segment.of_span(span)}
