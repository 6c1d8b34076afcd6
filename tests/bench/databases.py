"""The database of a run: SQLite in the folder of the set, a PostgreSQL server of its own, or one that stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from tests.support.databases import postgresql_server

DATABASES = ("sqlite", "postgresql")


@contextmanager
def database(name: str) -> Iterator[tuple[str, str]]:
    """By one of the names or an address: the address for the settings, empty for SQLite; and the version in words."""
    if name == "sqlite":
        yield "", f"SQLite {sqlite3.sqlite_version}"
    elif name == "postgresql":
        with postgresql_server(is_durable=True) as url:
            yield url, _version(url)
    else:
        yield name, _version(name)


def _version(url: str) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        version = connection.scalar(text("SHOW server_version"))
    engine.dispose()
    return f"PostgreSQL {version}"
