"""What is read from one segment of the index. Segments never change, save for deletions."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, compress
from math import inf
from operator import and_
from threading import Lock
from typing import TypeAlias
from weakref import finalize

from whoosh.matching import FilterMatcher, Matcher, NullMatcher
from whoosh.reading import SegmentReader, TermNotFound

from app.search.engine import Field, Lift
from app.search.whoosh_engine.bits import bits_of, mask_of, members

MOMENTS = ("date", "active")
_MOST_KEPT = 1_000_000  # postings of a segment, 8 bytes each
_MOST_SPANS = 64
_MOST_FACTORS = 16  # as many as languages of the interface, and some
_FEW_VALUES = 64  # up to so many bit sets are counted one by one, beyond that the documents are
_STEPS_PER_SKIP = 50  # what skipping to a document costs Whoosh, in steps to the next one


Asked: TypeAlias = tuple[str, tuple[str, ...], bool]
"""A field, its neighbouring tokens, and whether the one token is a prefix."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a token, or a run of tokens, occurs: document numbers ascending, and how often in each."""

    ids: array[int]
    weights: array[float]
    bits: int


@dataclass(slots=True)
class Kept:
    """What was read before, handed on from one generation to the next."""

    postings: OrderedDict[Asked, Postings] = field(default_factory=OrderedDict)
    held: int = 0
    lengths: dict[str, array[int]] = field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    carried: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    moments: dict[str, array[int]] = field(default_factory=dict)
    spans: dict[tuple[int | None, int | None], int] = field(default_factory=dict)
    factors: dict[tuple[Lift, ...], array[float]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def segment_name(reader: SegmentReader) -> str:
    """How Whoosh names the segment of a reader."""
    return str(reader.segment().segment_id())


def _open_files(reader: SegmentReader) -> None:
    """Open at once what Whoosh opens at first use: by then a merge may have removed the files."""
    for each in Field:
        reader.doc_field_length(0, each)
    for moment in MOMENTS:
        reader.column_reader(moment)
    try:
        reader.stored_fields(0)
    except TypeError:  # what Whoosh makes of a missing file
        raise FileNotFoundError(segment_name(reader)) from None


class Segment:
    """One segment as of one generation. All reading of files is behind one lock: Whoosh shares its file positions."""

    def __init__(self, reader: SegmentReader, kept: Kept) -> None:
        self.reader = reader
        self.kept = kept
        self.size: int = reader.doc_count_all()
        self.live = ((1 << self.size) - 1) & ~bits_of(reader.deleted_docs_set, self.size)
        self._lock = kept.lock
        try:
            _open_files(reader)
        except BaseException:
            reader.close()
            raise
        # Searches under way may outlive a generation; the files are closed when the last of them is done.
        finalize(self, reader.close)

    @property
    def name(self) -> str:
        """The same in every generation the segment lives through."""
        return segment_name(self.reader)

    def postings(self, field_name: str, tokens: tuple[str, ...], is_prefix: bool = False) -> Postings:
        """Where the tokens stand next to each other. May name deleted documents: intersect with `live`."""
        with self._lock:
            return self._postings(field_name, tokens, is_prefix)

    def _postings(self, field_name: str, tokens: tuple[str, ...], is_prefix: bool = False) -> Postings:
        asked = (field_name, tokens, is_prefix)
        found = self.kept.postings.get(asked)
        if found is None:
            if is_prefix:
                found = self._read_prefix(field_name, tokens[0])
            else:
                found = self._read_run(field_name, tokens) if len(tokens) > 1 else self._read(field_name, tokens[0])
            self._keep(asked, found)
        else:
            self.kept.postings.move_to_end(asked)
        return found

    def any_of(self, field_name: str, values: Iterable[str]) -> int:
        """The documents that carry one of these labels."""
        found = 0
        for value in values:
            found |= self.postings(field_name, (value,)).bits
        return found

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """The documents of these names."""
        with self._lock:
            return [number for key in keys for number in self._read("key", key).ids]

    def values(self, field_name: str) -> tuple[str, ...]:
        """Every value of a label in this segment."""
        with self._lock:
            if field_name not in self.kept.values:
                self.kept.values[field_name] = tuple(t.decode() for t in self.reader.lexicon(field_name))
            return self.kept.values[field_name]

    def count(self, field_name: str, documents: int) -> Counter[str]:
        """How many of a set of documents carry each value of a label."""
        values = self.values(field_name)
        if len(values) <= _FEW_VALUES:
            counts = {value: (documents & self.any_of(field_name, [value])).bit_count() for value in values}
            return Counter({value: count for value, count in counts.items() if count})
        return Counter(chain.from_iterable(compress(self._carried(field_name), mask_of(documents, self.size))))

    def _carried(self, field_name: str) -> list[tuple[str, ...]]:
        with self._lock:
            if field_name not in self.kept.carried:
                carried: list[tuple[str, ...]] = [()] * self.size
                for term in self.reader.lexicon(field_name):
                    value = term.decode()
                    for number in self._read(field_name, value).ids:
                        carried[number] += (value,)
                self.kept.carried[field_name] = carried
            return self.kept.carried[field_name]

    def lengths(self, field_name: Field) -> array[int]:
        """The number of tokens of each document."""
        with self._lock:
            if field_name not in self.kept.lengths:
                length: Callable[[int, str], int] = self.reader.doc_field_length
                self.kept.lengths[field_name] = array("I", (length(n, field_name) for n in range(self.size)))
            return self.kept.lengths[field_name]

    def moments(self, column_name: str) -> array[int]:
        """The moment of each document in seconds: one of MOMENTS."""
        with self._lock:
            if column_name not in self.kept.moments:
                column = self.reader.column_reader(column_name)
                self.kept.moments[column_name] = array("q", (column[n] for n in range(self.size)))
            return self.kept.moments[column_name]

    def of_span(self, span: tuple[int | None, int | None]) -> int:
        """The documents whose date lies in a half-open span of seconds."""
        found = self.kept.spans.get(span)
        if found is None:
            since, before = span[0] if span[0] is not None else -inf, span[1] if span[1] is not None else inf
            inside = [number for number, date in enumerate(self.moments("date")) if since <= date < before]
            if len(self.kept.spans) >= _MOST_SPANS:
                self.kept.spans.clear()
            found = self.kept.spans[span] = bits_of(inside, self.size)
        return found

    def factors(self, lifts: tuple[Lift, ...]) -> array[float]:
        """By how much its labels lift each document."""
        found = self.kept.factors.get(lifts)
        if found is None:
            found = array("f", (1.0,)) * self.size
            for lift in lifts:
                for number in members(self.any_of(lift.name, [lift.value]), self.size):
                    found[number] *= lift.factor
            if len(self.kept.factors) >= _MOST_FACTORS:
                self.kept.factors.clear()
            self.kept.factors[lifts] = found
        return found

    def key(self, number: int) -> str:
        """The name of a document."""
        with self._lock:
            return str(self.reader.stored_fields(number)["key"])

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of each live document."""
        for number in members(self.live, self.size):
            with self._lock:
                fields = self.reader.stored_fields(number)
            yield fields["key"], fields["revision"]

    def _keep(self, asked: Asked, found: Postings) -> None:
        kept = self.kept
        kept.postings[asked] = found
        kept.held += self._weight(found)
        while kept.held > _MOST_KEPT and len(kept.postings) > 1:
            _, dropped = kept.postings.popitem(last=False)
            kept.held -= self._weight(dropped)

    def _weight(self, postings: Postings) -> int:
        """What keeping costs, in postings; the bit set is an eighth of a byte a document."""
        return len(postings.ids) + self.size // 64 + 16

    def _read(self, field_name: str, token: str) -> Postings:
        ids, weights = array("I"), array("f")
        matcher = self._matcher(field_name, token)
        while matcher.is_active():
            ids.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
        return Postings(ids, weights, bits_of(ids, self.size))

    def _read_prefix(self, field_name: str, prefix: str) -> Postings:
        weights: dict[int, float] = defaultdict(float)
        for term in self.reader.expand_prefix(field_name, prefix):
            found = self._read(field_name, term.decode())
            for number, weight in zip(found.ids, found.weights, strict=True):
                weights[number] += weight
        ids = array("I", sorted(weights))
        return Postings(ids, array("f", (weights[number] for number in ids)), bits_of(ids, self.size))

    def _read_run(self, field_name: str, tokens: tuple[str, ...]) -> Postings:
        """Where the tokens follow each other; the rarest is asked first, which leaves few documents to the others."""
        holding = [self._postings(field_name, (token,)) for token in tokens]
        left = reduce(and_, (postings.bits for postings in holding), self.live)
        starts: dict[int, set[int]] = {}
        for offset in sorted(range(len(tokens)), key=lambda place: len(holding[place].ids)):
            if not left:
                break
            narrowed: dict[int, set[int]] = {}
            for number, places in self._places(field_name, tokens[offset], left, len(holding[offset].ids)):
                begun = {place - offset for place in places}
                if begun := begun & starts[number] if starts else begun:
                    narrowed[number] = begun
            starts, left = narrowed, bits_of(narrowed, self.size)
        ids = array("I", starts if left else ())
        return Postings(ids, array("f", (len(starts[number]) for number in ids)), left)

    def _places(self, field_name: str, token: str, wanted: int, held: int) -> Iterator[tuple[int, list[int]]]:
        matcher = self._matcher(field_name, token)
        decode = self.reader.schema[field_name].format.decoder("positions")
        if wanted.bit_count() * _STEPS_PER_SKIP < held:
            for number in members(wanted, self.size):
                matcher.skip_to(number)
                yield number, decode(matcher.value())
            return
        mask = mask_of(wanted, self.size)
        while matcher.is_active():
            number = matcher.id()
            if mask[number]:
                yield number, decode(matcher.value())
            matcher.next()

    def _matcher(self, field_name: str, token: str) -> Matcher:
        """A walk through the documents of a token; it may meet deleted ones, whom `live` leaves out at no cost."""
        try:
            matcher = self.reader.postings(field_name, token)
        except TermNotFound:
            return NullMatcher()
        return matcher.child if isinstance(matcher, FilterMatcher) else matcher
