"""The table of the domain, cell by cell, through HTTP: who is allowed gets it done, who is not changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core.audit import AuditEntry
from app.core.db import db
from app.core.events import EventRow
from tests.permissions.table import ROLES, ROWS, Act, World

REFUSED = {401, 403, 404, 422}
"""A form that was filled as it should be is sent back (422) where the one reason left is that it is not allowed."""


def is_done(answer: TestResponse) -> bool:
    """Whether it was done. What is neither done nor refused is a fault of the table."""
    if answer.status_code in {302, 303}:
        return "/login" not in (answer.location or "")
    assert answer.status_code in {200, 201, 204} | REFUSED, f"{answer.status} {answer.text[:400]}"
    return answer.status_code not in REFUSED


def trail() -> tuple[int, int]:
    """How much happened so far, as the two logs tell."""
    counts = (select(func.count()).select_from(model) for model in (EventRow, AuditEntry))
    first, second = (db.session.scalar(count) or 0 for count in counts)
    return first, second


def attempt(world: World, role: str, act: Act) -> tuple[bool, tuple[int, int], tuple[int, int]]:
    """Try it in a role; whether it was done, and the logs before and after."""
    db.session.expire_all()
    thing: Any = act.thing(world, world.actors[role])
    browser, address = world.browsers[role], act.address(thing)
    if act.fields is None:
        before = trail()
        return is_done(browser.get(address)), before, before
    token = world.token(role)
    before = trail()
    answer = browser.post(address, data={"csrf_token": token, **act.fields(world, thing)})
    return is_done(answer), before, trail()


@pytest.mark.parametrize("rows", ROWS)
def test_every_cell(app: Flask, sign_in: Callable[..., FlaskClient], rows: str) -> None:
    world = World(app, sign_in)
    table = {}
    for act in ROWS[rows]:
        done = set()
        for role in ROLES:
            went, before, after = attempt(world, role, act)
            if went:
                done.add(role)
            else:
                assert after == before, f"{role} was refused and left a trace: {act.name}"
        table[act.name] = done
    assert table == {act.name: act.allowed for act in ROWS[rows]}
