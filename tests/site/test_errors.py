"""Answers to what goes wrong: one page, the reader's language, JSON for who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.core.i18n import INTERFACE, lazy_pgettext
from app.site.errors import WORDS
from tests.support.html import Page, words

REASON = lazy_pgettext("forum rule", "This category is closed to new topics.")
RAISED: dict[str, Any] = {
    "not-allowed": NotAllowed(REASON),
    "not-found": NotFound(),
    "conflict": Conflict(),
    "invalid": Invalid(REASON, "title"),
    "too-many": TooMany(),
    "broken": ZeroDivisionError("secret detail"),
}
STATUS = {"not-allowed": 403, "not-found": 404, "conflict": 409, "invalid": 422, "too-many": 429, "broken": 500}


@pytest.fixture
def failing(make_app: Callable[..., Flask]) -> FlaskClient:
    """A browser on an application with an address for each error."""
    app = make_app()
    app.testing = False

    @app.get("/<lang>/raise/<name>")
    def fail(name: str) -> str:
        raise RAISED[name]

    @app.get("/<lang>/abort/<int:status>")
    def stop(status: int) -> str:
        abort(status)

    return app.test_client()


@pytest.mark.parametrize("name", RAISED)
@pytest.mark.parametrize("lang", INTERFACE)
def test_an_error_is_a_page_in_the_reader_s_language(failing: FlaskClient, lang: str, name: str) -> None:
    answer = failing.get(f"/{lang}/raise/{name}")
    assert answer.status_code == STATUS[name]
    page = Page(answer.text)
    assert page.one("html").get("lang") == lang
    assert page.one("meta", name="robots").get("content") == "noindex"
    assert words(page.one("h1"))
    assert "secret detail" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_refusal_says_why(failing: FlaskClient) -> None:
    reason = words(Page(failing.get("/en/raise/not-allowed").text).one("p", class_="lead"))
    assert reason == "This category is closed to new topics."


def test_an_unexpected_error_is_logged(failing: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    failing.get("/fr/raise/broken")
    assert any(record.exc_info and "secret detail" in str(record.exc_info[1]) for record in caplog.records)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503])
def test_refusals_of_the_web_layer_have_the_same_page(failing: FlaskClient, status: int) -> None:
    answer = failing.get(f"/en/abort/{status}")
    assert answer.status_code == status
    expected = WORDS.get(status) or WORDS[404 if status < 500 else 500]
    assert words(Page(answer.text).one("h1")) == str(expected[0])


def test_who_asks_for_json_is_answered_in_json(failing: FlaskClient) -> None:
    answer = failing.get("/en/raise/invalid", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert error["reason"] == "This category is closed to new topics."
    assert (error["status"], error["field"]) == (422, "title")
    page_first = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert failing.get("/en/raise/invalid", headers=page_first).mimetype == "text/html"


def test_an_address_without_a_language_errs_in_the_reader_s(client: FlaskClient) -> None:
    page = Page(client.get("/no/such/page", headers={"Accept-Language": "vi"}).text)
    assert page.one("html").get("lang") == "vi"


def test_a_form_sent_to_a_page_that_takes_none(client: FlaskClient) -> None:
    answer = client.post("/fr/about")
    assert answer.status_code in {400, 405}
    assert Page(answer.text).one("html").get("lang") == "fr"
