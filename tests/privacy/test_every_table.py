"""A row in every table that names a member, with words of theirs: all of it is in their copy, none of it outlives them.

What stays after all is named here, with why.
"""

from __future__ import annotations

import json
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, insert, select

from app.accounts.models import User
from app.core.db import Base, Utc, db, now
from app.core.events import unit_of_work
from app.core.personal import declared
from app.privacy import closing, exporting
from tests.factories import UserFactory

WORD = "Zephyrine"
SAID = "what was published stays, without whose it was"
OFFICE = "said in an office, about something else than oneself"
ITSELF = "says nothing of anybody"
STAYS = {
    **dict.fromkeys(
        (
            "topic.title", "post.body", "post.html", "post_revision.body", "live_question.body", "attachment.name",
            "attachment.alt_text", "page_version.title", "page_version.body", "page_version.html", "page_version.note",
        ),
        SAID,
    ),
    **dict.fromkeys(
        (
            "decision.statement", "appeal.answer", "audit_entry.reason", "block.reason", "block.value",
            "post.state_reason", "topic.state_reason", "site_invitation.note", "webhook.url",
        ),
        OFFICE,
    ),
    "report.text": "what a report says is needed to decide on it; who sent it is forgotten",
    "option_change.name": ITSELF,
}  # fmt: skip
KINDS = {
    "kind", "state", "lang", "role", "status", "act", "place", "subject_kind", "phase", "results", "level", "code",
    "slug", "action", "client_token", "token", "sha256", "media_type",
}  # fmt: skip
"""Columns that hold a word of the platform's, never one of a member's."""


class Filler:
    """Makes one row in a table, and those it points to."""

    def __init__(self, member: User) -> None:
        self._member = member
        self._keys: dict[str, dict[str, Any]] = {"member": {"id": member.id}}

    def fill(self, table: Table) -> dict[str, Any]:
        """The keys of the row."""
        if table.name not in self._keys:
            row = {column.name: value for column in table.columns if (value := self._value(column)) is not None}
            done: Any = db.session.execute(insert(table).values(**row))
            names = [column.name for column in table.primary_key.columns]
            self._keys[table.name] = dict(zip(names, done.inserted_primary_key, strict=True))
        return self._keys[table.name]

    def _value(self, column: Column[Any]) -> Any:
        for key in column.foreign_keys:
            target = key.column
            if target.table is column.table or (column.nullable and target.table.name != "member"):
                return None
            return self.fill(target.table)[target.name]
        if column.name in {"subject_id", "owner_id"}:
            return self._member.id
        if column.name == "email":
            return self._member.email
        if column.name == "number":
            return 1
        if isinstance(column.type, String) and column.default is None:
            return self._word(column)
        if (
            isinstance(column.type, String)
            and column.name not in KINDS | {"public_id"}
            and (column.type.length or 99) > 30
        ):
            return WORD
        return None if column.nullable or column.default is not None or column.server_default else _plain(column)

    def _word(self, column: Column[Any]) -> str | None:
        if column.name in KINDS or (column.type.length or 99) <= 20:  # type: ignore[attr-defined]
            return None if column.nullable else "topic"[: column.type.length or 5]  # type: ignore[attr-defined]
        return WORD


def _plain(column: Column[Any]) -> Any:
    if column.primary_key and column.autoincrement and column.name == "id":
        return None
    if isinstance(column.type, Utc):
        return now()
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return 1
    if isinstance(column.type, JSON):
        return {}
    return now().date() if column.type.python_type.__name__ == "date" else column.type.python_type()


def named_tables() -> list[Table]:
    """Every table with a key to the member, the member's own left out."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name != "member" and any(key.column.table.name == "member" for key in table.foreign_keys)
    ]


@pytest.fixture
def leaver(app: Flask) -> User:
    member = UserFactory(display_name=WORD, handle="zephyrine", email="zephyrine@example.org", presentation=WORD)
    filler = Filler(member)
    with unit_of_work():
        for table in named_tables():
            filler.fill(table)
    return member


def test_the_copy_holds_a_row_of_every_table_of_the_member(app: Flask, leaver: User) -> None:
    export = _made(leaver)
    with ZipFile(exporting.path_of(export)) as packed:
        told = {name: json.loads(packed.read(name)) for name in packed.namelist() if name.startswith("tables/")}
    silent = [one.name for one in declared() if one.fields and not told[f"tables/{one.name}.json"]]
    assert silent == []
    assert {table.name for table in named_tables()} <= {one.table for one in declared()}


def _made(member: User) -> Any:
    with unit_of_work():
        export = exporting.ask_export(member, member)
    assert exporting.make_due() >= 1
    return export


def test_nothing_outlives_the_account_but_what_is_named_here(app: Flask, leaver: User) -> None:
    tables = named_tables()
    before = words_left(tables)
    assert {name.partition(".")[0] for name in before} >= {"draft", "decision", "report", "space_request"}
    with unit_of_work():
        leaver.status = "closed"
    with unit_of_work():
        closing.anonymise(leaver)
    db.session.expire_all()
    naming = [
        f"{table.name}.{key.parent.name}"
        for table in tables
        for key in table.foreign_keys
        if key.column.table.name == "member"
        and db.session.execute(select(key.parent).where(key.parent == leaver.id)).first()
    ]
    assert naming == []
    left = " ".join(sorted(words_left(tables) - STAYS.keys()))
    assert not left, left
    member = Base.metadata.tables["member"]
    assert words_left([member]) == set()


def words_left(tables: list[Table]) -> set[str]:
    """Columns in which a word of the member stands."""
    return {
        f"{table.name}.{name}"
        for table in tables
        for row in db.session.execute(select(table)).mappings()
        for name, value in row.items()
        if WORD.casefold() in str(value).casefold()
    }
