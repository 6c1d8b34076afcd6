"""The engine itself: the index in service, its writer and its readers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.search.columns.engine import ColumnsEngine
from app.search.columns.reading import Stale
from app.search.engine import Document
from app.search.fts_engine.folders import FILE, Folders
from app.search.fts_engine.reader import SqliteReader
from app.search.fts_engine.schema import connect, create
from app.search.fts_engine.writer import Writer, transaction


class FtsEngine(ColumnsEngine):
    """An index in a folder. Any number of processes may read; writers wait for each other."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._folders = Folders(root)
        self._service: SqliteReader | None = None
        self._writer: tuple[Path, Writer] | None = None

    def draft(self) -> FtsEngine:
        """An index apart, to be filled and published; one left by an interrupted rebuild is taken up again."""
        return FtsEngine(self._folders.draft())

    def publish(self, draft: FtsEngine) -> None:
        """Put a draft in the place of the index that is searched."""
        draft.commit()
        if draft._folders.current() is None:
            draft._make()
        draft.optimise()
        draft.close()
        self._folders.publish(draft._folders)

    def optimise(self) -> None:
        """Merge what many small commits left: words of removed documents leave the disk, and searches read less."""
        folder = self._folders.current()
        if folder is None:
            return
        connection = connect(folder / FILE)
        try:
            for table in ("texts", "forms"):
                with transaction(connection):
                    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - ours
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def _reader(self) -> SqliteReader | None:
        folder = self._folders.current()
        if folder is None:
            self._service = None
        elif self._service is None or self._service.folder != folder:
            self._service = SqliteReader(folder)
        return self._service

    def _write(self, pending: Mapping[str, Document | None]) -> None:
        folder = self._folders.current() or self._make()
        if self._writer and self._writer[0] != folder:
            self._writer[1].close()
            self._writer = None
        if self._writer is None:
            self._writer = folder, Writer(connect(folder / FILE))
        self._writer[1].write(pending)

    def _make(self) -> Path:
        folder = self._folders.new()
        folder.mkdir(parents=True)
        create(folder / FILE)
        self._folders.point_to(folder)
        return folder

    def _let_go(self) -> None:
        self._service = None
        if self._writer:
            self._writer[1].close()
            self._writer = None

    def _size(self) -> int:
        try:
            return self._folders.size()
        except FileNotFoundError as trouble:  # a rebuild has just taken its place, or a log was written back
            raise Stale from trouble
