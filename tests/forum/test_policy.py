"""Who may do what in the forum, cell by cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.i18n import speaking
from app.core.policy import Actor, Ruling
from app.forum import policy, queries
from app.forum.models import Category, Post, Topic
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory

ROLES = ("visitor", "member", "author", "elsewhere", "moderator", "staff", "administrator")
"""`elsewhere` moderates another space, `author` wrote the topic and its posts."""


class Cast:
    """One actor of each role around one category."""

    def __init__(self, visibility: str = "public", posting: str = "members", is_locked: bool = False) -> None:
        self.space = SpaceFactory(visibility=visibility, posting=posting)
        self.category: Category = CategoryFactory(space=self.space, is_locked=is_locked)
        author: User = UserFactory()
        self.actors: dict[str, Actor] = {
            "visitor": VISITOR,
            "member": UserFactory(),
            "author": author,
            "elsewhere": UserFactory(role="moderator", space=SpaceFactory()),
            "moderator": UserFactory(role="moderator", space=self.space),
            "staff": UserFactory(role="staff"),
            "administrator": UserFactory(role="administrator"),
        }
        self.author = author

    def topic(self, **fields: object) -> Topic:
        return TopicFactory(category=self.category, author=self.author, **fields)

    def post(self, topic: Topic, **fields: object) -> Post:
        return PostFactory(topic=topic, author=self.author, **fields)

    def who(self, rule: Callable[[Actor], Ruling]) -> set[str]:
        return {role for role, actor in self.actors.items() if rule(actor)}


SIGNED_IN = {*ROLES} - {"visitor"}
KEEPERS = {"moderator", "staff", "administrator"}


@pytest.mark.parametrize(
    ("visibility", "allowed"),
    [("public", {*ROLES}), ("members", SIGNED_IN), ("staff", KEEPERS)],
)
def test_who_sees_a_space(app: Flask, visibility: str, allowed: set[str]) -> None:
    cast = Cast(visibility=visibility)
    topic = cast.topic()
    post = cast.post(topic)
    assert cast.who(lambda actor: policy.can_see_space(actor, cast.space)) == allowed
    assert cast.who(lambda actor: policy.can_see_topic(actor, topic)) == allowed
    for role, actor in cast.actors.items():  # the lists say the same as the rule
        seen = role in allowed
        assert (topic.id in queries.visible_topic_ids(actor, [topic.id])) is seen, role
        assert (post.id in queries.visible_post_ids(actor, [post.id])) is seen, role
        assert (cast.space.id in queries.visible_space_ids(actor, [cast.space.id])) is seen, role
        assert (cast.space in queries.get_spaces(actor)) is seen, role


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("open", {*ROLES}), ("locked", {*ROLES}), ("hidden", KEEPERS), ("removed", set())],
)
def test_who_sees_a_topic_in_each_state(app: Flask, state: str, allowed: set[str]) -> None:
    cast = Cast()
    topic = cast.topic(state=state)
    assert cast.who(lambda actor: policy.can_see_topic(actor, topic)) == allowed
    for role, actor in cast.actors.items():
        assert (topic.id in queries.visible_topic_ids(actor, [topic.id])) is (role in allowed), role


@pytest.mark.parametrize(
    ("visibility", "posting", "is_locked", "allowed"),
    [
        ("public", "members", False, SIGNED_IN),
        ("public", "members", True, KEEPERS),
        ("public", "staff", False, KEEPERS),
        ("members", "members", False, SIGNED_IN),
        ("staff", "members", False, KEEPERS),
    ],
)
def test_who_opens_a_topic(app: Flask, visibility: str, posting: str, is_locked: bool, allowed: set[str]) -> None:
    cast = Cast(visibility, posting, is_locked)
    assert cast.who(lambda actor: policy.can_open_topic(actor, cast.category)) == allowed


@pytest.mark.parametrize(
    ("state", "allowed"), [("open", SIGNED_IN), ("locked", set()), ("hidden", set()), ("removed", set())]
)
def test_who_replies(app: Flask, state: str, allowed: set[str]) -> None:
    cast = Cast()
    topic = cast.topic(state=state)
    assert cast.who(lambda actor: policy.can_reply(actor, topic)) == allowed


@pytest.mark.parametrize(
    ("topic_state", "post_state", "edits", "withdraws"),
    [
        ("open", "visible", {"author"}, {"author"}),
        ("locked", "visible", set(), {"author"}),
        ("hidden", "visible", set(), set()),
        ("open", "deleted_by_author", set(), set()),
        ("open", "hidden_by_moderator", set(), set()),
    ],
)
def test_who_changes_a_post(
    app: Flask, topic_state: str, post_state: str, edits: set[str], withdraws: set[str]
) -> None:
    cast = Cast()
    topic = cast.topic(state=topic_state)
    post = cast.post(topic, state=post_state)
    assert cast.who(lambda actor: policy.can_edit_post(actor, post)) == edits
    assert cast.who(lambda actor: policy.can_withdraw_post(actor, post)) == withdraws


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("open", {"author", *KEEPERS}), ("locked", KEEPERS), ("hidden", KEEPERS), ("removed", set())],
)
def test_who_edits_a_topic(app: Flask, state: str, allowed: set[str]) -> None:
    cast = Cast()
    topic = cast.topic(state=state)
    assert cast.who(lambda actor: policy.can_edit_topic(actor, topic)) == allowed


@pytest.mark.parametrize(
    ("kind", "number", "state", "allowed"),
    [
        ("question", 2, "visible", {"author", *KEEPERS}),
        ("question", 1, "visible", set()),
        ("question", 2, "hidden_by_moderator", set()),
        ("discussion", 2, "visible", set()),
    ],
)
def test_who_accepts_an_answer(app: Flask, kind: str, number: int, state: str, allowed: set[str]) -> None:
    cast = Cast()
    topic = cast.topic(kind=kind)
    posts = [cast.post(topic), cast.post(topic, state=state)]
    assert cast.who(lambda actor: policy.can_accept_answer(actor, posts[number - 1])) == allowed


@pytest.mark.parametrize(("state", "allowed"), [("open", KEEPERS), ("hidden", KEEPERS), ("removed", set())])
def test_who_keeps_order(app: Flask, state: str, allowed: set[str]) -> None:
    cast = Cast()
    topic = cast.topic(state=state)
    assert cast.who(lambda actor: policy.can_moderate(actor, topic)) == allowed


@pytest.mark.parametrize(("kind", "allowed"), [("announcement", KEEPERS), ("question", {*ROLES})])
def test_who_makes_announcements(app: Flask, kind: str, allowed: set[str]) -> None:
    cast = Cast()
    assert cast.who(lambda actor: policy.can_give_kind(actor, cast.space.id, kind)) == allowed


def test_a_moderator_of_all_spaces_sees_what_staff_sees(app: Flask) -> None:
    cast = Cast(visibility="staff")
    everywhere = UserFactory(role="moderator")
    assert policy.can_see_space(everywhere, cast.space)
    assert cast.space in queries.get_spaces(everywhere)


def test_a_refusal_says_why(app: Flask) -> None:
    cast = Cast(is_locked=True)
    with app.test_request_context("/en/"), speaking("en"):
        assert "closed" in str(policy.can_open_topic(cast.actors["member"], cast.category).reason)
        assert "Sign in" in str(policy.can_open_topic(VISITOR, cast.category).reason)
