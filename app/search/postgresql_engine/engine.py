"""The engine itself: the index in service, its writer and its readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.search.columns.engine import ColumnsEngine
from app.search.engine import Document
from app.search.postgresql_engine.connections import Connections
from app.search.postgresql_engine.reader import PostgresqlReader
from app.search.postgresql_engine.schema import FORMAT, create, drop, exists, index_words, lock, quoted
from app.search.postgresql_engine.writer import Writer

_DRAFT = "_draft"


class PostgresqlEngine(ColumnsEngine):
    """An index in a schema. Any number of processes may read; writers wait for each other."""

    def __init__(self, url: str, *, connections: Connections | None = None, suffix: str = "") -> None:
        super().__init__()
        self._connections = connections or Connections(url)
        self._url = url
        self._suffix = suffix
        self._service: PostgresqlReader | None = None
        self._writer: Writer | None = None

    @property
    def schema(self) -> str:
        """Where the tables of the index are."""
        return self._connections.schema + self._suffix

    def draft(self) -> PostgresqlEngine:
        """An index apart, to be filled and published; one left by an interrupted rebuild is taken up again."""
        return PostgresqlEngine(self._url, connections=self._connections, suffix=_DRAFT)

    def publish(self, draft: PostgresqlEngine) -> None:
        """Put a draft in the place of the index that is searched, in one transaction."""
        draft.commit()
        with draft._writing(is_draft=True) as connection:
            index_words(connection, draft.schema)
        with self._connections.open() as connection:
            connection.execute(f"ANALYZE {quoted(draft.schema)}.words")
            with connection.transaction():
                lock(connection, self.schema)
                drop(connection, self.schema)
                connection.execute(f"ALTER SCHEMA {quoted(draft.schema)} RENAME TO {quoted(self.schema)}")
        self._writer = None

    def optimise(self) -> None:
        """Give back what removed documents held, and let the planner know what there is."""
        with self._connections.open() as connection:
            if exists(connection, self.schema):
                for table in ("words", "document", "gone"):
                    connection.execute(f"VACUUM ANALYZE {quoted(self.schema)}.{table}")

    def _let_go(self) -> None:
        self._service = None
        self._connections.close()

    def _reader(self) -> PostgresqlReader | None:
        from psycopg.errors import InvalidSchemaName, UndefinedTable

        query = f"SELECT format, name, generation FROM {quoted(self.schema)}.state"
        try:
            with self._connections.open() as connection:
                kept, name, generation = connection.execute(query).fetchone()
        except (InvalidSchemaName, UndefinedTable):
            kept = None
        if kept != FORMAT:
            return None
        if self._service is None or self._service.name != name:
            self._service = PostgresqlReader(self._connections, self.schema, name)
        self._service.seen = generation
        return self._service

    def _write(self, pending: Mapping[str, Document | None]) -> None:
        writer = self._writer or Writer(self.schema)
        with self._writing(is_draft=bool(self._suffix)) as connection:
            writer.write(connection, pending)
        self._writer = writer

    @contextmanager
    def _writing(self, *, is_draft: bool) -> Iterator[Any]:
        """A transaction that nobody writes beside; the tables are there, a draft's without indexes of its words."""
        with self._connections.open() as connection, connection.transaction():
            lock(connection, self.schema)
            if not exists(connection, self.schema):
                drop(connection, self.schema)
                create(connection, self.schema)
                if not is_draft:
                    index_words(connection, self.schema)
            yield connection

    def _size(self) -> int:
        query = """SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
            WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r'"""
        with self._connections.open() as connection:
            return int(connection.execute(query, (quoted(self.schema),)).fetchone()[0])
