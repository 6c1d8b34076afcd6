"""Lines of the register as rows, in the unit of work in hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from app.core.db import db, now
from app.transfer.carried.naming import has_own_names, own_id
from app.transfer.carried.register import Carried, Row, carried
from app.transfer.keys import Keys
from app.transfer.values import LineError


@dataclass
class _Planned:
    """A row whose references are known, and the rows below it."""

    kind: Carried
    row: Row
    below: list[_Planned] = field(default_factory=list)


class CarriedWriter:
    """Takes lines of the register; what is here already stays as it is."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def take(self, kind: str, values: Row, line: int) -> bool:
        """Write a line; whether it was new. Raises LineError, and has written nothing then."""
        planned = self._plan(carried()[kind], values)
        if _is_here(planned):
            return False
        _write(planned)
        return True

    def _plan(self, kind: Carried, values: Row) -> _Planned:
        row = {name: values[name] for name in kind.fields if values[name] is not None}
        for name in kind.ahead:
            if name in row and row[name] <= now():
                del row[name]
        for column, ref in kind.refs.items():
            name = values[column.removesuffix("_id")]
            row[column] = self._find(ref, name) if name is not None else None
        if kind.subject:
            told = values[kind.subject.entry]
            row[kind.subject.kind] = told["kind"]
            row[kind.subject.id] = self._find(kind.subject.kinds[told["kind"]], told["id"])
        if kind.fill:
            kind.fill(row, values)
        below = [self._plan(child, one) for name, child in kind.children.items() for one in values[name]]
        return _Planned(kind, row, below)

    def _find(self, kind: str, name: str) -> int:
        found = own_id(kind, name) if has_own_names(kind) else self._keys.find(kind, [name]).get(name)
        if found is None:
            raise LineError(f"there is no {kind} {name}")
        return found


def _is_here(planned: _Planned) -> bool:
    """Objects are compared here: not every database compares them."""
    table, row = planned.kind.columns, planned.row
    plain = [name for name in planned.kind.key if not isinstance(row[name], dict)]
    same = [table.c[name] == row[name] for name in plain]
    columns = [table.c[name] for name in planned.kind.key]
    return any(tuple(found) == tuple(row[name] for name in planned.kind.key)
               for found in db.session.execute(select(*columns).where(*same)))  # fmt: skip


def _write(planned: _Planned, parent: Any = None) -> None:
    kind, row = planned.kind, planned.row
    if kind.under:
        row[kind.under] = parent
    if kind.put:
        kind.put(row)
        return
    done: Any = db.session.execute(insert(kind.columns).values(**row))
    for below in planned.below:
        _write(below, done.inserted_primary_key[0])
    if kind.after:
        kind.after(row)
