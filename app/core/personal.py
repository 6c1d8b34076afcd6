"""The register of personal data: whose data the rows of a table are, what a copy of them holds, what is left of them.

Rooms declare their tables in `personal.py`; a test fails where one is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, update

from app.core.db import Base, db
from app.core.i18n import lazy_pgettext

FIELDS: dict[str, Any] = {
    "id": lazy_pgettext("data", "Number"),
    "public_id": lazy_pgettext("data", "Part of its address"),
    "created_at": lazy_pgettext("data", "When it was made"),
    "updated_at": lazy_pgettext("data", "When it was last changed"),
    "kind": lazy_pgettext("data", "Kind"),
    "subject_kind": lazy_pgettext("data", "Kind of thing it is about"),
    "subject_id": lazy_pgettext("data", "Number of the thing it is about"),
    "topic_id": lazy_pgettext("data", "Number of the topic"),
    "post_id": lazy_pgettext("data", "Number of the message"),
    "space_id": lazy_pgettext("data", "Number of the space"),
    "number": lazy_pgettext("data", "Place in the topic"),
    "title": lazy_pgettext("data", "Title"),
    "body": lazy_pgettext("data", "Text"),
    "text": lazy_pgettext("data", "Text"),
    "note": lazy_pgettext("data", "Note"),
    "lang": lazy_pgettext("data", "Language"),
    "state": lazy_pgettext("data", "State"),
    "reason": lazy_pgettext("data", "Reason"),
    "name": lazy_pgettext("data", "Name"),
    "until": lazy_pgettext("data", "Until when"),
    "email": lazy_pgettext("data", "E-mail address"),
}
"""What the columns are called that many tables have."""


@dataclass(frozen=True)
class Personal:
    """What a room declares of one table. `ending` says what becomes of a row whose owner's account ends: "delete" it,
    "forget" whose it was, or "own" where a function of the room sees to it."""

    table: str
    owner: str
    """Column that names the member whose data a row is."""
    label: Any
    ending: str
    fields: tuple[str, ...] = ()
    """Columns of a copy; none where the rows say nothing that other tables do not."""
    names: tuple[tuple[str, Any], ...] = ()
    """Labels of columns that are not in FIELDS."""
    also: tuple[str, ...] = ()
    """Other columns that name a member who had to do with it: forgotten, and in nobody's copy."""
    whose: Callable[[int], ColumnElement[bool]] | None = None
    """Which rows are a member's, where no column of the table says."""
    copied_as: str = ""
    """The name of its copy, where the table holds data of several: the table's own name is the first one's."""

    def label_of(self, column: str) -> Any:
        """What a column is called. Raises KeyError where nobody said."""
        return dict(self.names).get(column) or FIELDS[column]

    @property
    def name(self) -> str:
        """What its copy is called."""
        return self.copied_as or self.table

    @property
    def columns(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.table]


_declared: dict[str, Personal] = {}
_erasers: dict[str, tuple[bool, Callable[[Any], None]]] = {}


def declare_personal(*tables: Personal) -> None:
    """Add tables to the register; a second declaration of a copy replaces the first."""
    _declared.update({table.name: table for table in tables})


def erases(room: str, *, is_last: bool = False) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register what a room does with a member whose account ends, before the tables are seen to.

    The last one may take the name and the address that the others look by.
    """

    def keep(function: Callable[[Any], None]) -> Callable[[Any], None]:
        _erasers[room] = is_last, function
        return function

    return keep


def declared() -> list[Personal]:
    """The whole register."""
    return list(_declared.values())


def rows_of(personal: Personal, member_id: int) -> Iterator[dict[str, Any]]:
    """The rows of a member as a copy holds them, read little by little."""
    table = personal.columns
    columns = [table.c[name] for name in personal.fields]
    theirs = personal.whose(member_id) if personal.whose else table.c[personal.owner] == member_id
    query = select(*columns).where(theirs).order_by(*table.primary_key.columns)
    for row in db.session.execute(query.execution_options(yield_per=200)).mappings():
        yield dict(row)


def erase(member: Any) -> None:
    """Leave nothing of a member in any table, in the unit of work in hand."""
    for _, eraser in sorted(_erasers.values(), key=lambda registered: registered[0]):
        eraser(member)
    for personal in _declared.values():
        table = personal.columns
        for column in (*personal.also, *((personal.owner,) if personal.ending == "forget" else ())):
            db.session.execute(update(table).where(table.c[column] == member.id).values({column: None}))
        if personal.ending == "delete":
            db.session.execute(delete(table).where(table.c[personal.owner] == member.id))
