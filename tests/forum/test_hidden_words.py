"""What a hidden or withdrawn first message said is in no index, and hidden topics are in no count."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.events import EventRow, log_head, tail, unit_of_work
from app.core.subjects import SubjectHidden, kind
from app.forum import services
from app.forum.events import TopicChanged
from app.forum.models import Category, Post, Topic
from app.forum.order import moderating
from tests.factories import CategoryFactory, UserFactory
from tests.support.forum import hidden, opened, replied


@pytest.fixture
def moderator(app: Flask) -> User:
    return UserFactory(role="moderator")


def first_of(topic: Topic) -> Post:
    return db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 1)).one()


def found_words(topic: Topic) -> str:
    documents = kind("topic").search_documents
    assert documents
    return documents([topic.id])[topic.id].body


@pytest.mark.parametrize("way", ["hide", "withdraw"])
def test_the_words_of_a_first_message_leave_the_index_with_it(actor: User, moderator: User, way: str) -> None:
    topic = opened(actor, CategoryFactory(), body="Un mot secret.")
    assert "secret" in found_words(topic)
    before = log_head()
    if way == "hide":
        hidden(moderator, first_of(topic))
    else:
        with unit_of_work():
            services.withdraw_post(actor, first_of(topic))
    assert found_words(topic) == ""
    told: list[Any] = [logged.event for logged in tail(before)]
    assert ("topic", topic.id) in {(event.kind, event.id) for event in told if hasattr(event, "kind")}
    if way == "hide":
        with unit_of_work():
            moderating.restore_post(moderator, first_of(topic), "Erreur")
        assert "secret" in found_words(topic)


def test_a_hidden_topic_takes_its_messages_out_of_the_counts(actor: User, moderator: User) -> None:
    shelf: Category = CategoryFactory()
    topic = opened(actor, shelf)
    replied(actor, topic)
    opened(actor, shelf)
    hidden(moderator, topic)
    assert _counts(shelf) == (1, 1)
    with unit_of_work():
        moderating.change_topic_state(moderator, topic, "restore", "Erreur")
    assert _counts(shelf) == (2, 3)


def test_readers_lose_the_room_before_its_new_head_is_told(actor: User, moderator: User) -> None:
    topic = opened(actor, CategoryFactory())
    last = db.session.scalars(select(EventRow.id).order_by(EventRow.id.desc())).first()
    hidden(moderator, topic)
    names = db.session.scalars(select(EventRow.name).where(EventRow.id > last).order_by(EventRow.id)).all()
    assert names.index(SubjectHidden.__name__) < names.index(TopicChanged.__name__)


def _counts(shelf: Category) -> tuple[int, int]:
    db.session.refresh(shelf)
    return shelf.topic_count, shelf.post_count
