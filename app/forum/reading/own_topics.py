"""The topics a member opened or wrote in, and where messages of theirs were moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from app.core.db import db, now
from app.core.pagination import KeyPage
from app.core.policy import Actor
from app.forum.models import Category, Post, Topic
from app.forum.queries import visible_topic
from app.forum.reading import listing
from app.forum.reading.rows import TopicRow

VIEWS = ("all", "opened", "answered", "unread")
TOLD_FOR = timedelta(days=30)
"""How long a member is told on their page that messages of theirs were moved."""


@dataclass(frozen=True)
class Moved:
    """A message of the member that stands elsewhere now, and why."""

    post: Post
    stone: Post


def own_topics_page(actor: Actor, view: str, after: str | None) -> KeyPage[TopicRow]:
    """One page of topics that the actor opened, wrote in, or both; "unread": with something new in them."""
    me = actor.actor_id or 0
    opened = Topic.author_id == me
    wrote = Topic.id.in_(select(Post.topic_id).where(Post.author_id == me, Post.number > 1))
    condition = opened if view == "opened" else wrote if view == "answered" else or_(opened, wrote)
    return listing.page_of_topics(actor, [condition], after, is_unread=view == "unread")


def lately_moved(actor: Actor, limit: int = 10) -> Sequence[Moved]:
    """Messages of the actor that were moved lately, to where the actor may read them, the last first."""
    stone = aliased(Post)
    query = (
        select(stone, Post)
        .join(Post, Post.id == stone.moved_to_id)
        .join(Post.topic)
        .join(Topic.category)
        .join(Category.space)
        .options(joinedload(Post.topic))
        .where(
            Post.author_id == (actor.actor_id or 0), stone.state == "moved", stone.state_at > now() - TOLD_FOR,
            Post.state == "visible", visible_topic(actor),
        )
        .order_by(stone.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [Moved(post, left) for left, post in db.session.execute(query)]
