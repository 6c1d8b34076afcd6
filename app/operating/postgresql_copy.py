"""A PostgreSQL database, read in one snapshot and written back beside the one in use.

Tables travel in PostgreSQL's own COPY form, which every version reads; the tables themselves are made by the
migrations. So no `pg_dump` of the right version is needed, and what is restored can be compared before it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from app.config import Settings
from app.operating.archive import Manifest

_SAME = ("SET TIME ZONE 'UTC'", "SET datestyle = 'ISO, MDY'", "SET extra_float_digits = 1")
"""What decides how a row is written as text."""
PIECE = 1 << 20


def is_meant(settings: Settings) -> bool:
    """Whether the settings name a PostgreSQL database."""
    return settings.database.startswith("postgresql")


@contextmanager
def connected(url: str, schema: str = "") -> Iterator[Any]:
    """A connection of its own, in one transaction that sees one moment; committed when the block ends well."""
    import psycopg

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=False) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for statement in _SAME:
            connection.execute(statement)
        if schema:
            connection.execute(f'SET search_path TO "{schema}"')
        yield connection


def make_schema(url: str, schema: str) -> None:
    """An empty schema to prepare in; those that killed restores left are dropped."""
    with connected(url) as connection:
        left = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'restoring\\_%'").fetchall()
        for (name,) in left:
            connection.execute(f'DROP SCHEMA "{name}" CASCADE')
        connection.execute(f'CREATE SCHEMA "{schema}"')


def in_schema(url: str, schema: str) -> str:
    """The same database, its tables made and found in another schema."""
    option = f"-csearch_path={schema}"
    return make_url(url).update_query_dict({"options": option}).render_as_string(hide_password=False)


def snapshot(url: str, folder: Path, manifest: Manifest) -> list[tuple[str, Path]]:
    """Write every table to a file; the manifest learns revision, rows, checksums and columns."""
    members = []
    with connected(url) as connection:
        tables = tables_of(connection)
        manifest.tables = sums_of(connection, tables)
        if "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            manifest.revision = str(row[0]) if row else ""
        for name, columns in tables.items():
            path = folder / f"{name}.copy"
            with path.open("xb") as file, connection.cursor().copy(f"COPY {_named(name, columns)} TO STDOUT") as copy:
                for piece in copy:
                    file.write(piece)
            members.append((f"tables/{name}.copy", path))
    return members


def tables_of(connection: Any) -> dict[str, list[str]]:
    """The columns of each table of the schema in use, sorted."""
    found: dict[str, list[str]] = {}
    query = (
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t "
        "USING (table_schema, table_name) WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' "
        "ORDER BY 1, 2"
    )
    for table, column in connection.execute(query):
        found.setdefault(table, []).append(column)
    return found


def sums_of(connection: Any, tables: dict[str, list[str]]) -> dict[str, list[Any]]:
    """Of each table: rows, a checksum that does not depend on their order, its columns."""
    sums = {}
    for name, columns in tables.items():
        row = ", ".join(f'"{column}"' for column in columns)
        one = f"('x' || substr(md5(ROW({row})::text), 1, 15))::bit(60)::bigint"
        count, total = connection.execute(
            f'SELECT count(*), coalesce(sum({one}::numeric), 0)::text FROM "{name}"'  # noqa: S608 - its own names
        ).fetchone()
        sums[name] = [count, total, columns]
    return sums


def load(connection: Any, folder: Path, manifest: Manifest) -> None:
    """Fill the empty tables of the schema in use from the files of a backup. Keys are checked when all is there."""
    keys = drop_keys(connection)
    for name, (_rows, _sum, columns) in manifest.tables.items():
        path = folder / f"{name}.copy"
        connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
        with path.open("rb") as file, connection.cursor().copy(f"COPY {_named(name, columns)} FROM STDIN") as copy:
            while piece := file.read(PIECE):
                copy.write(piece)
    for statement in keys:
        connection.execute(statement)


def drop_keys(connection: Any) -> list[str]:
    """Take the foreign keys off, so that tables may be filled in any order; the statements that put them back."""
    query = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    again = []
    for table, name, definition in connection.execute(query).fetchall():
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    return again


def move_sequences(connection: Any) -> None:
    """Let numbering go on after the rows that were loaded."""
    query = (
        "SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
    )
    for table, column, sequence in connection.execute(query).fetchall():
        if sequence:
            last = f'SELECT setval(%s, coalesce((SELECT max("{column}") FROM "{table}"), 0) + 1, false)'  # noqa: S608
            connection.execute(last, (sequence,))


def renumber_log(connection: Any) -> None:
    """Let every consumer go on where it was: another server counts transactions anew.

    Events keep their ids under the first transaction number there is; a cursor stands before the first event that its
    consumer had not read. It may be given some twice, which consumers bear.
    """
    for name, xid, last in connection.execute("SELECT name, xid, event_id FROM consumer_cursor").fetchall():
        unread = "SELECT min(id) FROM event WHERE (xid, id) > (%s::text::xid8, %s)"
        (first,) = connection.execute(unread, (str(xid), last)).fetchone()
        (highest,) = connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
        place = first - 1 if first is not None else highest
        moved = "UPDATE consumer_cursor SET xid = 3, event_id = %s WHERE name = %s"
        connection.execute(moved, (place, name))
    connection.execute("UPDATE event SET xid = '3'::xid8")


def exchange(url: str, new: str, former: str) -> None:
    """Put one schema in the place of the one in use, which is kept under another name: at once, or not at all."""
    with connected(url) as connection:
        (current,) = connection.execute("SELECT current_schema()").fetchone()
        connection.execute(f'ALTER SCHEMA "{current}" RENAME TO "{former}"')
        connection.execute(f'ALTER SCHEMA "{new}" RENAME TO "{current}"')
        # The search index of the tables stands beside them, and is made again where there is none.
        connection.execute(f'DROP SCHEMA IF EXISTS "{current}_search" CASCADE')
        if connection.execute("SELECT to_regnamespace(%s)", (f'"{new}_search"',)).fetchone()[0]:
            connection.execute(f'ALTER SCHEMA "{new}_search" RENAME TO "{current}_search"')


def other_sessions(url: str) -> int:
    """How many other connections the database has: a platform that runs on another machine has some."""
    with connected(url) as connection:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        return int(connection.execute(query).fetchone()[0])


def _named(table: str, columns: list[str]) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f'"{table}" ({listed})'
