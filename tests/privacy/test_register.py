"""The register of personal data: every table that names a member is in it, and what it says is true."""

from __future__ import annotations

from flask import Flask

from app.core.db import Base
from app.core.personal import declared

NAMES_SOMEBODY = {"email", "to", "address", "owner_id", "user_id", "author_id", "reporter_id"}
SEEN_TO = {
    ("outgoing_mail", "to"): "deleted by accounts.personal: mails wait for minutes, failed ones for a month",
    ("report", "email"): "erased by moderation.personal and when the report is closed",
    ("report", "owner_id"): "erased by moderation.personal",
    ("space_invitation", "email"): "erased by forum.personal",
}
"""Columns that name somebody without a key to the member, and who sees to them."""


def test_every_column_that_names_a_member_is_declared(app: Flask) -> None:
    known = {(one.table, column) for one in declared() for column in (one.owner, *one.also, *one.fields)}
    missing = []
    for name, table in Base.metadata.tables.items():
        for column in table.columns:
            is_key = any(key.column.table.name == "member" for key in column.foreign_keys)
            names = is_key or column.name in NAMES_SOMEBODY
            if names and (name, column.name) not in known | set(SEEN_TO):
                missing.append(f"{name}.{column.name}")
    assert missing == []


def test_what_is_declared_exists_and_has_a_name(app: Flask) -> None:
    for one in declared():
        columns = one.columns.c
        assert {one.owner, *one.also, *one.fields} <= set(columns.keys()), one.table
        assert str(one.label)
        for field in one.fields:
            assert str(one.label_of(field)), (one.table, field)


def test_what_is_forgotten_may_be_forgotten(app: Flask) -> None:
    for one in declared():
        assert one.ending in {"delete", "forget", "own"}, one.table
        forgotten = (*one.also, *((one.owner,) if one.ending == "forget" else ()))
        assert all(one.columns.c[name].nullable for name in forgotten), one.table


def test_no_secret_is_in_anybodys_copy(app: Flask) -> None:
    secrets = {"password", "fs_uniquifier", "us_totp_secrets", "token", "secret", "recovery", "last_counter"}
    assert not [one.table for one in declared() if secrets & set(one.fields)]
