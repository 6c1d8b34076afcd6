"""Topics whose live session runs are marked as such wherever topics are listed, at the price of one query a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.db import now
from app.core.events import unit_of_work
from app.core.live import message_for
from app.forum.events import TopicMoved
from app.forum.models import Category
from app.forum.sessions import services as sessions
from app.forum.sessions.models import LiveSession
from app.forum.sessions.running import running_topics
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.test_live_session import planned
from tests.support.html import Page, words


@pytest.fixture
def category(app: Flask) -> Category:
    return CategoryFactory()


@pytest.fixture
def leader(category: Category) -> User:
    return UserFactory(role="facilitator", space=category.space)


def moved(leader: User, session: LiveSession, action: str) -> None:
    with unit_of_work():
        sessions.move_session(leader, session, action)


def marks(client: FlaskClient, place: str) -> int:
    return sum(words(tag) == "Live now" for tag in Page(client.get(f"/en/{place}").text).all("span", class_="lamp"))


def test_what_runs_is_marked_while_it_runs(app: Flask, client: FlaskClient, category: Category, leader: User) -> None:
    session = planned(leader, category, now())
    places = ("latest", f"spaces/{category.space.slug}", f"categories/{category.slug}", "spaces", "")
    assert [marks(client, place) for place in places] == [0] * 5
    moved(leader, session, "begin")
    # A space names it twice: as the last topic of a category, and in its list.
    assert [marks(client, place) for place in places] == [1, 2, 1, 1, 1]
    with app.test_request_context("/en/"):
        message = message_for(TopicMoved(session.topic_id, category.space_id), "en")
    assert message
    assert "Live now" in message.html
    moved(leader, session, "end")
    assert [marks(client, place) for place in places] == [0] * 5


def test_what_one_may_not_see_is_not_live_for_them(client: FlaskClient, app: Flask) -> None:
    shelf = CategoryFactory(space=SpaceFactory(visibility="closed"))
    leader = UserFactory(role="facilitator", space=shelf.space)
    session = planned(leader, shelf, now())
    moved(leader, session, "begin")
    assert running_topics(VISITOR) == running_topics(UserFactory()) == []
    assert [topic.id for topic in running_topics(leader)] == [session.topic_id]
    assert session.topic.title not in client.get("/en/").text


def test_many_sessions_cost_no_more_than_one(
    client: FlaskClient, category: Category, leader: User, query_counter: Callable[[], Any]
) -> None:
    counts = []
    for many in (1, 5):
        for _ in range(many):
            moved(leader, planned(leader, category, now() + timedelta(minutes=1)), "begin")
        for place in ("latest", "", f"spaces/{category.space.slug}"):
            client.get(f"/en/{place}")  # what is asked once in a while is asked here
            with query_counter() as statements:
                client.get(f"/en/{place}")
            counts.append(statements.count)
    assert counts[:3] == counts[3:]
