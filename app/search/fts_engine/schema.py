"""The tables of an index in SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path

PATIENCE = 60.0
"""Seconds for which a writer waits for another."""

# Both tables of words keep no text, so the strings are kept beside, compressed: FTS5 needs them to remove a document.
_TABLES = """
CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize = 'ascii', content = '');
CREATE VIRTUAL TABLE forms USING fts5(stem, title_stem, often, stem_often,
    tokenize = 'ascii', content = '', detail = 'column', columnsize = 0);
CREATE TABLE document (number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, revision INTEGER NOT NULL,
    subject INTEGER NOT NULL, date INTEGER NOT NULL, active INTEGER NOT NULL,
    exact_length INTEGER NOT NULL, stem_length INTEGER NOT NULL, labels BLOB NOT NULL);
CREATE TABLE words (number INTEGER PRIMARY KEY, strings BLOB NOT NULL);
CREATE TABLE gone (number INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE INDEX gone_generation ON gone (generation);
CREATE TABLE label (id INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (name, value));
CREATE TABLE state (generation INTEGER NOT NULL, number INTEGER NOT NULL);
INSERT INTO state VALUES (0, 0);
"""
_PRAGMAS = (
    "synchronous = NORMAL",
    "cache_size = -8192",
    "temp_store = MEMORY",
    "secure_delete = FAST",
)


def create(path: Path) -> None:
    """Make an empty index."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
    finally:
        connection.close()


def connect(path: Path) -> sqlite3.Connection:
    """Open an index that exists, from any thread."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
