"""Figures: what is counted, what is left out, the CSV and its dictionary."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask

from app.administration import figures
from app.administration.figure_views import DICTIONARY, TABLES
from app.core.db import now
from tests.administration.desk import SignIn, at_desk
from tests.factories import PostFactory, TopicFactory, UserFactory
from tests.support.clock import FrozenClock
from tests.support.html import Page

PAGE = "/fr/administration/figures"


def test_an_empty_site_counts_zero(app: Flask) -> None:
    assert figures.totals() == {"members": 0, "seen": 0, "topics": 0, "posts": 0}
    assert [month.posts for month in figures.months()] == [0] * 12
    assert figures.languages() == figures.countries() == figures.waits() == []


def test_what_is_hidden_is_not_counted(app: Flask) -> None:
    author = UserFactory(country="SN", last_seen_at=now())
    UserFactory(country="SN", last_seen_at=now() - timedelta(days=40))
    UserFactory(country="FR", status="suspended")
    topic = TopicFactory(author=author)
    PostFactory(topic=topic, author=author, lang="wo")
    PostFactory(topic=topic, author=author, lang="fr", state="hidden_by_moderator")
    TopicFactory(author=author, state="removed")
    found = figures.totals()
    assert (found["members"], found["seen"], found["topics"], found["posts"]) == (2, 1, 1, 1)
    assert [(row.code, row.count) for row in figures.languages()] == [("wo", 1)]
    assert [(row.code, row.count) for row in figures.countries()] == [("SN", 2)]


def test_months_run_up_to_the_present_one(app: Flask, clock: FrozenClock) -> None:
    author = UserFactory(created_at=now() - timedelta(days=800))
    topic = TopicFactory(author=author)
    for age in (0, 0, 40, 400):
        PostFactory(topic=topic, author=author, created_at=now() - timedelta(days=age))
    found = figures.months()
    assert len(found) == 12
    assert found[-1].code == f"{now():%Y-%m}"
    assert (found[-1].posts, found[-1].writers, found[-1].topics) == (2, 1, 1)
    assert sum(month.posts for month in found) == 3


def test_the_wait_for_an_answer_is_that_of_another_member(app: Flask, clock: FrozenClock) -> None:
    author, other = UserFactory(), UserFactory()
    for hours, lang in ((2, "vi"), (4, "vi"), (None, "vi"), (1, "ar")):
        topic = TopicFactory(author=author, lang=lang)
        opened = topic.created_at
        PostFactory(topic=topic, author=author, created_at=opened)
        PostFactory(topic=topic, author=author, created_at=opened + timedelta(minutes=5))
        if hours:
            PostFactory(topic=topic, author=other, created_at=opened + timedelta(hours=hours))
            PostFactory(topic=topic, author=other, created_at=opened + timedelta(hours=hours + 9))
    vi, ar = figures.waits()
    assert (vi.lang, vi.topics, vi.unanswered, vi.median_hours) == ("vi", 3, 1, 3.0)
    assert (ar.lang, ar.unanswered, ar.median_hours) == ("ar", 0, 1.0)
    TopicFactory(author=author, lang="mg")
    assert figures.waits()[-1].median_hours is None


@pytest.mark.parametrize("table", [*TABLES, "dictionary"])
def test_each_table_is_a_file_and_the_dictionary_knows_its_columns(app: Flask, sign_in: SignIn, table: str) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    topic = TopicFactory(author=UserFactory(country="SN"))
    PostFactory(topic=topic)
    answer = client.get(f"{PAGE}/{table}.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) > 1
    if table == "dictionary":
        assert {(row[0], row[1]) for row in rows[1:]} == set(DICTIONARY)
    else:
        assert {(table, column) for column in rows[0]} <= set(DICTIONARY)
        assert all(len(row) == len(TABLES[table]) for row in rows)
    assert client.get(f"{PAGE}/nothing.csv").status_code == 404


def test_the_page_draws_bars_beside_the_table(app: Flask, sign_in: SignIn, query_counter: object) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    client.get(PAGE)
    with query_counter() as before:  # type: ignore[operator]
        client.get(PAGE)
    for _ in range(5):
        PostFactory()
    with query_counter() as after:  # type: ignore[operator]
        page = Page(client.get(PAGE).text)
    assert after.count == before.count
    assert len(page.all("rect", class_="bar")) == 12
    assert page.one("svg", class_="bars").get("aria-label")
