"""The engine over any database that reads and writes as `columns.reading` says."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock
from typing import TypeVar

from app.search.columns.answering import answer, runs_of
from app.search.columns.postings import Kept
from app.search.columns.reading import Reader, Stale
from app.search.columns.snapshot import Snapshot
from app.search.engine import FACETS, Document, Query, Result, Stats

T = TypeVar("T")
F = TypeVar("F")
_TRIES = 20
_UNUSED = 600.0
"""Seconds after which a process that writes and does not search lets go of what searches are answered from."""


class ColumnsEngine(ABC):
    """Buffered writing, and searches on the latest commit."""

    def __init__(self) -> None:
        self._pending: dict[str, Document | None] = {}
        self._snapshot: Snapshot | None = None
        self._kept = Kept()
        self._looking = Lock()
        self._searched = 0.0

    @abstractmethod
    def _reader(self) -> Reader | None:
        """The index in service; the same object as long as it is the same index, None where there is none."""

    @abstractmethod
    def _write(self, pending: Mapping[str, Document | None]) -> None:
        """Commit these documents, and the absence of those that are None, all or none of them."""

    @abstractmethod
    def _size(self) -> int:
        """Bytes on disk of the index in service."""

    def upsert(self, documents: Iterable[Document]) -> None:
        """Add documents, replacing those of the same key."""
        self._pending.update((document.key, document) for document in documents)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove documents; unknown keys are no error."""
        self._pending.update((key, None) for key in keys)

    def commit(self) -> None:
        """Make what was buffered visible to every process."""
        pending, self._pending = self._pending, {}
        if self._snapshot is not None and time.monotonic() - self._searched > _UNUSED:
            self._forget()
        if not pending:
            return
        try:
            self._write(pending)
        except BaseException:
            self._pending = pending | self._pending
            raise

    def query(self, query: Query) -> Result:
        """Search the latest commit of any process."""

        def search(snapshot: Snapshot, kept: Kept) -> Result:
            return answer(snapshot, query, kept.of(snapshot, runs_of(query)))

        return self._on_latest(search) or Result(facets={facet: {} for facet in FACETS})

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of every document of the latest commit."""
        return iter(self._read(lambda reader: list(reader.revisions())) or ())

    def stats(self) -> Stats:
        """Figures of the latest commit."""

        def count(reader: Reader) -> Stats:
            return Stats(reader.documents(), self._size(), f"{reader.name}/{reader.generation()}")

        return self._read(count) or Stats(documents=0, size=0, generation="")

    def close(self) -> None:
        """Let go of files and connections; whatever is asked next opens them again."""
        self._forget()
        with self._looking:
            self._let_go()

    def _forget(self) -> None:
        with self._looking:
            self._snapshot, self._kept = None, Kept()

    @abstractmethod
    def _let_go(self) -> None:
        """Close what is open."""

    def _on_latest(self, work: Callable[[Snapshot, Kept], T]) -> T | None:
        """What work makes of the newest snapshot."""
        return self._until_settled(self._latest, lambda found: work(*found))

    def _read(self, work: Callable[[Reader], T]) -> T | None:
        """What work reads of the index itself: no snapshot is made for it."""

        def find() -> Reader | None:
            with self._looking:
                return self._reader()

        return self._until_settled(find, work)

    def _until_settled(self, find: Callable[[], F | None], work: Callable[[F], T]) -> T | None:
        """Again, where another index takes its place meanwhile."""
        for attempt in range(_TRIES):
            try:
                found = find()
                return work(found) if found else None
            except Stale:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _latest(self) -> tuple[Snapshot, Kept] | None:
        with self._looking:
            self._searched = time.monotonic()
            reader = self._reader()
            if reader is None:
                return None
            if self._snapshot is None or self._snapshot.reader is not reader:
                self._snapshot, self._kept = Snapshot(reader), Kept()
            if reader.generation() != self._snapshot.mark.generation:
                self._snapshot = self._snapshot.after(reader.changes(self._snapshot.mark))
            return self._snapshot, self._kept
