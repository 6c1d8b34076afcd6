"""The posts of a page are put together once for all readers who see the same, and never for one who sees another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.core.events import unit_of_work
from app.engagement import bookmarking
from app.engagement import services as engagement
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Post, Topic
from app.forum.reading import topic_page
from tests.factories import CategoryFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.forum import opened, replied


@pytest.fixture
def topic(app: Flask) -> Topic:
    author = UserFactory()
    topic = opened(author, CategoryFactory(), "Un sujet", kind="question")
    replied(author, topic)
    return topic


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with each list that is put together."""
    lists: list[int] = []
    work = topic_page._items

    def counting(heads: Any, shown: Any) -> Any:
        lists.append(len(heads))
        return work(heads, shown)

    monkeypatch.setattr(topic_page, "_items", counting)
    return lists


def posts(reader: FlaskClient, topic: Topic) -> str:
    return reader.get(url_of(topic)).text.partition("data-live-posts>")[2].partition("<template")[0]


def test_readers_of_the_same_share_one_list_and_others_have_their_own(
    app: Flask, sign_in: Callable[..., FlaskClient], topic: Topic, made: list[int]
) -> None:
    members = [UserFactory(), UserFactory(), topic.author, UserFactory(role="moderator")]
    first, second, author, moderator = (sign_in(app.test_client(), member) for member in members)
    for reader in (first, second, first, second):
        posts(reader, topic)
    assert len(made) == 1
    assert "/edit" in posts(author, topic)
    assert "Hide this message" in posts(moderator, topic)
    for word in ("/edit", "Hide this message"):
        assert word not in posts(second, topic)
    assert len(made) == 3


def test_what_a_reader_did_is_on_their_page_alone(
    app: Flask, sign_in: Callable[..., FlaskClient], topic: Topic, made: list[int]
) -> None:
    member, other = UserFactory(), UserFactory()
    mine, theirs = (sign_in(app.test_client(), reader) for reader in (member, other))
    before = posts(mine, topic), posts(theirs, topic)
    post = opened_post(topic)
    with unit_of_work():
        engagement.react(member, "post", post, "thanks")
        bookmarking.bookmark(member, "post", post)
        engagement.mark_read(member, "topic", topic.id, 1)
    assert [page.count('aria-pressed="true"') for page in (posts(mine, topic), posts(theirs, topic))] == [2, 0]
    assert "data-kept" in posts(mine, topic)
    assert "data-kept" not in posts(theirs, topic)
    assert 'id="unread"' in posts(mine, topic)
    assert 'id="unread"' not in posts(theirs, topic)
    assert before[1] != posts(theirs, topic)  # the number of reactions
    assert len(made) == 3


def opened_post(topic: Topic) -> int:
    return int(db.session.query(Post.id).filter_by(topic_id=topic.id, number=2).scalar())


def test_the_next_reader_sees_what_was_edited_and_added(
    app: Flask, sign_in: Callable[..., FlaskClient], topic: Topic
) -> None:
    reader = sign_in(app.test_client(), UserFactory())
    posts(reader, topic)
    post = replied(topic.author, topic, "Tout juste dit.")
    assert "Tout juste dit." in posts(reader, topic)
    with unit_of_work():
        services.edit_post(topic.author, post, draft_post("Mieux dit.", "fr", ""), post.edits)
    assert "Mieux dit." in posts(reader, topic)
    assert "Tout juste dit." not in posts(reader, topic)
    assert posts(reader, topic).count('class="post-item"') == 3
