"""Parts of pages that are rendered once for the same values: never another's, never an old one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from app.accounts.events import MemberChanged
from app.core import options
from app.core.db import db, now
from app.core.events import record, unit_of_work
from app.core.i18n import speaking
from app.core.kept import kept_lines, kept_part
from app.engagement import services as engagement
from app.forum.models import Topic
from tests.factories import CategoryFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.html import Page, words

CHOICE: dict[str, Any] = {"name": "n", "value": "", "options": (("fr", "français"),)}
SAID: dict[str, Any] = {"public_id": "p", "lang": "fr", "author": None, "shelf": "Annonces", "shelf_lang": "fr"}


@pytest.fixture(autouse=True)
def in_a_page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/en/"), speaking("en"):
        yield


@pytest.fixture
def rendered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the templates asked for."""
    asked: list[str] = []
    get = app.jinja_env.get_template

    def note(name: str, *rest: Any) -> Any:
        asked.append(name)
        return get(name, *rest)

    monkeypatch.setattr(app.jinja_env, "get_template", note)
    return asked


def choice(label: str) -> str:
    return str(kept_part("search/_choice.html", label=label, **CHOICE))


def test_the_same_values_are_rendered_once(rendered: list[str]) -> None:
    assert choice("Langue") == choice("Langue")
    assert rendered == ["search/_choice.html"]
    assert choice("Langue") != choice("Espace")


def test_a_text_that_equals_markup_is_escaped_all_the_same() -> None:
    assert "<b>Langue</b>" in choice(Markup("<b>Langue</b>"))
    assert "&lt;b&gt;Langue" in choice("<b>Langue</b>")
    assert "<b>Langue</b>" in choice(Markup("<b>Langue</b>"))


def test_each_language_has_its_own() -> None:
    said: dict[str, Any] = {
        "public_id": "p",
        "opens": True,
        "title": "t",
        "title_lang": "fr",
        "lang": "vi",
        "at": now(),
    }
    assert "Vietnamese" in kept_part("site/_contribution.html", **said)
    with speaking("fr"):
        assert "vietnamien" in kept_part("site/_contribution.html", **said)


def test_a_changed_option_is_seen_at_once(rendered: list[str]) -> None:
    choice("x")
    with unit_of_work():
        options.change(None, "site.name", "Autre nom")
    choice("x")
    assert len(rendered) == 2


@pytest.mark.parametrize("text", ["plain", "\ue000", "a \ue000 b"])
def test_a_line_says_how_long_ago_whatever_stands_in_it(text: str) -> None:
    lines = [(now() - timedelta(hours=hours, minutes=1), SAID | {"words": text}) for hours in (1, 3)]
    shown = Page(f"<!doctype html><title>-</title><ul>{kept_lines('site/_pulse_line.html', lines)}</ul>")
    assert [words(time) for time in shown.all("time")] == ["1 hour ago", "3 hours ago"]
    assert [words(link) for link in shown.all("a")] == [text, text]


def test_a_row_is_each_readers_own(client: FlaskClient, sign_in: Callable[..., FlaskClient], app: Flask) -> None:
    author, behind, ahead = UserFactory(), UserFactory(), UserFactory()
    topic: Topic = opened(author, CategoryFactory(), "Le même sujet")
    for _ in range(3):
        replied(author, topic)
    for reader, number in ((behind, 2), (ahead, 4)):
        with unit_of_work():
            engagement.mark_read(reader, "topic", topic.id, number)
    browsers = [client, *(sign_in(app.test_client(), reader) for reader in (behind, ahead))]
    for _ in range(2):
        rows = [Page(browser.get("/en/latest").text).one("li", class_="topic") for browser in browsers]
        assert ["2 new" in words(row) for row in rows] == [False, True, False]
    with unit_of_work():
        db.session.refresh(author)
        author.display_name, author.version = "Un autre nom", author.version + 1
        record(MemberChanged(author.id))
    assert all("Un autre nom" in browser.get("/en/latest").text for browser in browsers)
