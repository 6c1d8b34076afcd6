"""Reactions: four codes, counts in step, nobody reacts to what is hidden or not theirs to see."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.accounts.actor import VISITOR
from app.core.db import db
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.live import message_for
from app.engagement import queries, services
from app.engagement.events import ReactionChanged
from app.engagement.models import REACTIONS, Reaction, ReactionCount
from tests.factories import PostFactory, SpaceFactory, UserFactory


def react(actor, post, code="thanks", service=services.react):
    with unit_of_work():
        return service(actor, "post", post.id, code)


@pytest.mark.parametrize("code", REACTIONS)
def test_each_code_counts_once_for_each_member(post, code, logged):
    first, second = UserFactory(), UserFactory()
    assert react(first, post, code) == {code: 1}
    assert react(first, post, code) == {code: 1}
    assert react(second, post, code) == {code: 2}
    assert [event.code for event in logged(ReactionChanged)] == [code, code]
    assert {event.room for event in logged(ReactionChanged)} == {f"topic:{post.topic_id}"}


def test_taking_back_counts_down_and_never_below_nothing(actor, post, logged):
    react(actor, post)
    assert react(actor, post, service=services.unreact) == {}
    assert react(actor, post, service=services.unreact) == {}
    assert len(logged(ReactionChanged)) == 2
    assert db.session.scalar(select(ReactionCount.count)) == 0


def test_the_button_toggles(actor, post):
    assert react(actor, post, service=services.toggle_reaction) == {"thanks": 1}
    assert queries.own_reactions(actor, "post", post.id) == {"thanks"}
    assert react(actor, post, service=services.toggle_reaction) == {}


def test_counts_are_those_of_the_reactions(actor, post):
    for member in (actor, UserFactory(), UserFactory()):
        react(member, post, "useful")
    react(actor, post, "useful", services.unreact)
    reactions = db.session.scalar(select(func.count()).select_from(Reaction))
    assert queries.reaction_counts("post", [post.id]) == {post.id: {"useful": reactions}} == {post.id: {"useful": 2}}


@pytest.mark.parametrize("service", [services.react, services.unreact])
def test_visitors_and_unknown_codes_are_refused(actor, post, service):
    with pytest.raises(NotAllowed, match="Sign in"):
        react(VISITOR, post, service=service)
    with pytest.raises(Invalid, match="no such reaction"):
        react(actor, post, "dislike", service)
    assert db.session.scalar(select(func.count()).select_from(Reaction)) == 0


@pytest.mark.parametrize("state", ["hidden_by_moderator", "deleted_by_author"])
@pytest.mark.parametrize("role", ["", "moderator"])
def test_nobody_reacts_to_what_is_no_longer_shown(post, state, role):
    actor = UserFactory(role=role)
    with unit_of_work():
        post.state = state
    with pytest.raises((NotAllowed, NotFound)):
        react(actor, post)
    assert queries.reaction_counts("post", [post.id]) == {post.id: {}}


def test_a_reaction_is_taken_back_also_from_what_is_closed(actor, post):
    react(actor, post)
    with unit_of_work():
        post.topic.state = "locked"
    assert react(actor, post, service=services.unreact) == {}


def test_what_may_not_be_seen_does_not_exist(actor):
    secret = PostFactory(topic__category__space=SpaceFactory(visibility="staff"))
    with pytest.raises(NotFound):
        react(actor, secret)
    assert react(UserFactory(role="staff"), secret) == {"thanks": 1}


def test_readers_are_told_the_counts_as_they_are_now(actor, post, logged):
    react(actor, post, "agree")
    event = logged(ReactionChanged)[0]
    react(UserFactory(), post, "agree")
    message = message_for(event, "fr")
    assert message is not None
    assert message.type == "reactions"
    assert message.data == {"kind": "post", "public_id": post.public_id, "counts": {"agree": 2}}


def test_readers_are_told_nothing_of_what_was_hidden_meanwhile(actor, post, logged):
    react(actor, post)
    with unit_of_work():
        post.state = "hidden_by_moderator"
    assert message_for(logged(ReactionChanged)[0], "fr") is None
