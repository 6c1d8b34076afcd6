"""Writing to one index of SQLite: one transaction a commit, so that a crash leaves the one before."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from app.search.columns.words import lengths_of, words_of
from app.search.engine import Document
from app.search.fts_engine.tokens import joined

_FASTEST = 1  # level of compression
_TEXTS = "INSERT INTO texts ({first}rowid, title, body) VALUES ({value}?, ?, ?)"
_FORMS = "INSERT INTO forms ({first}rowid, stem, title_stem, often, stem_often) VALUES ({value}?, ?, ?, ?, ?)"
_ADD = (_TEXTS.format(first="", value=""), _FORMS.format(first="", value=""))
_REMOVE = (_TEXTS.format(first="texts, ", value="'delete', "), _FORMS.format(first="forms, ", value="'delete', "))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Wait for other writers, then commit all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


class Writer:
    """Keeps the ids of labels between commits, as long as nobody else writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._labels: dict[tuple[str, str], int] = {}
        self._generation = -1

    def write(self, pending: Mapping[str, Document | None]) -> None:
        """Remove what was there under these keys, and add the documents that are."""
        with transaction(self._connection):
            generation, number = self._connection.execute("SELECT generation, number FROM state").fetchone()
            if generation != self._generation:
                rows = self._connection.execute("SELECT name, value, id FROM label")
                self._labels = {(name, value): label for name, value, label in rows}
            self._generation = -1  # should this one fail, its labels are not there
            self._remove(pending, generation + 1)
            documents = [document for document in pending.values() if document is not None]
            for place, document in enumerate(documents, number + 1):
                self._add(place, document)
            self._connection.execute(
                "UPDATE state SET generation = ?, number = ?", (generation + 1, number + len(documents))
            )
        self._generation = generation + 1

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _remove(self, keys: Mapping[str, object], generation: int) -> None:
        ask = self._connection.execute
        for key in keys:
            row = ask("DELETE FROM document WHERE key = ? RETURNING number", (key,)).fetchall()
            if not row:
                continue
            ((number,),) = row
            ((strings,),) = ask("DELETE FROM words WHERE number = ? RETURNING strings", (number,)).fetchall()
            texts = json.loads(zlib.decompress(strings))
            ask(_REMOVE[0], (number, *texts[:2]))
            ask(_REMOVE[1], (number, *texts[2:]))
            ask("INSERT INTO gone (number, generation) VALUES (?, ?)", (number, generation))

    def _add(self, number: int, document: Document) -> None:
        ask, words = self._connection.execute, words_of(document)
        texts = [joined(part) for part in (words.title, words.body)]
        texts += [joined(part) for part in (words.stem, words.title_stem, words.often, words.stem_often)]
        ask(_ADD[0], (number, *texts[:2]))
        ask(_ADD[1], (number, *texts[2:]))
        ask("INSERT INTO words VALUES (?, ?)", (number, zlib.compress(json.dumps(texts).encode(), _FASTEST)))
        moments = int(document.date.timestamp()), int(document.active.timestamp())
        ask(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                document.key,
                document.revision,
                document.id,
                *moments,
                *lengths_of(document),
                self._ids(document),
            ),
        )

    def _ids(self, document: Document) -> bytes:
        carried = [(name, value) for name, values in document.labels().items() for value in values]
        return np.array([self._label(*each) for each in carried], "<i4").tobytes()

    def _label(self, name: str, value: str) -> int:
        if (name, value) not in self._labels:
            made = self._connection.execute("INSERT INTO label (name, value) VALUES (?, ?)", (name, value))
            assert made.lastrowid is not None
            self._labels[name, value] = made.lastrowid
        return self._labels[name, value]
