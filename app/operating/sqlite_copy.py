"""A SQLite database, copied while it is written to, and proven to be the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

from app.core.errors import Invalid
from app.operating.archive import BROKEN

MEMBER = "database.sqlite"
_WHOLE = 1 << 64


def snapshot(database: Path, copy: Path) -> None:
    """Write the database as it is at one moment to a new file; writers go on meanwhile."""
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True, timeout=30, isolation_level=None)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)


def revision_of(database: Path) -> str:
    """The revision of the tables, or an empty string where there are none."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(found[0]) if found else ""


def sums_of(database: Path) -> dict[str, list[Any]]:
    """Of each table: its rows, and a checksum over them that does not depend on their order."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        tables = sorted(name.decode() for (name,) in names)
        return {name: _sum(connection, name) for name in tables}


def _sum(connection: sqlite3.Connection, table: str) -> list[Any]:
    columns = sorted(row[1].decode() for row in connection.execute(f'PRAGMA table_info("{table}")'))
    named = ", ".join(f'"{column}"' for column in columns)
    count = total = 0
    for row in connection.execute(f'SELECT {named} FROM "{table}"'):  # noqa: S608 - names of the database itself
        count += 1
        total += int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest(), "big")
    return [count, f"{total % _WHOLE:016x}"]


def check(database: Path, expected: dict[str, list[Any]]) -> None:
    """Compare a copy with what the manifest says of it, and with itself. Raises Invalid."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
        found = sums_of(database)
    except sqlite3.Error as trouble:
        raise Invalid(BROKEN.format(why=f"its database cannot be read: {trouble}.")) from trouble
    if said != "ok":
        raise Invalid(BROKEN.format(why=f"its database is damaged: {said}"))
    if dangling:
        raise Invalid(BROKEN.format(why=f"rows of {dangling[0]} point to rows that are gone."))
    compare(found, expected)


def compare(found: dict[str, list[Any]], expected: dict[str, list[Any]]) -> None:
    """Rows and checksums of every table are as the manifest says. Raises Invalid."""
    for name in sorted(found.keys() | expected.keys()):
        here, there = found.get(name), expected.get(name)
        if here is None or there is None or here[:2] != there[:2]:
            rows = [sums[0] if sums else "no" for sums in (here, there)]
            raise Invalid(
                BROKEN.format(why=f"table {name} has {rows[0]} rows, the manifest says {rows[1]}, or others.")
            )
