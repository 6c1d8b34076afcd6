"""Which documents of a segment answer a query, and how many carry each label."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from app.search.engine import FACETS, Alternatives, Filters, Query
from app.search.whoosh_engine.bits import bits_of
from app.search.whoosh_engine.segment import Segment


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents of one segment that hold the words; `narrowed` those that pass each filter."""

    segment: Segment
    with_all: int
    with_some: int
    narrowed: dict[str, int]

    def found(self, *, relaxed: bool) -> int:
        """The documents that hold the words and pass every filter."""
        return reduce(and_, self.narrowed.values(), self.with_some if relaxed else self.with_all)

    def facets(self, *, relaxed: bool) -> Iterator[tuple[str, Counter[str]]]:
        """For each facet, the documents per value among those that pass the other filters."""
        words = self.with_some if relaxed else self.with_all
        for facet in FACETS:
            others = reduce(and_, (bits for name, bits in self.narrowed.items() if name != facet), words)
            yield facet, self.segment.count(facet, others)


def match(segment: Segment, query: Query) -> Matches:
    """Match one segment; whoever asks sees only documents that bear one of the query's visibility tokens."""
    visible = segment.live & segment.any_of("visibility", query.visibility) & ~_keys(segment, query.unseen)
    for unwanted in query.without:
        visible &= ~_holding(segment, unwanted)
    visible &= ~reduce(or_, _narrowed(segment, query.unwanted).values(), 0)
    groups = [_holding(segment, group) for group in query.required]
    return Matches(
        segment,
        with_all=reduce(and_, groups, visible),
        with_some=visible & reduce(or_, groups, 0) if groups else visible,
        narrowed=_narrowed(segment, query.filters),
    )


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
