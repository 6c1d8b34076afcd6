"""What a topic page knows of its posts, in one statement."""

from __future__ import annotations

import pytest

from app.accounts.actor import VISITOR
from app.core.errors import NotFound
from app.core.events import unit_of_work
from app.engagement import queries, services
from app.engagement.queries import TagLabel
from tests.factories import PostFactory, SpaceFactory, UserFactory


@pytest.fixture
def busy(actor, post):
    """A topic of two posts, with everything members may do to it."""
    second = PostFactory(topic=post.topic)
    stranger = UserFactory()
    with unit_of_work():
        services.react(actor, "post", post.id, "thanks")
        services.react(stranger, "post", post.id, "thanks")
        services.react(stranger, "post", second.id, "agree")
        services.mark_read(actor, "topic", post.topic_id, 1)
        services.follow(actor, "topic", post.topic_id, "tracking")
        services.set_tags(post.topic.author, "topic", post.topic_id, ["Sols", "Eau"])
    return post, second


def test_one_query_tells_all_a_member_is_shown(actor, busy, query_counter):
    (first, second), topic = (post.id for post in busy), ("topic", busy[0].topic_id)
    assert actor.id  # read again after the commit, outside the count
    with query_counter() as statements:
        found = queries.engagement_of(actor, "post", [first, second], topic)
    assert statements.count == 1
    assert dict(found.counts) == {first: {"thanks": 2}, second: {"agree": 1}}
    assert dict(found.own) == {first: {"thanks"}}
    assert (found.last_read, found.level) == (1, "tracking")
    assert found.tags == [TagLabel("eau", "Eau"), TagLabel("sols", "Sols")]


def test_visitors_have_counts_and_tags_alone(busy, query_counter):
    (first, second), topic = (post.id for post in busy), ("topic", busy[0].topic_id)
    with query_counter() as statements:
        found = queries.engagement_of(VISITOR, "post", [first, second], topic)
    assert statements.count == 1
    assert found.counts[first] == {"thanks": 2}
    assert (dict(found.own), found.last_read, found.level) == ({}, None, None)
    assert len(found.tags) == 2


def test_a_page_without_subjects_is_no_error(actor, post):
    found = queries.engagement_of(actor, "post", [], ("topic", post.topic_id))
    assert (dict(found.counts), found.tags, found.last_read) == ({}, [], None)


def test_subjects_are_named_by_public_id_to_who_may_see_them(actor, post):
    assert queries.subject_id_of(VISITOR, "post", post.public_id) == post.id
    secret = PostFactory(topic__category__space=SpaceFactory(visibility="members"))
    assert queries.subject_id_of(actor, "post", secret.public_id) == secret.id
    for actor_or_visitor, kind, public_id in (
        (VISITOR, "post", secret.public_id),
        (actor, "post", "unknown"),
        (actor, "nothing", post.public_id),
    ):
        with pytest.raises(NotFound):
            queries.subject_id_of(actor_or_visitor, kind, public_id)
