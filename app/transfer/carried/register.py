"""What is told of a table, so that its rows can leave and come in without code of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table

from app.core.db import Base

Row = dict[str, Any]
SUBJECTS = {
    "topic": "topic", "post": "post", "member": "person", "space": "space", "category": "category", "tag": "tag",
    "file": "file",
}  # fmt: skip
"""Kinds of lines by kinds of subjects."""


@dataclass(frozen=True)
class Subject:
    """Two columns that name any thing: its kind, and its id."""

    kind: str = "subject_kind"
    id: str = "subject_id"
    kinds: Mapping[str, str] = field(default_factory=lambda: SUBJECTS)

    @property
    def entry(self) -> str:
        """What it is called in a line."""
        return self.id.removesuffix("_id")


@dataclass(frozen=True)
class Carried:
    """One kind of line, called as its table."""

    table: str
    key: tuple[str, ...]
    """Columns by which a row that is here already is known."""
    fields: tuple[str, ...] = ()
    """Columns that travel as they are."""
    refs: Mapping[str, str] = field(default_factory=dict)
    """Columns that name a thing by its id: the kind of its lines. The entry lacks the `_id` of the column."""
    subject: Subject | None = None
    under: str = ""
    """Of rows that travel inside another's line: the column that names that one."""
    children: Mapping[str, Carried] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    checks: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Of columns that hold an object: what it must be."""
    ahead: tuple[str, ...] = ()
    """Fields that are moments at which something is sent: one that has passed is left out, and nothing is sent."""
    only: Callable[[], ColumnElement[bool]] | None = None
    """Which rows travel, where not all do."""
    fill: Callable[[Row, Row], object] | None = None
    """Columns that are made here of the row and the whole line."""
    put: Callable[[Row], object] | None = None
    """How a row is written, where a service must see to it."""
    after: Callable[[Row], object] | None = None
    """What other rows learn of one that came."""
    is_site: bool = False
    """Whether it says how the site is run: taken only where the operator asks for it."""
    is_first: bool = False
    """Whether topics need it: it stands before them."""

    @property
    def columns(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.table]


_carried: dict[str, Carried] = {}


def carry(*kinds: Carried) -> None:
    """Add kinds of lines; they are written in this order."""
    _carried.update({one.table: one for one in kinds})


def carried() -> dict[str, Carried]:
    """The whole register."""
    from app.transfer.carried import engagement, forum, moderation, site  # noqa: F401

    return _carried
