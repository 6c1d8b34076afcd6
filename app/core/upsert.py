"""INSERT ... ON CONFLICT, which both databases know and SQLAlchemy spells per dialect."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from app.core.db import Base, is_sqlite


def insert_into(table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that takes `on_conflict_do_nothing` and `on_conflict_do_update`: two writers never collide."""
    return sqlite.insert(table) if is_sqlite() else postgresql.insert(table)
