"""How order is kept in topics and posts: what they say, what stands around them, what may be done to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy import and_, or_, select

from app.core.db import db
from app.core.oversight import Oversight, Said, Surroundings
from app.core.policy import Actor
from app.forum.lifecycle import POST_STATES, TOPIC_STATES
from app.forum.models import Post, Topic
from app.forum.order.moderating import change_topic_state, hide_post, reinstate_post, remove_post, restore_post

NEIGHBOURS = 2
"""How many messages are read before and after one that is decided on."""
SHOWN_AS = {
    "visible": "shown", "open": "shown", "hidden_by_moderator": "hidden", "deleted_by_author": "withdrawn",
}  # fmt: skip
"""States of topics and posts in the words of `Oversight.state`; the others are called the same."""


def _post_words(posts: Sequence[Post]) -> Mapping[int, Said]:
    return {post.id: _said(post) for post in posts}


def _said(post: Post) -> Said:
    html = "" if post.state == "deleted_by_author" else post.html
    return Said(html, post.lang, post.author_id, post.created_at, f"{post.number or ''}")


def _topic_words(topics: Sequence[Topic]) -> Mapping[int, Said]:
    """The title stands in the link; what a topic says is its first message."""
    first = select(Post).where(Post.topic_id.in_([topic.id for topic in topics]), Post.number == 1)
    said = {post.topic_id: _said(post) for post in db.session.scalars(first)}
    return {topic.id: said.get(topic.id, Said("", topic.lang, topic.author_id)) for topic in topics}


def _around(posts: Sequence[Post]) -> Mapping[int, Surroundings]:
    """Two messages before and two after each post, in one query; what its author took back stays unread."""
    placed = [(post, post.number) for post in posts if post.number is not None]
    if not placed:
        return {}
    near = or_(
        *(
            and_(Post.topic_id == post.topic_id, Post.number.between(number - NEIGHBOURS, number + NEIGHBOURS))
            for post, number in placed
        )
    )
    by_topic: dict[int, list[Post]] = {}
    for one in db.session.scalars(select(Post).where(near, Post.state == "visible").order_by(Post.number)):
        by_topic.setdefault(one.topic_id, []).append(one)
    return {post.id: _beside(post, number, by_topic.get(post.topic_id, ())) for post, number in placed}


def _beside(post: Post, number: int, others: Sequence[Post]) -> Surroundings:
    distances = [((other.number or 0) - number, other) for other in others]
    return Surroundings(
        tuple(_said(other) for distance, other in distances if -NEIGHBOURS <= distance < 0),
        tuple(_said(other) for distance, other in distances if 0 < distance <= NEIGHBOURS),
    )


def _offered_of_post(post: Post) -> Sequence[str]:
    extra = ("remove",) if post.state == "visible" else ()
    return (*(act for act in POST_STATES if act in POST_ACTS and post.state in POST_STATES[act]), *extra)


def _offered_of_topic(topic: Topic) -> Sequence[str]:
    extra = ("remove",) if topic.state in {"open", "locked"} else ()
    return (*(act for act in TOPIC_STATES if topic.state in TOPIC_STATES[act]), *extra)


def _topic_act(act: str, actor: Actor, topic: Topic, reason: str) -> Topic:
    return change_topic_state(actor, topic, act, reason)


POST_ACTS = {"hide": hide_post, "restore": restore_post, "remove": remove_post, "reinstate": reinstate_post}
POST_OVERSIGHT = Oversight(
    words=_post_words,
    state=lambda post: SHOWN_AS.get(post.state, post.state),
    acts=POST_ACTS,
    offered=_offered_of_post,
    space_id=lambda post: post.topic.category.space_id,
    around=_around,
)
TOPIC_OVERSIGHT = Oversight(
    words=_topic_words,
    state=lambda topic: SHOWN_AS.get(topic.state, topic.state),
    acts={act: partial(_topic_act, act) for act in TOPIC_STATES},
    offered=_offered_of_topic,
    space_id=lambda topic: topic.category.space_id,
)
