"""From a SQLite database to a PostgreSQL one: every row by its type, both brought to the same tables before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, func, insert, select

from app.config import Settings
from app.core.db import Base
from app.core.errors import Invalid
from app.operating.preparing import MakeApp, bring_up_to_date, known_revisions
from app.operating.sqlite_copy import MEMBER

BATCH = 2_000
LOST = "Table {table}: {found} of {wanted} rows came over."


def copy_rows(make_app: MakeApp, folder: Path, source: Settings, target: Settings) -> None:
    """Bring both to the newest tables, then copy every row. Raises Invalid when a table does not have all of them."""
    (folder / MEMBER).rename(folder / "beffroi.db")
    newest = known_revisions()[0]
    bring_up_to_date(make_app, source, newest, with_index=False)
    bring_up_to_date(make_app, target, newest, with_index=False)
    (folder / "beffroi.db").rename(folder / MEMBER)
    here, there = create_engine(f"sqlite:///{folder / MEMBER}"), create_engine(target.database)
    try:
        with here.connect() as rows, there.begin() as place:
            for table in reversed(Base.metadata.sorted_tables):
                place.execute(table.delete())  # what a migration filled
            for table in Base.metadata.sorted_tables:
                _copy(rows, place, table)
    finally:
        here.dispose()
        there.dispose()


def _copy(rows: Connection, place: Connection, table: Table) -> None:
    columns = [column for column in table.columns if not (table.name == "event" and column.name == "xid")]
    ordered = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    wanted = 0
    for part in rows.execute(ordered).mappings().partitions():
        place.execute(insert(table), [_filled(dict(row)) for row in part])
        wanted += len(part)
    found = place.scalar(select(func.count()).select_from(table))
    if found != wanted:
        raise Invalid(LOST.format(table=table.name, found=found, wanted=wanted))


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL takes no NUL in a text."""
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in row.items()}
