"""The entries that a line of the register may have, told by the columns of its table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Integer, String, Text

from app.core.db import Utc
from app.transfer.carried.register import Carried, Subject, carried
from app.transfer.form import BODY_MOST
from app.transfer.keys import PUBLIC_ID
from app.transfer.values import Field, LineError, checked, flag, listed, number, one_of, text, until, words

MOST_BELOW = 100_000


def read_carried(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """The entries of a line. Raises LineError."""
    return checked(fields_of(carried()[kind]), values)


def fields_of(kind: Carried) -> dict[str, Field]:
    """What such a line may hold."""
    columns = kind.columns.c
    fields = {name: _field(kind, columns[name]) for name in kind.fields}
    for name in kind.refs:
        fields[name.removesuffix("_id")] = Field(text(200, 1), needed=not columns[name].nullable)
    if kind.subject:
        fields[kind.subject.entry] = Field(_subject_of(kind.subject), needed=True)
    for name, child in kind.children.items():
        fields[name] = Field(_below(child), default=[])
    return fields


def _below(child: Carried) -> Any:
    return listed(lambda value: checked(fields_of(child), value), MOST_BELOW)


def _subject_of(subject: Subject) -> Any:
    entries = {"kind": Field(one_of(*subject.kinds), needed=True), "id": Field(text(200, 1), needed=True)}
    return lambda value: checked(entries, value)


def _field(kind: Carried, column: Column[Any]) -> Field:
    needed = not column.nullable and column.default is None
    return Field(_check(kind, column), needed=needed or column.name in kind.key)


def _check(kind: Carried, column: Column[Any]) -> Any:
    if column.name in kind.choices:
        return one_of(*kind.choices[column.name])
    if column.name in kind.checks:
        return kind.checks[column.name]
    if column.name == "public_id":
        return _public_id
    if isinstance(column.type, Utc):
        return until
    if isinstance(column.type, Boolean):
        return flag
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, Text):
        return words(BODY_MOST)
    if isinstance(column.type, String):
        return words(column.type.length or BODY_MOST)
    return lambda value: value  # a service checks it


def _public_id(value: Any) -> str:
    if not isinstance(value, str) or not PUBLIC_ID.fullmatch(value):
        raise LineError("is no id of this platform")
    return value
