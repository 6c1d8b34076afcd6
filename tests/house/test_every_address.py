"""Every address, every role, the ids of what belongs to others: never an error of ours, never their words."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect
from werkzeug.routing import BuildError, MapAdapter, Rule

from app.core.db import db
from tests.house.secrets_world import READERS, ROLES, World, world
from tests.support.browser import token_of

NO_ERROR = {200, 202, 204, 301, 302, 303, 304, 400, 401, 403, 404, 405, 409, 410, 422, 429, 501}
LEFT_OUT = {"static", "security.logout", "operating.tell_ready"}
"""Files of the build; the door that would end the walk; what says 503 where no jobs process runs."""
MOST = 30
"""Addresses made of one rule."""
ANY: dict[str, list[Any]] = {
    "filename": ["app.css"],
    "token": ["x"],
    "name": ["x"],
    "day": ["2026-11-23"],
    "place": ["reply"],
}


def addresses(app: Flask, method: str, parts: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Endpoint and address of every rule that takes a method, with every candidate for its parts."""
    with app.test_request_context("/"):
        adapter = app.url_map.bind("localhost")
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if method in (rule.methods or ()) and rule.endpoint not in LEFT_OUT:
                for values in _values(rule, parts):
                    if path := _built(adapter, rule, values, method):
                        yield rule.endpoint, path


def _values(rule: Rule, parts: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    names = sorted(rule.arguments - {"lang"})
    choices = [[*_offered(rule, name), *parts.get(name, ANY.get(name, [1]))] for name in names]
    for chosen in itertools.islice(itertools.product(*choices), MOST):
        yield {"lang": "fr", **dict(zip(names, chosen, strict=True))}


def _offered(rule: Rule, name: str) -> list[str]:
    """What a rule says a part may be: `<any(hide, restore):action>`."""
    items = getattr(rule._converters.get(name), "items", ())
    return [*items][:8]


def _built(adapter: MapAdapter, rule: Rule, values: dict[str, Any], method: str) -> str | None:
    try:
        return adapter.build(rule.endpoint, values, method=method)
    except (BuildError, ValueError, TypeError):
        return None


@pytest.fixture
def things(app: Flask) -> World:
    return world()


@pytest.mark.parametrize("role", ROLES)
def test_opening_every_address_shows_nobody_elses_words(
    app: Flask, things: World, sign_in: Callable[..., FlaskClient], role: str
) -> None:
    person = things.people[role]
    client = app.test_client() if person is None else sign_in(app.test_client(), person)
    forbidden = [word for word, readers in READERS.items() if role not in readers]
    broken, told = {}, defaultdict(list)
    for endpoint, path in addresses(app, "GET", things.parts):
        answer = client.get(path)
        if answer.status_code not in NO_ERROR:
            broken[path] = answer.status_code
        text = answer.get_data(as_text=True) if answer.mimetype.startswith(("text", "application/")) else ""
        for word in forbidden:
            if word in text and word not in path:
                told[word].append(endpoint)
    assert told == {}
    assert broken == {}


@pytest.mark.parametrize("role", ["visitor", "outsider"])
def test_sending_to_every_address_changes_nothing_of_others(
    app: Flask, things: World, sign_in: Callable[..., FlaskClient], role: str
) -> None:
    person = things.people[role]
    client = app.test_client() if person is None else sign_in(app.test_client(), person)
    token = token_of(client.get("/fr/login" if person is None else "/fr/account/settings"))
    sent = {"csrf_token": token, "title": "Un titre", "body": "Un texte.", "reason": "spam", "text": "Un texte.",
            "kind": "post", "id": things.parts["public_id"][4], "code": "thanks", "action": "hide", "lang": "fr",
            "level": "muted", "note": "Une note", "email": "a@example.org", "role": "facilitator", "state": "open",
            "name": "x", "url": "https://example.org/", "client_token": "zz"}  # fmt: skip
    before, broken = _rows(things), {}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for endpoint, path in addresses(app, method, things.parts):
            if endpoint == "accounts.close_account":
                continue
            answer = client.open(path, method=method, data=sent)
            if answer.status_code not in NO_ERROR:
                broken[method, path] = answer.status_code
    assert broken == {}
    assert _rows(things) == before


def _rows(things: World) -> dict[str, list[dict[str, Any]]]:
    """What the guarded rows hold."""
    db.session.expire_all()
    found = {}
    for model, ids in things.guarded.items():
        columns = [attribute.key for attribute in inspect(model).column_attrs]
        rows = [db.session.get(model, number, populate_existing=True) for number in ids]
        found[model.__name__] = [{name: getattr(row, name) for name in columns} for row in rows]
    return found
