"""Alembic's environment.

On SQLite a migration runs with foreign keys off, set before its transaction, and ends with `foreign_key_check`:
batch mode recreates tables, and with keys on, dropping a parent would delete its children silently.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Column, text
from sqlalchemy.engine import Connection

from app.core.db import Base, Utc, db


def compare_type(_context: Any, column: Any, _meta: Column[Any], _found: Any, wanted: Any) -> bool | None:
    """PostgreSQL reports `xid8` as an unknown type: the column of the event log is never compared."""
    return False if column.name == "xid" and wanted is not None else None


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations name the database's types, not the project's classes, which may move."""
    if kind == "type" and isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    options = dict(current_app.extensions["migrate"].configure_args)
    options.update(target_metadata=Base.metadata, render_as_batch=True, compare_type=compare_type)
    options.update(render_item=render_item)
    context.configure(connection=connection, transaction_per_migration=False, **options)
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    with context.begin_transaction():
        context.run_migrations()
    if is_sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            connection.rollback()
            raise RuntimeError(f"the migration would break foreign keys: {broken[:5]}")
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


with db.engine.connect() as bound:
    migrate(bound)
