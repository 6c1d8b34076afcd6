"""What feeds and embedded lists show: always what a visitor may read, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import joinedload

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.api.models import Delivery, Webhook
from app.core.db import db
from app.core.errors import NotFound
from app.core.pagination import KeyPage
from app.engagement.queries import TagLabel, tag_label, tag_of_slug, visible_tag_ids
from app.forum.models import Post, Topic
from app.forum.queries import posts_by
from app.forum.reading import listing
from app.forum.reading.listing import Filters
from app.forum.reading.rows import TopicHead, TopicRow

FEED_SIZE = 30
Pair = tuple[Post, Topic | TopicHead]
AUTHORS = (
    joinedload(Post.author).lazyload(User.roles),
    joinedload(Post.reply_to).load_only(Post.public_id),
)


def newest_topics(filters: Filters, after: str | None, size: int = FEED_SIZE) -> KeyPage[TopicRow]:
    """The newest topics that everyone may read, narrowed, paged by key."""
    return listing.topic_page(VISITOR, filters, after, size)


def public_tag(slug: str) -> TagLabel:
    """A tag that everyone may know of, also by another word for it. Raises NotFound."""
    tag = tag_of_slug(slug)
    if tag is None or not visible_tag_ids(VISITOR, [tag.id]):
        raise NotFound
    return tag_label(tag.slug, tag.label)


def row_of(topic: Topic) -> TopicRow:
    """A topic that everyone may read, as a row of a list. Raises NotFound."""
    if row := listing.topic_rows(VISITOR, [topic.id]).get(topic.id):
        return row
    raise NotFound


def openings(rows: Sequence[TopicRow]) -> tuple[list[Pair], dict[int, list[TagLabel]]]:
    """The first posts of these topics that are shown, and the tags of each topic."""
    topics = {row.topic.id: row.topic for row in rows}
    query = select(Post).where(Post.topic_id.in_(topics), Post.number == 1, Post.state == "visible").options(*AUTHORS)
    first = {post.topic_id: post for post in db.session.scalars(query)}
    pairs: list[Pair] = [(first[topic_id], topic) for topic_id, topic in topics.items() if topic_id in first]
    return pairs, {row.topic.id: list(row.tags) for row in rows}


def posts_of(topic: Topic, before: int | None) -> tuple[list[Post], bool]:
    """The last shown posts of a topic before a number, newest first, and whether there are more."""
    query = select(Post).where(Post.topic_id == topic.id, Post.state == "visible")
    return _some(query.where(Post.number < before if before else true()).order_by(Post.number.desc()))


def posts_of_member(member_id: int, before_id: int | None) -> tuple[list[Post], bool]:
    """The last posts of a member that everyone may read, newest first, and whether there are more."""
    found = posts_by(VISITOR, member_id, FEED_SIZE + 1, before_id)
    return found[:FEED_SIZE], len(found) > FEED_SIZE


def _some(query: Select[Any]) -> tuple[list[Post], bool]:
    found = list(db.session.scalars(query.options(*AUTHORS).limit(FEED_SIZE + 1)).unique())
    return found[:FEED_SIZE], len(found) > FEED_SIZE


def webhooks() -> Sequence[Webhook]:
    """Every webhook, the oldest first: there are few."""
    return db.session.scalars(select(Webhook).order_by(Webhook.id)).all()


def find_webhook(public_id: str) -> Webhook | None:
    """The webhook of that id."""
    return db.session.scalars(select(Webhook).where(Webhook.public_id == public_id)).first()


def last_deliveries() -> dict[int, Delivery]:
    """The last delivery of each webhook, by its id."""
    last = select(func.max(Delivery.id)).group_by(Delivery.webhook_id)
    return {row.webhook_id: row for row in db.session.scalars(select(Delivery).where(Delivery.id.in_(last)))}


def deliveries(webhook: Webhook, limit: int = 30) -> Sequence[Delivery]:
    """The last deliveries of a webhook, newest first."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id).order_by(Delivery.id.desc())
    return db.session.scalars(query.limit(limit)).all()
