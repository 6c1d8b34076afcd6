"""One page of a topic: the heads of its posts, light enough to be read at every request, and where things are in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.db import IDS, db
from app.forum.models import PAGE, Post, Topic


class PostHead(NamedTuple):
    """What the page needs of a post beside its fragment."""

    id: int
    public_id: str
    number: int | None
    version: int
    author_id: int | None
    state: str
    lang: str
    created_at: datetime
    is_wiki: bool = False
    has_poll: bool = False


_HEAD = (
    Post.id,
    Post.public_id,
    Post.number,
    Post.version,
    Post.author_id,
    Post.state,
    Post.lang,
    Post.created_at,
    Post.is_wiki,
    Post.has_poll,
)


def _head(row: Any) -> PostHead:
    return PostHead(*row)


def head_of(post: Post) -> PostHead:
    """The head of a post whose row is in hand."""
    return PostHead(*(getattr(post, column.key) for column in _HEAD))


def page_of(number: int) -> int:
    """The page, from 1, that a post number is on: numbers have no holes."""
    return (max(number, 1) - 1) // PAGE + 1


def page_count(topic: Topic) -> int:
    """How many pages a topic has, at least 1."""
    return page_of(topic.post_count)


_PAGE = (
    select(*_HEAD)
    .where(Post.topic_id == bindparam("topic"), Post.number.between(bindparam("first"), bindparam("last")))
    .order_by(Post.number)
)


def heads(topic: Topic, page: int) -> list[PostHead]:
    """The posts of one page in order, by number and never by offset."""
    first = (page - 1) * PAGE + 1
    values = {"topic": topic.id, "first": first, "last": first + PAGE - 1}
    return [_head(row) for row in db.session.execute(_PAGE, values)]


_HEADS = select(*_HEAD).where(Post.id.in_(IDS))
_HEADS_IN_TOPIC = _HEADS.where(Post.topic_id == bindparam("topic"))


def heads_of(ids: Collection[int], topic_id: int | None = None) -> dict[int, PostHead]:
    """Heads of these posts, by id; of those alone that are in a topic now, where one is named."""
    query = _HEADS if topic_id is None else _HEADS_IN_TOPIC
    return {row[0]: _head(row) for row in db.session.execute(query, {"ids": list(ids), "topic": topic_id})}


def opening_of(topic: Topic) -> Post | None:
    """The first post of a topic, with its author."""
    query = select(Post).where(Post.topic_id == topic.id, Post.number == 1)
    return db.session.scalars(query.options(joinedload(Post.author).lazyload(User.roles))).first()


def number_on(topic: Topic, day: date, zone: str) -> int:
    """The number of the first post written on a day or after it, in a time zone; the last post when there is none."""
    inside = min(max(day, date(1970, 1, 1)), date(9000, 1, 1))  # no zone pushes it over the ends of the calendar
    moment = datetime.combine(inside, time(), ZoneInfo(zone))
    query = select(func.min(Post.number)).where(Post.topic_id == topic.id, Post.created_at >= moment)
    return db.session.scalar(query) or topic.post_count


def participants(topic: Topic, limit: int = 8) -> tuple[Sequence[int], int]:
    """Ids of the most active authors of a topic, and how many there are."""
    query = (
        select(Post.author_id, func.count())
        .where(Post.topic_id == topic.id, Post.author_id.is_not(None), Post.state == "visible")
        .group_by(Post.author_id)
        .order_by(func.count().desc(), Post.author_id)
    )
    found = [author for author, _count in db.session.execute(query) if author is not None]
    return found[:limit], len(found)
