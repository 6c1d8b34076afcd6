"""The tables of an index in PostgreSQL: one schema an index, so that a draft is published by renaming it."""

from __future__ import annotations

from typing import Any

from ulid import ULID

FORMAT = 3
"""Raise it whenever the layout or the analysis changes: older indexes are then left aside and rebuilt."""

# Number and words stand apart: the rows that are read whole are short. GIN's list of what is still to be sorted in
# would be walked by every search.
_TABLES = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.state (format int NOT NULL, name text NOT NULL, generation bigint NOT NULL,
    number int NOT NULL, label int NOT NULL);
CREATE TABLE {schema}.label (id int PRIMARY KEY, name text NOT NULL, value text NOT NULL);
CREATE TABLE {schema}.document (number int PRIMARY KEY, key text UNIQUE NOT NULL, revision bigint NOT NULL,
    subject bigint NOT NULL, date bigint NOT NULL, active bigint NOT NULL,
    exact_length int NOT NULL, stem_length int NOT NULL, labels bytea NOT NULL);
CREATE TABLE {schema}.words (number int PRIMARY KEY, exact tsvector NOT NULL, forms tsvector NOT NULL);
CREATE TABLE {schema}.gone (number int PRIMARY KEY, generation bigint NOT NULL);
CREATE INDEX gone_generation ON {schema}.gone (generation);
"""
_INDEXES = """
SET LOCAL maintenance_work_mem = '256MB';
CREATE INDEX IF NOT EXISTS words_exact ON {schema}.words USING gin (exact) WITH (fastupdate = off);
CREATE INDEX IF NOT EXISTS words_forms ON {schema}.words USING gin (forms) WITH (fastupdate = off);
"""


def create(connection: Any, schema: str) -> None:
    """Make an empty index, without the indexes of its words: those are made at the end of a rebuild."""
    connection.execute(_TABLES.format(schema=quoted(schema)))
    state = f"INSERT INTO {quoted(schema)}.state VALUES (%s, %s, 0, 0, 0)"
    connection.execute(state, (FORMAT, str(ULID()).lower()))


def index_words(connection: Any, schema: str) -> None:
    """Make what finds words fast, where it is not there."""
    connection.execute(_INDEXES.format(schema=quoted(schema)))


def exists(connection: Any, schema: str) -> bool:
    """Whether there is such an index, of this format."""
    (found,) = connection.execute("SELECT to_regclass(%s)", (f"{quoted(schema)}.state",)).fetchone()
    if found is None:
        return False
    (kept,) = connection.execute(f"SELECT format FROM {quoted(schema)}.state").fetchone()
    return bool(kept == FORMAT)


def drop(connection: Any, schema: str) -> None:
    """Remove an index, whatever its format."""
    connection.execute("SET LOCAL client_min_messages = warning")
    connection.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")


def lock(connection: Any, schema: str) -> None:
    """Wait until no other transaction writes to this index or takes its place."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (schema,))


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
