"""Whether anything happened since a page was made: one narrow statement on the log of events.

Nothing that readers are shown changes without an event in the same transaction. What one member alone is told
(`Event.is_private`) is no news: a member who reads on changes no page of anybody else.
"""

from __future__ import annotations

from functools import lru_cache

from app.core.db import db, is_sqlite
from app.core.events import Event

NEVER = 0
"""Before anything ever happened."""

_SQLITE = """
SELECT (SELECT coalesce(max(id), 0) FROM event),
 EXISTS (SELECT 1 FROM event WHERE id > ? AND name NOT IN ({names}))"""
_POSTGRESQL = """
SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) - 1,
 EXISTS (SELECT 1 FROM event WHERE xid > CAST(CAST(%s AS text) AS xid8) AND name NOT IN ({names}))"""


def news_since(mark: int) -> tuple[int, bool]:
    """The mark of now, and whether something was committed after an earlier mark.

    A mark read before a page is made holds for the page: what is committed meanwhile comes after it. On PostgreSQL it
    is a transaction older than every open one, for ids commit out of order; what such a one commits later is news.
    """
    with db.engine.connect() as connection:  # a session would cost more than the statement
        head, is_news = connection.exec_driver_sql(_statement(is_sqlite()), (mark,)).one()
    return head, bool(is_news) or head < mark  # the log is purged, and SQLite gives the ids of an empty table again


@lru_cache(maxsize=2)
def _statement(is_on_sqlite: bool) -> str:
    private = sorted(name for name, kind in Event.kinds.items() if kind.is_private)
    names = ", ".join(f"'{name}'" for name in private) or "''"
    return (_SQLITE if is_on_sqlite else _POSTGRESQL).format(names=names)
