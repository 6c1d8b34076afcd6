"""Every pair of a state and an act, through the services: the allowed ones lead on and are told, the others are refused
and leave no trace, neither in the row nor in the logs."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.events import EventRow, unit_of_work
from tests.permissions.lifecycles import LIFECYCLES, Case, Lifecycle


def trail() -> list[str]:
    """The names of what was recorded, and how much was noted in the audit log."""
    db.session.expire_all()
    names = list(db.session.scalars(select(EventRow.name).order_by(EventRow.id)))
    return [*names, f"{db.session.scalar(select(func.count()).select_from(AuditEntry))} entries"]


def row(thing: Any) -> dict[str, Any]:
    db.session.refresh(thing)
    return {column.key: getattr(thing, column.key) for column in inspect(type(thing)).column_attrs}


def walk(life: Lifecycle, case: Case, state: str, act: str) -> str | None:
    """Try an act in a state; what is wrong with what came of it, or None."""
    life.put(case, state)
    before, held, told = row(case.thing), life.state_of(case.thing), trail()
    assert held == state, f"{held} is not {state}"
    try:
        with unit_of_work():
            life.acts[act](case)
    except (Conflict, NotAllowed, NotFound) as refusal:
        db.session.rollback()
        if (state, act) in life.allowed:
            return f"refused: {refusal}"
        pair = (state, act)
        expected = NotAllowed if pair in life.ruled else NotFound if pair in life.missing else Conflict
        if type(refusal) is not expected:
            return f"{type(refusal).__name__} instead of {expected.__name__}"
        return None if (row(case.thing), trail()) == (before, told) else "left a trace"
    after = life.state_of(case.thing)
    wanted, events = life.allowed.get((state, act), (f"a refusal of {act}", set()))
    recorded = set(trail()[len(told) - 1 : -1])
    return None if after == wanted and events <= recorded else f"{after} and {recorded}, not {wanted} and {events}"


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_pair_is_allowed_or_refused_without_a_trace(app: Flask, name: str) -> None:
    life = LIFECYCLES[name]
    wrong = {}
    case = life.make()
    for state, act in product(life.states, life.acts):
        if (state, act) in life.allowed:
            case = life.make()  # what follows begins where nothing has happened yet
        if said := walk(life, case, state, act):
            wrong[state, act] = said
        if (state, act) in life.allowed or said:
            case = life.make()
    assert wrong == {}
