"""Every pair of states of what is reported, decided and appealed against: the allowed ones lead on, the others are
refused; and who may what, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from flask import Flask

from app.accounts.actor import VISITOR
from app.accounts.lifecycle import ACCOUNT_STATES
from app.accounts.models import User
from app.accounts.policy import can_exclude, can_suspend
from app.accounts.services import reinstate, suspend
from app.core.errors import Conflict, NotAllowed
from app.core.events import unit_of_work
from app.core.lifecycle import next_state, states_of
from app.core.policy import Actor
from app.engagement.lifecycle import FILE_STATES
from app.forum.lifecycle import POST_STATES, TOPIC_STATES
from app.forum.models import Post
from app.moderation import policy
from app.moderation.lifecycle import APPEAL_STATES, DECISION_STATES, REPORT_STATES
from app.moderation.models import Decision
from app.moderation.policy import Matter
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import opened, replied

TABLES: dict[str, Mapping[str, Mapping[str, str]]] = {
    "report": REPORT_STATES,
    "decision": DECISION_STATES,
    "appeal": APPEAL_STATES,
    "account": ACCOUNT_STATES,
    "post": POST_STATES,
    "topic": TOPIC_STATES,
    "file": FILE_STATES,
}
ALLOWED = {
    "report": {
        ("new", "triaged"), ("triaged", "actioned"), ("triaged", "dismissed"), ("actioned", "closed"),
        ("dismissed", "closed"), ("dismissed", "triaged"),
    },
    "decision": {("in_force", "lifted"), ("in_force", "replaced"), ("in_force", "ended")},
    "appeal": {("open", "upheld"), ("open", "rejected")},
    "account": {
        ("pending", "active"), ("active", "suspended"), ("suspended", "active"), ("active", "closed"),
        ("suspended", "closed"), ("closed", "anonymised"), ("pending", "waiting"), ("waiting", "active"),
        ("waiting", "refused"), ("closed", "active"), ("closed", "suspended"),
    },
    "file": {("shown", "hidden"), ("hidden", "shown"), ("hidden", "removed"), ("removed", "shown")},
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_every_pair_is_allowed_or_refused(name: str) -> None:
    table = TABLES[name]
    reached = set()
    for action, state in product(table, states_of(table)):
        if state in table[action]:
            reached.add((state, next_state(table, action, state)))
        else:
            with pytest.raises(Conflict):
                next_state(table, action, state)
    if name in ALLOWED:
        assert reached == ALLOWED[name]


@pytest.mark.parametrize("status", sorted(states_of(ACCOUNT_STATES)))
def test_an_account_is_suspended_when_active_and_let_in_when_suspended(app: Flask, status: str) -> None:
    staff, member = UserFactory(role="staff"), UserFactory(status=status, active=status == "active")
    for service, begins, ends in ((suspend, "active", "suspended"), (reinstate, "suspended", "active")):
        with unit_of_work():
            member.status = status
        if status == begins:
            with unit_of_work():
                service(staff, member, "spam")
            assert (member.status, member.active) == (ends, ends == "active")
        else:
            with pytest.raises(Conflict), unit_of_work():
                service(staff, member, "spam")


@pytest.fixture
def post(app: Flask) -> Post:
    topic = opened(UserFactory(), CategoryFactory())
    return replied(UserFactory(), topic)


def people(post: Post) -> dict[str, Actor]:
    """One of each role."""
    space = post.topic.category.space
    return {
        "visitor": VISITOR,
        "member": UserFactory(),
        "moderator here": UserFactory(role="moderator", space=space),
        "facilitator here": UserFactory(role="facilitator", space=space),
        "moderator elsewhere": UserFactory(role="moderator", space=SpaceFactory()),
        "moderator": UserFactory(role="moderator"),
        "staff": UserFactory(role="staff"),
        "administrator": UserFactory(role="administrator"),
    }


HERE = {"moderator here", "facilitator here", "moderator", "staff", "administrator"}
EVERYWHERE = {"moderator", "staff", "administrator"}
WHO_MAY = {
    "dismiss": HERE, "hide": HERE, "remove": HERE, "warn": HERE, "exclude": HERE,
    "suspend": EVERYWHERE, "ban": EVERYWHERE, "lock": set(),
}  # fmt: skip


@pytest.mark.parametrize("act", WHO_MAY)
def test_who_may_decide(post: Post, act: str) -> None:
    matter = Matter(post.author, post.topic.category.space_id, set(), ("hide", "remove"))
    allowed = {name for name, actor in people(post).items() if policy.can_decide(actor, act, matter)}
    assert allowed == WHO_MAY[act]


def test_what_is_in_no_space_is_for_those_who_moderate_everywhere(post: Post) -> None:
    matter = Matter(UserFactory(), None, set(), ())
    allowed = {name for name, actor in people(post).items() if policy.can_decide(actor, "warn", matter)}
    assert allowed == EVERYWHERE
    assert not policy.can_decide(UserFactory(role="staff"), "exclude", matter)


def test_who_has_a_desk_and_who_words_the_texts(post: Post) -> None:
    everyone = people(post)
    assert {name for name, actor in everyone.items() if policy.can_open_desk(actor)} == HERE | {"moderator elsewhere"}
    assert {name for name, actor in everyone.items() if policy.can_edit_texts(actor)} == {"administrator"}


def test_who_reads_a_decision(post: Post) -> None:
    decision = Decision(member_id=post.author_id, space_id=post.topic.category.space_id)
    everyone = people(post)
    assert {name for name, actor in everyone.items() if policy.can_see_decision(actor, decision, False)} == HERE
    assert policy.can_see_decision(post.author, decision, False)
    assert policy.can_see_decision(VISITOR, decision, True)


def test_who_excludes_whom(post: Post) -> None:
    space_id = post.topic.category.space_id
    everyone = people(post)
    assert {name for name, actor in everyone.items() if can_exclude(actor, post.author, space_id)} == HERE
    colleague = everyone["moderator here"]
    assert isinstance(colleague, User)
    may = {name for name, actor in everyone.items() if can_exclude(actor, colleague, space_id)}
    assert may == {"staff", "administrator"}
    assert {name for name, actor in everyone.items() if can_suspend(actor, colleague)} == {"staff", "administrator"}
    assert not can_suspend(everyone["staff"], UserFactory(role="administrator"))


def test_nobody_excludes_themselves(app: Flask) -> None:
    staff = UserFactory(role="staff")
    assert not can_exclude(staff, staff, SpaceFactory().id)
    with pytest.raises(NotAllowed), unit_of_work():
        suspend(staff, staff, "spam")
