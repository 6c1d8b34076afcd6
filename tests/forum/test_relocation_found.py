"""Search after topics and messages moved: found where they are, by those who may read them there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import VISITOR
from app.core.events import unit_of_work
from app.core.i18n import speaking
from app.forum.models import Topic
from app.forum.moving import relocating
from app.forum.moving.relocating import NewTopic
from app.live.rights import may_follow
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.html import Page, words


@pytest.fixture
def topic(app: Flask) -> Topic:
    made = opened(UserFactory(), CategoryFactory(), "Les beffrois du Nord", body="Qui connaît le carillon ?")
    replied(UserFactory(), made, "Le tintamarre de Dunkerque.")
    return made


@pytest.fixture
def found(client: FlaskClient, run_consumers: Callable[[], int]) -> Callable[[str], set[str]]:
    """Titles under which a visitor finds a word, once the index has followed."""

    def titles(word: str) -> set[str]:
        run_consumers()
        page = Page(client.get("/fr/search", query_string={"q": word}).text)
        return {words(link) for link in page.all("a", class_="title")}

    return titles


def test_a_topic_in_a_closed_space_is_found_by_nobody_outside(topic: Topic, found: Callable[[str], set[str]]) -> None:
    assert found("carillon") == found("tintamarre") == {"Les beffrois du Nord"}
    assert may_follow(VISITOR, f"topic:{topic.id}")
    closed, staff = CategoryFactory(space=SpaceFactory(visibility="closed")), UserFactory(role="staff")
    with unit_of_work():
        relocating.move_topic(staff, topic, closed, "Interne")
    assert found("carillon") == found("tintamarre") == set()
    assert not may_follow(VISITOR, f"topic:{topic.id}")
    with unit_of_work():
        relocating.move_topic(staff, topic, CategoryFactory(), "Ouvert", accepts_readers=True)
    assert found("carillon") == found("tintamarre") == {"Les beffrois du Nord"}


def test_messages_are_found_in_their_new_topic(topic: Topic, found: Callable[[str], set[str]]) -> None:
    moderator = UserFactory(role="moderator")
    with unit_of_work():
        split = relocating.split_posts(moderator, topic, [2], NewTopic("Le carnaval", topic.category), "Autre sujet")
    assert found("tintamarre") == {"Le carnaval"}
    with unit_of_work():
        relocating.merge_topics(moderator, split, topic, "Finalement non")
    assert found("tintamarre") == {"Les beffrois du Nord"}
    assert found("carnaval") == set()
    with speaking("fr"):
        assert not may_follow(VISITOR, f"topic:{split.id}")
