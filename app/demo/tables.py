"""Rows to be inserted, table by table, with ids that follow those already taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session
from ulid import ULID

from app.core.db import Base, is_sqlite

BATCH = 2_000
Row = dict[str, Any]
Report = Callable[[str, int, int], None]
"""Told how far long work has come: (what, done, of how many)."""


class Tables:
    """Rows by table, in the order in which the tables were first named."""

    def __init__(self, first_ids: dict[type[Base], int] | None = None) -> None:
        self.rows: dict[type[Base], list[Row]] = {}
        self._first_ids = first_ids or {}

    def add(self, table: type[Base], **values: Any) -> Row:
        """Add a row without an id of its own."""
        self.rows.setdefault(table, []).append(values)
        return values

    def add_numbered(self, table: type[Base], **values: Any) -> Row:
        """Add a row with the next id."""
        taken = self._first_ids.get(table, 0)
        return self.add(table, id=taken + len(self.rows.get(table, ())) + 1, **values)

    def count(self) -> int:
        """How many rows there are in all."""
        return sum(len(rows) for rows in self.rows.values())


def highest_ids(session: Session, tables: list[type[Base]]) -> dict[type[Base], int]:
    """The highest id taken in each table."""
    return {table: session.scalar(select(func.coalesce(func.max(_id(table)), 0))) or 0 for table in tables}


def insert_all(session: Session, tables: Tables, report: Report) -> None:
    """Insert every row in the unit of work in hand, some thousands at a time."""
    done, total = 0, tables.count()
    for table, rows in tables.rows.items():
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            session.execute(insert(table), batch)
            done += len(batch)
            report("Writing", done, total)
        if not is_sqlite() and "id" in rows[0]:
            session.execute(move_sequence(table), {"last": rows[-1]["id"]})


def move_sequence(table: type[Base]) -> Any:
    """After this the next row follows `last`: PostgreSQL numbers from a sequence, which sees no ids given by hand."""
    name = table.__tablename__
    return text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), :last)")


def _id(table: type[Base]) -> Any:
    return table.id  # type: ignore[attr-defined]


def public_id(moment: datetime, rng: Random) -> str:
    """A sortable id as one made at that moment."""
    stamp = int(moment.timestamp() * 1000).to_bytes(6, "big")
    return str(ULID.from_bytes(stamp + rng.randbytes(10))).lower()
