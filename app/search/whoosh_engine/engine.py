"""The engine itself: buffered writing, and searches on the latest commit."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from time import sleep

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import EmptyIndexError

from app.search.breadth import Breadth
from app.search.engine import FACETS, Document, Hit, Query, Result, Stats
from app.search.whoosh_engine.folders import Folders
from app.search.whoosh_engine.matching import find
from app.search.whoosh_engine.ranking import rank
from app.search.whoosh_engine.schema import row
from app.search.whoosh_engine.snapshot import Snapshot

_WRITER_PATIENCE = 60.0  # seconds; without it a second writer fails at once and its batch is lost
_MEMORY = 64  # megabytes of postings before Whoosh spills to disk
_TRIES = 20


class WhooshEngine:
    """An index in a folder. Any number of processes may read; writers wait for each other."""

    def __init__(self, root: Path) -> None:
        self._folders = Folders(root)
        self._pending: dict[str, Document | None] = {}
        self._snapshot: Snapshot | None = None
        self._opening = Lock()

    def upsert(self, documents: Iterable[Document]) -> None:
        """Add documents, replacing those of the same key."""
        self._pending.update((document.key, document) for document in documents)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove documents; unknown keys are no error."""
        self._pending.update((key, None) for key in keys)

    def commit(self) -> None:
        """Make what was buffered visible to every process."""
        pending, self._pending = self._pending, {}
        if not pending:
            return
        writer = self._folders.open_current().writer(
            timeout=_WRITER_PATIENCE, limitmb=_MEMORY, codec=W3Codec(compression=0), compound=False
        )
        try:
            # Deletions first, all together: one look-up searcher serves them, as it would not between additions.
            for key in pending:
                writer.delete_by_term("key", key)
            for document in pending.values():
                if document is not None:
                    writer.add_document(**row(document))
        except BaseException:
            writer.cancel()
            self._pending = pending | self._pending
            raise
        writer.commit()

    def query(self, query: Query) -> Result:
        """Search the latest commit of any process."""
        snapshot = self._latest()
        if snapshot is None:
            return Result(facets={facet: {} for facet in FACETS})
        found = find(snapshot.segments, query, snapshot.documents)
        total = sum(bits.bit_count() for _, bits in found.passing)
        hits = rank(snapshot, query, found)
        return Result(
            hits=tuple(Hit(segment.key(number), score) for score, _, segment, number in hits),
            total=total,
            facets=found.facets(),
            relaxed=found.breadth is Breadth.SOME and total > 0,
        )

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of every document of the latest commit."""
        snapshot = self._latest()
        return snapshot.revisions() if snapshot else iter(())

    def stats(self) -> Stats:
        """Figures of the latest commit."""
        snapshot = self._latest()
        if snapshot is None:
            return Stats(documents=0, size=0, generation="")
        generation = f"{snapshot.folder.name}/{snapshot.generation}"
        return Stats(snapshot.documents, self._folders.size(), generation)

    def optimise(self) -> None:
        """Nothing to do: Whoosh merges as it writes; one segment made of all takes seconds a thousand documents."""

    def close(self) -> None:
        """Let go of the files."""
        self._snapshot = None

    def draft(self) -> "WhooshEngine":
        """An index apart, to be filled and published; one left by an interrupted rebuild is taken up again."""
        return WhooshEngine(self._folders.draft())

    def publish(self, draft: "WhooshEngine") -> None:
        """Put a draft in the place of the index that is searched."""
        draft.commit()
        self._folders.publish(draft._folders)  # noqa: SLF001 - of the same class

    def _latest(self) -> Snapshot | None:
        """The newest snapshot. A commit or a publication may remove files while they are being opened."""
        with self._opening:
            for attempt in range(_TRIES):
                try:
                    return self._look()
                except (OSError, EmptyIndexError):
                    if attempt == _TRIES - 1:
                        raise
                    sleep(0.02)
        raise AssertionError("unreachable")

    def _look(self) -> Snapshot | None:
        folder = self._folders.current()
        if folder is None:
            return None
        if self._snapshot is None or not self._snapshot.is_latest(folder):
            self._snapshot = Snapshot(folder, self._snapshot)
        return self._snapshot
