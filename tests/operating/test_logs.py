"""The log of a whole journey names nobody; every request has a name of its own."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.request_ids import HEADER
from app.operating import logs
from app.operating.logs import scrubbed, truncated
from tests.factories import CategoryFactory, UserFactory

SECRETS = (
    "Wilhelmina",
    "wilhelmina",
    "Ducastel",
    "pommes de terre",
    "203.0.113.77",
    "2001:db8:1:2:3:4:5:6",
    "hunter22",
)
BROKEN = "no such name: 'Wilhelmina' of \"Ducastel\", asked by wilhelmina@example.org from 203.0.113.77"
MakeApp = Callable[..., Flask]


@pytest.fixture(params=["text", "json"])
def written(request: Any, settings: Any) -> Iterator[StringIO]:
    """What the processes would write."""
    from dataclasses import replace

    stream, root = StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure(replace(settings, log_format=request.param, log_requests=True), stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger(logs.REQUESTS).setLevel(logging.NOTSET)


def journey(app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    """Sign up, sign in, write, search, get lost, break something."""
    member = UserFactory(display_name="Wilhelmina Ducastel", handle="wilhelmina-d", email="wilhelmina@example.org")
    shelf = CategoryFactory()
    for address in ("203.0.113.77", "2001:db8:1:2:3:4:5:6"):
        here = {"REMOTE_ADDR": address}
        client.get("/fr/?from=wilhelmina@example.org", environ_base=here)
        client.get(f"/fr/members/{member.handle}", environ_base=here)
        client.get("/fr/search?q=pommes+de+terre+de+Wilhelmina", environ_base=here)
        client.get("/fr/Wilhelmina-Ducastel", environ_base=here)
        client.post("/fr/login", data={"email": "wilhelmina@example.org", "password": "hunter22"}, environ_base=here)
        client.post("/fr/register", data={"email": "wilhelmina2@example.org"}, environ_base=here)
    sign_in(client, member)
    client.get(f"/fr/categories/{shelf.slug}/topics/new", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    client.get("/fr/break/wilhelmina", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    logging.getLogger("app.core.mail").warning("no answer for %s at 203.0.113.77", "wilhelmina@example.org")


def test_a_whole_journey_names_nobody(
    make_app: MakeApp, sign_in: Callable[..., FlaskClient], app: Flask, written: StringIO
) -> None:
    app.testing = app.debug = False

    @app.get("/<lang>/break/<name>")
    def broken(name: str) -> str:
        raise ValueError(BROKEN)

    journey(app, app.test_client(), sign_in)
    text = written.getvalue()
    assert len(text.splitlines()) > 10
    assert "ValueError: no such name: …" in text
    for secret in SECRETS:
        assert secret not in text, [line for line in text.splitlines() if secret in line][:3]
    assert "203.0.113.0" in text
    assert "2001:db8:1::" in text
    assert "/<lang>/members/<handle>" in text


def test_json_lines_are_whole_objects(app: Flask, settings: Any) -> None:
    from dataclasses import replace

    stream = StringIO()
    handler = logs.configure(replace(settings, log_format="json", log_requests=True), stream)
    try:
        answer = app.test_client().get("/fr/nowhere?q=secret")
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger(logs.REQUESTS).setLevel(logging.NOTSET)
    (line,) = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert (line["status"], line["route"], line["method"], line["who"]) == (404, "none", "GET", "visitor")
    assert line["request"] == answer.headers[HEADER]
    assert answer.headers[HEADER] in answer.text


def test_each_request_has_a_name(make_app: MakeApp) -> None:
    client = make_app().test_client()
    first, second = (client.get("/fr/", headers={HEADER: "chosen-by-anyone"}).headers[HEADER] for _ in range(2))
    assert len({first, second, "chosen-by-anyone"}) == 3
    behind = make_app(trusted_proxies=1).test_client()
    assert behind.get("/fr/", headers={HEADER: "given-by-the-proxy"}).headers[HEADER] == "given-by-the-proxy"
    for forged in ("short", "x" * 65, "<script>12345"):
        assert behind.get("/fr/", headers={HEADER: forged}).headers[HEADER] != forged


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail to a.b+c@example.org failed", "mail to …@… failed"),
        ("from 203.0.113.77:443", "from 203.0.113.0:443"),
        ("from [2001:db8:1:2::5]", "from [2001:db8:1::]"),
        ("at 12:30:45 on 2026-01-31", "at 12:30:45 on 2026-01-31"),
        ("GET /search?q=private", "GET /search?…"),
    ],
)
def test_what_is_taken_out(said: str, kept: str) -> None:
    assert scrubbed(said) == kept


def test_addresses_are_cut() -> None:
    assert truncated("198.51.100.23") == "198.51.100.0"
    assert truncated("2001:db8:aaaa:bbbb::1") == "2001:db8:aaaa::"
    assert truncated("127.0.0.1") == "127.0.0.1"
    assert truncated(None) == "-"
