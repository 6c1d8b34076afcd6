"""From the ids that things had elsewhere to the rows they are here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Table, func, insert, select, text

from app.accounts.models import User
from app.core.db import Base, db, is_sqlite
from app.forum.models import Category, Post, Space, Topic
from app.transfer.models import ImportedItem

PUBLIC_ID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
MANY = 500
"""Values in one question to the database."""
_OWN_NAMES: dict[str, Any] = {
    "space": (Space.slug, Space.id),
    "category": (Category.slug, Category.id),
    "person": (User.public_id, User.id),
    "topic": (Topic.public_id, Topic.id),
    "post": (Post.public_id, Post.id),
}
"""Under which name a thing is known here, for what came from this platform or stands on it already."""
_KEPT = {"space", "category", "person"}
"""Kinds whose keys stay in memory: there are few of them and everything points to them."""


class Keys:
    """What one source's ids are here."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._kept: dict[tuple[str, str], int] = {}
        self._new: list[dict[str, Any]] = []

    def find(self, kind: str, names: Iterable[str | None]) -> dict[str, int]:
        """Rows by external id; what is not here yet is absent."""
        wanted = {name for name in names if name}
        found = {name: self._kept[kind, name] for name in wanted if (kind, name) in self._kept}
        found |= self._imported(kind, wanted - found.keys())
        found |= self._named(kind, wanted - found.keys())
        if kind in _KEPT:
            self._kept.update({(kind, name): row_id for name, row_id in found.items()})
        return found

    def _imported(self, kind: str, names: Collection[str]) -> dict[str, int]:
        columns = select(ImportedItem.external_id, ImportedItem.subject_id)
        mine = columns.where(ImportedItem.source == self.source, ImportedItem.kind == kind)
        return _ask(names, lambda part: mine.where(ImportedItem.external_id.in_(part)))

    def _named(self, kind: str, names: Collection[str]) -> dict[str, int]:
        column, row_id = _OWN_NAMES[kind]
        asked = names if kind in {"space", "category"} else [name for name in names if PUBLIC_ID.fullmatch(name)]
        return _ask(asked, lambda part: select(column, row_id).where(column.in_(part)))

    def note(self, kind: str, name: str, row_id: int) -> None:
        """Remember what a thing is here; written by `write`."""
        if kind in _KEPT:
            self._kept[kind, name] = row_id
        self._new.append({"source": self.source, "kind": kind, "external_id": name, "subject_id": row_id})

    def write(self) -> None:
        """Write what was noted, in the unit of work in hand."""
        if self._new:
            db.session.execute(insert(table_of(ImportedItem)), self._new)
            self._new = []


def _ask(names: Collection[str], query: Any) -> dict[str, int]:
    listed, found = sorted(names), {}
    for start in range(0, len(listed), MANY):
        found.update(dict(db.session.execute(query(listed[start : start + MANY])).all()))
    return found


def table_of(model: type[Base]) -> Table:
    """The table of a model: rows given to it are inserted in one go."""
    return model.metadata.tables[model.__tablename__]


class Numbers:
    """Ids for rows to be inserted, taken inside a unit of work so that no other writer gets the same."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def forget(self) -> None:
        """Between two units other writers take numbers."""
        self._next.clear()

    def take(self, model: type[Base]) -> int:
        """The next id of a table."""
        name = model.__tablename__
        if not is_sqlite():
            sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id'))")
            return int(db.session.execute(sequence, {"name": name}).scalar_one())
        if name not in self._next:
            self._next[name] = db.session.scalar(select(func.max(table_of(model).c.id))) or 0
        self._next[name] += 1
        return self._next[name]
