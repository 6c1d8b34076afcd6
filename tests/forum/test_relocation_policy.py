"""Who moves what where: roles by cases, each function of the policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.actor import VISITOR
from app.core.db import now
from app.core.events import unit_of_work
from app.core.policy import Actor
from app.forum.models import Category, Post, Space, Topic
from app.forum.moving import policy
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory

ROLES = ("visitor", "member", "here", "there", "both", "everywhere", "staff")


class Case:
    """A topic here, another there, and people who moderate one, both or all spaces."""

    def __init__(self) -> None:
        self.here: Category = CategoryFactory()
        self.there: Category = CategoryFactory()
        self.source, self.target = (TopicFactory(category=shelf) for shelf in (self.here, self.there))
        self.posts: list[Post] = [PostFactory(topic=self.source) for _ in range(3)]
        PostFactory(topic=self.target)

    def actor(self, role: str) -> Actor:
        if role == "visitor":
            return VISITOR
        if role in {"member", "staff"}:
            return UserFactory(role="" if role == "member" else "staff")  # type: ignore[no-any-return]
        if role == "everywhere":
            return UserFactory(role="moderator")  # type: ignore[no-any-return]
        actor = UserFactory(role="moderator", space=(self.there if role == "there" else self.here).space)
        if role == "both":
            with unit_of_work():
                actor.roles.append(type(actor.roles[0])(name="moderator", space_id=self.there.space_id))
        return actor  # type: ignore[no-any-return]


@pytest.fixture
def case(app: Flask) -> Case:
    return Case()


ASKED: dict[str, Callable[[Actor, Case], object]] = {
    "move": lambda actor, case: policy.can_move_topic(actor, case.source, case.there),
    "take": lambda actor, case: policy.can_take_posts(actor, case.source, case.target),
    "merge": lambda actor, case: policy.can_merge_topics(actor, case.source, case.target),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("asked", list(ASKED))
def test_both_spaces_are_the_mover_s(case: Case, asked: str, role: str) -> None:
    assert bool(ASKED[asked](case.actor(role), case)) is (role in {"both", "everywhere", "staff"})


@pytest.mark.parametrize("role", ROLES)
def test_messages_leave_by_the_moderators_of_their_space(case: Case, role: str) -> None:
    may = role in {"here", "both", "everywhere", "staff"}
    assert bool(policy.can_split_off(case.actor(role), case.posts[1])) is may
    assert not policy.can_split_off(case.actor(role), case.posts[0])


@pytest.mark.parametrize("state", ["moved", "removed"])
def test_what_is_gone_leaves_no_more(case: Case, state: str) -> None:
    case.posts[1].state = state
    assert not policy.can_split_off(UserFactory(role="staff"), case.posts[1])
    case.posts[2].number = None
    assert not policy.can_split_off(UserFactory(role="staff"), case.posts[2])


@pytest.mark.parametrize("state", ["open", "locked", "hidden", "merged"])
def test_what_is_not_shown_is_not_merged(case: Case, state: str) -> None:
    staff, shown = UserFactory(role="staff"), state in {"open", "locked"}
    case.target.state = state
    assert bool(policy.can_take_posts(staff, case.source, case.target)) is shown
    case.target.state, case.source.state = "open", state
    assert bool(policy.can_merge_topics(staff, case.source, case.target)) is shown


def test_nothing_goes_into_itself_nor_into_an_archive_and_a_session_stays(case: Case) -> None:
    staff = UserFactory(role="staff")
    assert not policy.can_take_posts(staff, case.source, case.source)
    case.source.kind = "live_session"
    assert not policy.can_merge_topics(staff, case.source, case.target)
    assert policy.can_take_posts(staff, case.source, case.target)
    case.there.space.archived_at = now()
    assert not policy.can_take_posts(staff, case.source, case.target)
    assert not policy.can_move_topic(staff, case.source, case.there)


@pytest.mark.parametrize(
    ("source", "target", "grows"),
    [
        ("public", "public", False), ("public", "closed", False), ("members", "members", False),
        ("members", "public", True), ("members", "closed", False), ("closed", "members", True),
        ("closed", "closed", True), ("staff", "public", True), ("request", "staff", True),
    ],
)  # fmt: skip
def test_more_readers_are_noticed(app: Flask, source: str, target: str, grows: bool) -> None:
    spaces: list[Space] = [SpaceFactory(visibility=one) for one in (source, target)]
    assert policy.audience_grows(*spaces) is grows
    assert not policy.audience_grows(spaces[0], spaces[0])


@pytest.mark.parametrize(
    ("visibility", "state", "named"),
    [("public", "open", True), ("public", "locked", True), ("public", "hidden", False), ("members", "open", False)],
)
def test_a_message_elsewhere_is_named_where_all_may_read_it(
    case: Case, visibility: str, state: str, named: bool
) -> None:
    case.there.space.visibility = visibility
    case.target.state = state
    other = PostFactory(topic=case.target)
    assert policy.is_read_beside(case.posts[0], other) is named
    assert policy.is_read_beside(case.posts[0], case.posts[1])
    assert not policy.is_read_beside(case.posts[0], None)
    case.posts[1].state = "removed"
    assert not policy.is_read_beside(case.posts[0], case.posts[1])
    beside: Topic = TopicFactory(category=CategoryFactory(space=case.here.space))
    assert policy.is_read_beside(case.posts[0], PostFactory(topic=beside))
