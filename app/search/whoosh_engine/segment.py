"""What is read from one segment of the index. Segments never change, save for deletions."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock

from whoosh.reading import SegmentReader, TermNotFound

from app.search.engine import Field
from app.search.whoosh_engine.bits import bits_of, members

_KEPT_POSTINGS = 1_024


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a token, or a run of tokens, occurs: document numbers ascending, and how often in each."""

    ids: array[int]
    weights: array[float]
    bits: int


@dataclass(slots=True)
class Kept:
    """What was read before, handed on from one generation to the next."""

    postings: OrderedDict[tuple[str, tuple[str, ...]], Postings] = field(default_factory=OrderedDict)
    lengths: dict[str, array[int]] = field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dates: array[int] | None = None


class Segment:
    """One segment as of one generation. All reading of files is behind one lock: Whoosh shares its file positions."""

    def __init__(self, reader: SegmentReader, kept: Kept) -> None:
        self.reader = reader
        self.kept = kept
        self.size: int = reader.doc_count_all()
        self.live = bits_of((n for n in range(self.size) if not reader.is_deleted(n)), self.size)
        self._lock = Lock()

    @property
    def name(self) -> str:
        return str(self.reader.segment().segment_id())

    def postings(self, field_name: str, tokens: tuple[str, ...]) -> Postings:
        """Where the tokens stand next to each other. May name deleted documents: intersect with `live`."""
        asked = (field_name, tokens)
        with self._lock:
            found = self.kept.postings.get(asked)
            if found is None:
                found = self._read(field_name, tokens)
                self.kept.postings[asked] = found
                if len(self.kept.postings) > _KEPT_POSTINGS:
                    self.kept.postings.popitem(last=False)
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
            return [number for key in keys for number in self._read("key", (key,)).ids]

    def values(self, field_name: str) -> tuple[str, ...]:
        """Every value of a label in this segment."""
        with self._lock:
            if field_name not in self.kept.values:
                self.kept.values[field_name] = tuple(t.decode() for t in self.reader.lexicon(field_name))
            return self.kept.values[field_name]

    def lengths(self, field_name: Field) -> array[int]:
        """The number of tokens of each document."""
        with self._lock:
            if field_name not in self.kept.lengths:
                length: Callable[[int, str], int] = self.reader.doc_field_length
                self.kept.lengths[field_name] = array("L", (length(n, field_name) for n in range(self.size)))
            return self.kept.lengths[field_name]

    def dates(self) -> array[int]:
        """The date of each document in seconds."""
        with self._lock:
            if self.kept.dates is None:
                column = self.reader.column_reader("date")
                self.kept.dates = array("q", (column[n] for n in range(self.size)))
            return self.kept.dates

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

    def _read(self, field_name: str, tokens: tuple[str, ...]) -> Postings:
        if len(tokens) > 1:
            return self._read_run(field_name, tokens)
        ids, weights = array("L"), array("f")
        try:
            matcher = self.reader.postings(field_name, tokens[0])
        except TermNotFound:
            return Postings(ids, weights, 0)
        while matcher.is_active():
            ids.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
        return Postings(ids, weights, bits_of(ids, self.size))

    def _read_run(self, field_name: str, tokens: tuple[str, ...]) -> Postings:
        candidates = -1
        for token in set(tokens):
            candidates &= self._read(field_name, (token,)).bits
        ids, weights = array("L"), array("f")
        if candidates:
            starts: dict[int, set[int]] = {}
            for offset, token in enumerate(tokens):
                for number, places in self._places(field_name, token, candidates):
                    begun = {place - offset for place in places}
                    starts[number] = starts[number] & begun if offset else begun
            for number, begun in starts.items():
                if begun:
                    ids.append(number)
                    weights.append(len(begun))
        return Postings(ids, weights, bits_of(ids, self.size))

    def _places(self, field_name: str, token: str, candidates: int) -> Iterable[tuple[int, list[int]]]:
        matcher = self.reader.postings(field_name, token)
        for number in members(candidates, self.size):
            matcher.skip_to(number)
            yield number, matcher.value_as("positions")
