"""The database of a run: SQLite in the folder of the set, or a PostgreSQL server of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from tests.support.databases import postgresql_server

DATABASES = ("sqlite", "postgresql")


@contextmanager
def database(name: str) -> Iterator[tuple[str, str]]:
    """The address for the settings, empty for SQLite; and the version in words."""
    if name == "sqlite":
        yield "", f"SQLite {sqlite3.sqlite_version}"
        return
    with postgresql_server(is_durable=True) as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            version = connection.scalar(text("SHOW server_version"))
        engine.dispose()
        yield url, f"PostgreSQL {version}"
