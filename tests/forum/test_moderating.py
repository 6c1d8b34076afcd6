"""Keeping order: who may, with which reason, what readers are told and what the log keeps."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import tail, unit_of_work
from app.core.subjects import SubjectHidden, SubjectPublished
from app.forum import lifecycle, services
from app.forum.events import PostHidden, PostRestored
from app.forum.models import Post, Topic
from app.forum.order import moderating
from tests.factories import CategoryFactory, PostFactory, TopicFactory, UserFactory


@pytest.fixture
def post(app: Flask) -> Post:
    topic = TopicFactory(kind="question")
    PostFactory(topic=topic)
    return PostFactory(topic=topic)


def _entries() -> list[tuple[str, str, int, str]]:
    return [
        (row.action, row.subject_kind, row.subject_id, row.reason) for row in db.session.scalars(select(AuditEntry))
    ]


def _kinds() -> list[type]:
    return [type(logged.event) for logged in tail((0, 0))]


@pytest.mark.parametrize("role", ["", "moderator"])
def test_a_post_is_hidden_by_moderators_alone(post: Post, role: str) -> None:
    actor = UserFactory(role=role)
    if not role:
        with pytest.raises(NotAllowed), unit_of_work():
            moderating.hide_post(actor, post, "spam")
        assert _entries() == []
        return
    with unit_of_work():
        moderating.hide_post(actor, post, "  spam  ")
    assert (post.state, post.state_reason, post.version) == ("hidden_by_moderator", "spam", 2)
    assert _entries() == [("hide", "post", post.id, "spam")]
    assert {PostHidden, SubjectHidden} <= set(_kinds())


def test_a_moderator_of_another_space_may_not(post: Post) -> None:
    elsewhere = UserFactory(role="moderator", space=CategoryFactory().space)
    with pytest.raises(NotAllowed), unit_of_work():
        moderating.hide_post(elsewhere, post, "spam")


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_needed(post: Post, reason: str) -> None:
    moderator = UserFactory(role="moderator")
    with pytest.raises(Invalid) as refused, unit_of_work():
        moderating.hide_post(moderator, post, reason)
    assert refused.value.field == "reason"
    db.session.expire_all()
    assert post.state == "visible"


def test_hiding_the_accepted_answer_leaves_the_question_open(post: Post) -> None:
    moderator = UserFactory(role="moderator")
    with unit_of_work():
        services.accept_answer(moderator, post)
    with unit_of_work():
        moderating.hide_post(moderator, post, "wrong")
    assert post.topic.accepted_post_id is None


def test_a_hidden_post_comes_back(post: Post) -> None:
    moderator = UserFactory(role="moderator")
    with pytest.raises(Conflict), unit_of_work():
        moderating.restore_post(moderator, post, "a mistake")
    with unit_of_work():
        moderating.hide_post(moderator, post, "spam")
    with unit_of_work():
        moderating.restore_post(moderator, post, "a mistake")
    assert (post.state, post.state_reason, post.state_at) == ("visible", "", None)
    assert {PostRestored, SubjectPublished} <= set(_kinds())
    assert [entry[0] for entry in _entries()] == ["hide", "restore"]


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("lock", "open", "locked"),
        ("unlock", "locked", "open"),
        ("hide", "open", "hidden"),
        ("hide", "locked", "hidden"),
        ("restore", "hidden", "open"),
        ("remove", "hidden", "removed"),
    ],
)
def test_a_topic_changes_state(app: Flask, action: str, before: str, after: str) -> None:
    topic = TopicFactory(state=before)
    moderator = UserFactory(role="moderator", space=topic.category.space)
    with pytest.raises(NotAllowed), unit_of_work():
        moderating.change_topic_state(UserFactory(), topic, action, "because")
    with unit_of_work():
        moderating.change_topic_state(moderator, topic, action, "because")
    assert (topic.state, topic.state_reason, topic.state_by_id) == (after, "because", moderator.id)
    assert _entries() == [(action, "topic", topic.id, "because")]


@pytest.mark.parametrize("table", [lifecycle.TOPIC_STATES, lifecycle.POST_STATES])
def test_every_step_that_is_not_in_the_table_is_refused(app: Flask, table: dict[str, dict[str, str]]) -> None:
    states = {state for steps in table.values() for pair in steps.items() for state in pair}
    for action, steps in table.items():
        for state in states:
            if state in steps:
                assert lifecycle.next_state(table, action, state) == steps[state]
            else:
                with pytest.raises(Conflict):
                    lifecycle.next_state(table, action, state)


def test_a_topic_is_pinned_and_let_go(app: Flask) -> None:
    topic: Topic = TopicFactory()
    moderator = UserFactory(role="moderator")
    with pytest.raises(NotAllowed), unit_of_work():
        moderating.pin_topic(UserFactory(), topic, True, "because")
    for pinned in (True, False):
        with unit_of_work():
            moderating.pin_topic(moderator, topic, pinned, "because")
        assert topic.is_pinned is pinned
    assert [entry[0] for entry in _entries()] == ["pin", "unpin"]
