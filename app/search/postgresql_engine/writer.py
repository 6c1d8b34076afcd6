"""Writing to one index of PostgreSQL: one transaction a commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.search.columns.words import lengths_of, words_of
from app.search.engine import Document
from app.search.postgresql_engine.schema import quoted
from app.search.postgresql_engine.vectors import by_form, in_order


class Writer:
    """Keeps the ids of labels between commits, as long as nobody else writes."""

    def __init__(self, schema: str) -> None:
        self._schema = quoted(schema)
        self._labels: dict[tuple[str, str], int] = {}
        self._known = ("", -1)

    def write(self, connection: Any, pending: Mapping[str, Document | None]) -> None:
        """Inside a transaction that has the lock: remove what was there under these keys, add what is."""
        s = self._schema
        name, generation, number, label = connection.execute(
            f"SELECT name, generation, number, label FROM {s}.state"
        ).fetchone()
        if (name, generation) != self._known:
            rows = connection.execute(f"SELECT name, value, id FROM {s}.label")
            self._labels = {(of, value): known for of, value, known in rows}
        self._known = ("", -1)  # should this one fail, its labels are not there
        self._remove(connection, list(pending), generation + 1)
        documents = [document for document in pending.values() if document is not None]
        label = self._add_labels(connection, documents, label)
        self._add(connection, documents, number)
        connection.execute(
            f"UPDATE {s}.state SET generation = %s, number = %s, label = %s",
            (generation + 1, number + len(documents), label),
        )
        self._known = (name, generation + 1)

    def _remove(self, connection: Any, keys: list[str], generation: int) -> None:
        s = self._schema
        removed = connection.execute(f"DELETE FROM {s}.document WHERE key = ANY(%s) RETURNING number", (keys,))
        numbers = [row[0] for row in removed]
        if numbers:
            connection.execute(f"DELETE FROM {s}.words WHERE number = ANY(%s)", (numbers,))
            connection.execute(f"INSERT INTO {s}.gone SELECT unnest(%s::int[]), %s", (numbers, generation))

    def _add_labels(self, connection: Any, documents: list[Document], last: int) -> int:
        carried = {pair: None for document in documents for pair in _labels(document)}
        new = [pair for pair in carried if pair not in self._labels]
        with connection.cursor().copy(f"COPY {self._schema}.label FROM STDIN") as copy:
            for place, (name, value) in enumerate(new, last + 1):
                self._labels[name, value] = place
                copy.write_row((place, name, value))
        return last + len(new)

    def _add(self, connection: Any, documents: list[Document], last: int) -> None:
        with connection.cursor().copy(f"COPY {self._schema}.document FROM STDIN") as copy:
            for number, document in enumerate(documents, last + 1):
                moments = int(document.date.timestamp()), int(document.active.timestamp())
                ids = np.array([self._labels[pair] for pair in _labels(document)], "<i4").tobytes()
                told = (document.revision, document.id, *moments, *lengths_of(document), ids)
                copy.write_row((number, document.key, *told))
        with connection.cursor().copy(f"COPY {self._schema}.words (number, exact, forms) FROM STDIN") as copy:
            for number, document in enumerate(documents, last + 1):
                words = words_of(document)
                copy.write_row((number, in_order(words), by_form(words)))


def _labels(document: Document) -> list[tuple[str, str]]:
    return [(name, value) for name, values in document.labels().items() for value in values]
