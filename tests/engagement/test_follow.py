"""Following and read markers: told to the member's own tabs alone; reading never goes back."""

from __future__ import annotations

import pytest

from app.accounts.actor import VISITOR
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.live import message_for
from app.engagement import queries, services
from app.engagement.events import FollowChanged, ReadMoved
from app.engagement.models import FOLLOW_LEVELS
from tests.factories import PostFactory, SpaceFactory, TopicFactory, UserFactory


def act(service, actor, topic, *args):
    with unit_of_work():
        return service(actor, "topic", topic.id, *args)


@pytest.mark.parametrize("level", FOLLOW_LEVELS)
def test_a_member_follows_at_a_level_and_is_told_once(actor, post, level, logged):
    topic = post.topic
    act(services.follow, actor, topic, level)
    act(services.follow, actor, topic, level)
    assert queries.follow_level(actor, "topic", topic.id) == level
    assert [event.room for event in logged(FollowChanged)] == [f"user:{actor.id}"]
    message = message_for(logged(FollowChanged)[0], "en")
    assert message is not None
    assert message.data == {"kind": "topic", "public_id": topic.public_id, "level": level}


def test_the_level_changes_and_ends(actor, post, logged):
    topic = post.topic
    act(services.follow, actor, topic)
    act(services.follow, actor, topic, "muted")
    assert queries.followers("topic", topic.id) == []
    assert queries.followers("topic", topic.id, "muted") == [actor.id]
    act(services.unfollow, actor, topic)
    act(services.unfollow, actor, topic)
    assert queries.follow_level(actor, "topic", topic.id) is None
    assert len(logged(FollowChanged)) == 3
    message = message_for(logged(FollowChanged)[-1], "en")
    assert message is not None
    assert message.data["level"] is None


def test_following_is_refused_to_visitors_for_secrets_and_at_unknown_levels(actor, post):
    with pytest.raises(NotAllowed, match="Sign in"):
        act(services.follow, VISITOR, post.topic)
    with pytest.raises(NotAllowed, match="Sign in"):
        act(services.unfollow, VISITOR, post.topic)
    with pytest.raises(Invalid, match="no such way"):
        act(services.follow, actor, post.topic, "stalking")
    with pytest.raises(NotFound):
        act(services.follow, actor, TopicFactory(category__space=SpaceFactory(visibility="staff")))
    assert queries.follow_level(VISITOR, "topic", post.topic_id) is None


def test_reading_never_goes_back_nor_beyond_the_end(actor, post, logged):
    topic = post.topic
    for _ in range(4):
        PostFactory(topic=topic)
    assert act(services.mark_read, actor, topic, 3) == 3
    assert act(services.mark_read, actor, topic, 2) == 3
    assert act(services.mark_read, actor, topic, 999) == 5
    assert [event.number for event in logged(ReadMoved)] == [3, 5]
    assert queries.read_markers(actor, "topic", [topic.id]) == {topic.id: 5}
    message = message_for(logged(ReadMoved)[0], "en")
    assert message is not None
    assert message.data == {"kind": "topic", "public_id": topic.public_id, "number": 3}


def test_a_slower_tab_takes_nothing_back(actor, post, logged, monkeypatch):
    topic = post.topic
    for _ in range(4):
        PostFactory(topic=topic)
    act(services.mark_read, actor, topic, 4)
    seen = iter([{}, {topic.id: 4}])
    monkeypatch.setattr(queries, "read_markers", lambda *_: next(seen))
    assert act(services.mark_read, actor, topic, 2) == 4
    assert [event.number for event in logged(ReadMoved)] == [4]


def test_unread_counts_what_came_since(actor, post):
    topic, never_opened = post.topic, TopicFactory()
    act(services.mark_read, actor, topic, 1)
    PostFactory(topic=topic)
    PostFactory(topic=topic)
    lengths = {topic.id: topic.post_count, never_opened.id: 0}
    assert queries.unread(actor, "topic", lengths) == {topic.id: 2}
    assert queries.unread(UserFactory(), "topic", lengths) == {}
    assert queries.unread(VISITOR, "topic", lengths) == {}


def test_reading_is_noted_for_members_who_may_see(actor, post):
    with pytest.raises(NotAllowed):
        act(services.mark_read, VISITOR, post.topic, 1)
    secret = PostFactory(topic__category__space=SpaceFactory(visibility="staff")).topic
    with pytest.raises(NotFound):
        act(services.mark_read, actor, secret, 1)
