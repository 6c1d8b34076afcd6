"""Rows of the register as lines, read little by little."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select

from app.core.db import db
from app.transfer.carried.naming import names_of
from app.transfer.carried.register import Carried, carried

PART = 500
Entries = dict[str, Any]


def lines(*, is_first: bool) -> Iterator[Entries]:
    """Every line of the register: those that topics need, or all others."""
    for kind in carried().values():
        if kind.is_first == is_first:
            yield from _lines_of(kind)


def _lines_of(kind: Carried) -> Iterator[Entries]:
    table = kind.columns
    query = select(table).order_by(*table.primary_key.columns)
    if kind.only is not None:
        query = query.where(kind.only())
    for rows in db.session.execute(query.execution_options(yield_per=PART)).mappings().partitions(PART):
        for _parent, entries in _told(kind, rows):
            yield {"type": kind.table, **entries}


def _told(kind: Carried, rows: Sequence[RowMapping]) -> list[tuple[Any, Entries]]:
    """Rows as entries, with what they hang on; one that points to something that is not exported is left out."""
    refs = {name: names_of(ref, {row[name] for row in rows} - {None}) for name, ref in kind.refs.items()}
    subjects = _subjects(kind, rows)
    below = {name: _below(child, [row["id"] for row in rows]) for name, child in kind.children.items()}
    found = []
    for row in rows:
        told: Entries = {name: _plain(row[name]) for name in kind.fields if row[name] is not None}
        named = {name: refs[name].get(row[name]) for name in kind.refs}
        told |= {name.removesuffix("_id"): value for name, value in named.items() if value is not None}
        if any(value is None and not kind.columns.c[name].nullable for name, value in named.items()):
            continue
        if kind.subject:
            subject = subjects.get((row[kind.subject.kind], row[kind.subject.id]))
            if subject is None:
                continue
            told[kind.subject.entry] = subject
        told |= {name: children[row["id"]] for name, children in below.items()}
        found.append((row[kind.under] if kind.under else None, told))
    return found


def _subjects(kind: Carried, rows: Sequence[RowMapping]) -> dict[tuple[str, int], Entries]:
    if kind.subject is None:
        return {}
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row[kind.subject.kind]].add(row[kind.subject.id])
    return {
        (subject, row_id): {"kind": subject, "id": name}
        for subject, named in ids.items() if subject in kind.subject.kinds
        for row_id, name in names_of(kind.subject.kinds[subject], named).items()
    }  # fmt: skip


def _below(kind: Carried, parents: Sequence[int]) -> dict[Any, list[Entries]]:
    table = kind.columns
    query = select(table).where(table.c[kind.under].in_(parents)).order_by(*table.primary_key.columns)
    found: dict[Any, list[Entries]] = defaultdict(list)
    for parent, told in _told(kind, db.session.execute(query).mappings().all()):
        found[parent].append(told)
    return found


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
