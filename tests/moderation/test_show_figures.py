"""Transparency: a year in counts, for everyone and for machines."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.events import unit_of_work
from app.moderation import appealing
from app.moderation.figures import MEASURES, year_figures
from tests.factories import CategoryFactory, UserFactory
from tests.support.clock import FrozenClock
from tests.support.forum import opened, replied
from tests.support.moderation import appealed, decided, reported
from tests.support.pages import said


def test_a_year_without_anything(client: FlaskClient) -> None:
    page = client.get("/en/transparency")
    assert page.status_code == 200
    assert "None this year." in said(page)


@pytest.mark.parametrize("year", ["1999", "abc", "99999999", "-1"])
def test_there_is_no_such_year(client: FlaskClient, year: str) -> None:
    assert client.get(f"/en/transparency?year={year}").status_code == 404
    assert client.get(f"/en/transparency.csv?year={year}").status_code == 404


@pytest.fixture
def lived(app: Flask, clock: FrozenClock) -> int:
    """A year with three reports, of which one was urgent, two decisions and an appeal. Returns the year."""
    from app.accounts.actor import VISITOR

    topic, moderator = opened(UserFactory(), CategoryFactory()), UserFactory(role="moderator")
    posts = [replied(UserFactory(ui_lang="nl"), topic) for _ in range(2)]
    reported(UserFactory(), posts[0], "spam")
    reported(VISITOR, posts[0], "hate", email="v@example.org")
    reported(UserFactory(), posts[1], "minor_safety")
    clock.advance(hours=2)
    decision = decided(moderator, posts[0], "hide", "hate")
    clock.advance(hours=2)
    decided(moderator, posts[1], "dismiss", "minor_safety")
    filed = appealed(decision)
    with unit_of_work():
        appealing.decide_appeal(UserFactory(role="moderator"), filed, "uphold", "")
    return clock.moment.year


def test_a_year_is_counted(lived: int) -> None:
    found = year_figures(lived)
    assert found.counts["reports"] == {"spam": 1, "hate": 1, "minor_safety": 1}
    assert found.counts["reports_by_language"] == {"fr": 3}
    assert found.counts["reports_of_visitors"] == {"": 1}
    assert found.counts["decisions"] == {"hide": 2, "dismiss": 1}
    assert found.counts["decisions_by_reason"] == {"hate": 1, "minor_safety": 1}
    assert found.counts["decisions_by_language"] == {"nl": 2}
    assert found.counts["decisions_at_once"] == {"": 1}
    assert found.counts["decisions_unreported"] == {"": 0}
    assert found.counts["appeals"] == {"upheld": 1}
    assert found.hours == {"hours_to_look": 2.0, "hours_to_decide": 2.0}
    assert year_figures(lived + 1).total("reports") == 0


def test_the_page_and_the_file_say_the_same(client: FlaskClient, lived: int) -> None:
    page = said(client.get(f"/en/transparency?year={lived}"))
    for part in ("Hatred", "Decision taken back", "Dutch", "Hidden"):
        assert part in page
    answer = client.get(f"/en/transparency.csv?year={lived}")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["measure"] for row in rows} == set(MEASURES)
    assert {"year": str(lived), "measure": "reports", "detail": "hate", "value": "1"} in rows
    assert {"year": str(lived), "measure": "hours_to_look", "detail": "", "value": "2.0"} in rows


def test_every_word_of_the_file_is_in_the_dictionary(client: FlaskClient, lived: int) -> None:
    answer = client.get("/en/transparency-dictionary.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    known = {(row["measure"], row["code"]) for row in rows}
    assert {(measure, "") for measure in MEASURES} <= known
    for row in csv.DictReader(io.StringIO(client.get("/en/transparency.csv").text)):
        if row["measure"] in {"reports", "decisions", "appeals"}:
            assert (row["measure"], row["detail"]) in known
    assert all(row["meaning"] for row in rows)
