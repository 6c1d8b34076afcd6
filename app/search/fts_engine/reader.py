"""Reading one index of SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from weakref import finalize

import numpy as np

from app.search.columns.reading import ROW, ROWS_AT_ONCE, Asked, Changes, Holding, Mark, Numbers, Rows, Stale
from app.search.engine import Field
from app.search.fts_engine.folders import FILE
from app.search.fts_engine.schema import connect
from app.search.fts_engine.tokens import phrase

_NONE: Numbers = np.zeros(0, np.intp)
_FIND = "SELECT group_concat(rowid) FROM {table} WHERE {table} MATCH ? AND rowid > ?"
_FIND_TEXT, _FIND_FORM = _FIND.format(table="texts"), _FIND.format(table="forms")
_ROWS = f"SELECT {', '.join(ROW)} FROM document WHERE number > ? ORDER BY number"  # noqa: S608 - our own names
_AT_ONCE = 500


class SqliteReader:
    """One file. A lock keeps its one connection to one thread at a time; what is read most is kept by others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self._connection = connect(folder / FILE)
        except sqlite3.OperationalError as trouble:
            raise Stale from trouble
        finalize(self, self._connection.close)
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Folders are named once."""
        return self.folder.name

    def generation(self) -> int:
        """Grows with every commit."""
        with self._lock:
            return int(self._connection.execute("SELECT generation FROM state").fetchone()[0])

    def changes(self, mark: Mark) -> Changes:
        """What was committed since, as of one moment."""
        with self._lock:
            ask = self._connection.execute
            ask("BEGIN")
            try:
                generation, number = ask("SELECT generation, number FROM state").fetchone()
                labels = ask("SELECT id, name, value FROM label WHERE id > ? ORDER BY id", (mark.label,)).fetchall()
                found = ask(_ROWS, (mark.number,))
                rows = Rows.of(iter(lambda: found.fetchmany(ROWS_AT_ONCE), []))
                query = "SELECT number FROM gone WHERE generation > ? AND number <= ?"
                gone = [row[0] for row in ask(query, (mark.generation, mark.number))]
            finally:
                ask("COMMIT")
        label = labels[-1][0] if labels else mark.label
        return Changes(Mark(generation, number, label), labels, rows, gone)

    def holding(self, asked: Sequence[Asked]) -> list[Holding]:
        """Where these runs occur."""
        with self._lock:
            return [self._text(each) if each.field is Field.EXACT else self._form(each) for each in asked]

    def _text(self, asked: Asked) -> Holding:
        sought = phrase(asked.tokens, is_prefix=asked.is_prefix)
        anywhere = self._find(_FIND_TEXT, sought, asked.after)
        if not len(anywhere):
            return Holding(_NONE, _NONE, _NONE)
        is_word = len(asked.tokens) == 1 and not asked.is_prefix
        return Holding(
            anywhere,
            self._find(_FIND_TEXT, f"title : {sought}", asked.after),
            self._find(_FIND_FORM, f"often : {sought}", asked.after) if is_word else _NONE,
        )

    def _form(self, asked: Asked) -> Holding:
        """Stems are kept without their order: of several, all have to be there."""
        sought = " AND ".join(phrase([token], is_prefix=asked.is_prefix) for token in asked.tokens)
        found = [
            self._find(_FIND_FORM, f"{{{column}}} : ({sought})", asked.after)
            for column in ("stem", "title_stem", "stem_often")
        ]
        return Holding(*found)

    def _find(self, query: str, sought: str, after: int) -> Numbers:
        (found,) = self._connection.execute(query, (sought, after)).fetchone()
        return np.fromstring(found, np.intp, sep=",") if found else _NONE

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """The numbers of the documents of these keys."""
        found, wanted = [], list(keys)
        with self._lock:
            for start in range(0, len(wanted), _AT_ONCE):
                part = wanted[start : start + _AT_ONCE]
                marks = ",".join("?" * len(part))
                query = f"SELECT number FROM document WHERE key IN ({marks})"  # noqa: S608 - question marks alone
                found += [row[0] for row in self._connection.execute(query, part)]
        return found

    def documents(self) -> int:
        """How many there are."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM document").fetchone()[0])

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of every document."""
        with self._lock:
            return iter(self._connection.execute("SELECT key, revision FROM document").fetchall())
