"""Who sees, restores and removes versions of a message: roles by states."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts.actor import VISITOR
from app.core.errors import NotFound
from app.core.policy import Actor
from app.forum.history import versions as history
from app.forum.models import Post
from tests.factories import PostFactory, UserFactory

ROLES = ("visitor", "member", "author", "moderator", "staff")
STATES = ("visible", "hidden_by_moderator", "deleted_by_author", "removed", "moved")
SEES = {"visible": set(ROLES), "hidden_by_moderator": {"moderator", "staff"}}


@pytest.fixture
def post(app: Flask) -> Post:
    first: Post = PostFactory()
    return PostFactory(topic=first.topic)  # type: ignore[no-any-return]


def actor(role: str, post: Post) -> Actor:
    if role == "visitor":
        return VISITOR
    if role == "author":
        assert post.author
        return post.author
    if role == "moderator":
        return UserFactory(role="moderator", space=post.topic.category.space)  # type: ignore[no-any-return]
    return UserFactory(role="" if role == "member" else role)  # type: ignore[no-any-return]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_a_history_is_seen(post: Post, state: str, role: str) -> None:
    post.state = state
    if state in SEES:
        assert bool(history.can_see_history(actor(role, post), post)) is (role in SEES[state])
        return
    with pytest.raises(NotFound):
        history.can_see_history(actor(role, post), post)


@pytest.mark.parametrize("role", ROLES)
def test_slips_are_seen_and_versions_removed(post: Post, role: str) -> None:
    who, keeps_order = actor(role, post), role in {"moderator", "staff"}
    assert bool(history.can_see_slips(who, post)) is (keeps_order or role == "author")
    assert bool(history.can_remove_version(who, post)) is keeps_order


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("topic", ["open", "locked"])
def test_a_version_is_restored(post: Post, topic: str, role: str) -> None:
    post.topic.state = topic
    may = {"moderator", "staff"} | ({"author"} if topic == "open" else set())
    assert bool(history.can_restore_version(actor(role, post), post)) is (role in may)
    post.state = "hidden_by_moderator"
    assert not history.can_restore_version(actor(role, post), post)
