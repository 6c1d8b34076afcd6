"""Every field of every form, filled with what nobody should send: a 4xx in words, or text shown safely."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import process_time
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.house.secrets_world import World, world
from tests.house.test_every_address import NO_ERROR, addresses
from tests.support.pages import fields_of, page_of

SCRIPT, IMAGE = "<script>zxalert(1)</script>", '"><img src=x onerror=zxalert(1)>'
BAD: dict[str, bytes] = {
    "empty": b"",
    "over-long": b"x" * 100_000,
    "broken UTF-8": b"caf\xff\xfe\xe9",
    "a lone surrogate": b"caf\xed\xa0\x80",
    "NUL": b"ca\x00fe",
    "a megabyte of quotations": b">" * 1_000_000,
    "a megabyte of brackets": b"[" * 1_000_000,
    "nested lists": b"\n".join(b"  " * depth + b"- x" for depth in range(300)),
    "nested emphasis": b"*_" * 5_000,
    "a script": SCRIPT.encode(),
    "an image": IMAGE.encode(),
    "a link that runs": b"[x](javascript:zxalert(1)) <a href='javascript:zxalert(1)'>x</a>",
    "a template": b"{{ 7*7 }}{% raw %} %(x)s %n",
    "a path": b"../../../../etc/passwd",
    "a number without end": b"9" * 400,
    "turned around": "\u202e\u2066\u200b٤٢".encode(),
    "a quote of SQL": b"' OR 1=1; --",
}
KEPT = {"csrf_token", "client_token", "version", "edits", "writer", "turn"}
"""Fields that no person types."""
QUERY = (
    "q",
    "page",
    "after",
    "before",
    "lang",
    "tag",
    "view",
    "sort",
    "kind",
    "space",
    "in",
    "to",
    "next",
    "url",
    "size",
)
ENDS = {"/account/close", "/logout"}


@pytest.fixture
def things(app: Flask) -> World:
    return world()


def forms(app: Flask, client: FlaskClient, things: World) -> Iterator[tuple[str, Element, dict[str, str]]]:
    """Address, element and fields of each form that is sent by POST, once for each set of fields."""
    known = set()
    for endpoint, path in addresses(app, "GET", things.parts):
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in page_of(answer).iter("form"):
            fields = fields_of(answer, form)
            action = form.get("action") or path
            mark = (endpoint, tuple(sorted(fields)))
            if (form.get("method") or "get").lower() == "post" and mark not in known and set(fields) - KEPT:
                known.add(mark)
                if not any(end in action for end in ENDS):
                    yield action, form, fields


def send(client: FlaskClient, action: str, form: Element, fields: dict[str, Any]) -> Any:
    if form.get("enctype") == "multipart/form-data":
        return client.post(action, data={name: _typed(value) for name, value in fields.items()})
    body = urlencode(fields)
    return client.post(action, data=body, content_type="application/x-www-form-urlencoded")


LONG = {"body", "text", "reason", "note", "description", "presentation", "q", "list", "addresses"}
"""Fields that take long texts; a megabyte in each of ten fields would only try how fast a form is read."""


def _fitting(field: str, bad: bytes) -> bytes:
    return bad if len(bad) < 200_000 or field in LONG else bad[:200]


def _typed(value: Any) -> Any:
    return (
        value.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
        if isinstance(value, bytes)
        else value
    )


@pytest.mark.slow
@pytest.mark.parametrize("role", ["visitor", "owner", "administrator"])
def test_no_form_breaks_or_runs_what_is_typed(
    app: Flask, things: World, sign_in: Callable[..., FlaskClient], role: str
) -> None:
    person = things.people[role]

    def fresh() -> FlaskClient:
        return app.test_client() if person is None else sign_in(app.test_client(), person)

    found = list(forms(app, fresh(), things))
    assert len(found) >= {"visitor": 3, "owner": 12, "administrator": 20}[role]
    broken: dict[tuple[str, str], Any] = {}
    for action, form, fields in found:
        client = fresh()
        for name, bad in BAD.items():
            filled = {field: value if field in KEPT else _fitting(field, bad) for field, value in fields.items()}
            begun = process_time()
            answer = send(client, action, form, filled)
            if answer.status_code not in NO_ERROR | {413}:
                broken[action, name] = answer.status_code
            elif process_time() - begun > 1:
                broken[action, name] = f"{process_time() - begun:.2f} s"
            elif answer.mimetype == "text/html" and runs(answer.get_data(as_text=True)):
                broken[action, name] = "runs"
    assert broken == {}
    ran = [path for _, path in addresses(app, "GET", things.parts) if runs(_page(fresh(), path))]
    assert ran == []


def runs(text: str) -> bool:
    """Whether something typed above would be run by a browser."""
    return SCRIPT in text or "<img src=x" in text or 'href="javascript:' in text


def _page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    return answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""


@pytest.mark.parametrize("role", ["visitor", "administrator"])
def test_no_query_breaks_a_page(app: Flask, things: World, sign_in: Callable[..., FlaskClient], role: str) -> None:
    person = things.people[role]
    client = app.test_client() if person is None else sign_in(app.test_client(), person)
    shown = things.parts | {"public_id": things.parts["public_id"][2:3], "slug": things.parts["slug"][3:5]}
    paths = {path for _, path in addresses(app, "GET", shown) if client.get(path).status_code == 200}
    broken = {}
    for path in sorted(paths):
        for name, bad in BAD.items():
            status = client.get(f"{path}?{urlencode(dict.fromkeys(QUERY, bad[:4000]))}").status_code
            if status not in NO_ERROR:
                broken[path, name] = status
    assert broken == {}
