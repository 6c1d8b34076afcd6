"""What live readers of the forum are told. Fragments are rendered at delivery, from the rows as they are then."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.i18n import speaking
from app.core.live import FRAGMENT_LIMIT, Message, pushes
from app.engagement.queries import tags_of
from app.forum.events import (
    AnswerAccepted,
    PostEdited,
    PostHidden,
    PostPublished,
    PostRestored,
    PostsArrived,
    PostsLeft,
    PostWithdrawn,
    TopicChanged,
    TopicEvent,
    TopicLeft,
    TopicMoved,
    TopicOpened,
)
from app.forum.models import Category, Post, Topic
from app.forum.polls import messages as poll_messages  # noqa: F401 - declares its own
from app.forum.queries import SHOWN_STATES
from app.forum.reading.fragments import fragments_of, render_head
from app.forum.reading.rows import TopicHead, TopicRow, topic_lines
from app.forum.reading.thread import PostHead, heads_of
from app.forum.sessions import messages as session_messages  # noqa: F401 - declares its own
from app.forum.sessions.running import running_ids

MOST_CARRIED = 20
"""Posts that one message carries; who reads along where more were moved loads the page again."""
Stone = aliased(Post)


@pushes(PostPublished)
def post_published(event: PostPublished, lang: str) -> Message | None:
    """A new post: `{posts: [carried], author}`."""
    carried = _carry([event.post_id], lang, event.topic_id)
    return Message("post", {"posts": carried, "author": event.author_id}) if carried else None


def _posts_changed(event: Any, lang: str) -> Message | None:
    carried = _carry([event.post_id], lang, event.topic_id)
    return Message("posts_changed", {"posts": carried}) if carried else None


for _kind in (PostEdited, PostWithdrawn, PostHidden, PostRestored):
    pushes(_kind)(_posts_changed)


@pushes(AnswerAccepted)
def answer_accepted(event: AnswerAccepted, lang: str) -> Message | None:
    """The fragments of the answer accepted now and of the one accepted before."""
    return Message("posts_changed", {"posts": _carry([event.previous_id, event.post_id], lang, event.topic_id)})


@pushes(TopicChanged)
def topic_changed(event: TopicEvent, lang: str) -> Message | None:
    """The head of the topic's page, and whether it takes replies."""
    topic = db.session.get(Topic, event.topic_id, populate_existing=True)
    if topic is None:
        return None
    with speaking(lang):
        html = render_head(topic, tags_of("topic", [topic.id])[topic.id])
    return Message("topic_head", {"state": topic.state}, html=str(html))


@pushes(TopicMoved)
def topic_moved(event: TopicMoved, lang: str) -> Message | None:
    """The row of the topic in lists, as those see it who have not read what is new."""
    topic = db.session.get(Topic, event.topic_id, populate_existing=True)
    if topic is None or topic.category.space_id != event.space_id:
        return None  # it has left the space since: its readers may not see where it is now
    data = {
        "topic": topic.public_id,
        "state": topic.state,
        "category": topic.category.slug,
        "space": topic.category.space.slug,
        "lang": topic.lang,
        "author": topic.last_author_id,
        "count": topic.post_count,
    }
    if topic.state not in {"open", "locked"}:
        return Message("topic_row", data)
    with speaking(lang):
        tags = tuple(tags_of("topic", [topic.id])[topic.id])
        row = TopicRow(TopicHead.of(topic), None, tags, bool(running_ids([topic])))
        html = topic_lines([row], is_unread=True)
    return Message("topic_row", data, html=str(html))


@pushes(TopicLeft)
def topic_left(event: TopicLeft, lang: str) -> Message | None:
    """The topic is no longer in a category; `is_gone`: not in its space either."""
    topic, shelf = (
        db.session.get(Topic, event.topic_id, populate_existing=True),
        db.session.get(Category, event.category_id),
    )
    if topic is None or shelf is None:
        return None
    is_gone = topic.state not in SHOWN_STATES or topic.category.space_id != event.space_id
    return Message("topic_left", {"topic": topic.public_id, "category": shelf.slug, "is_gone": is_gone})


@pushes(PostsLeft)
def posts_left(event: PostsLeft, lang: str) -> Message | None:
    """Tombstones in the places of posts, each under the public id of the post that stood there."""
    stones = _numbered(event.topic_id, event.first, event.last, Post.state == "moved")
    if len(stones) > MOST_CARRIED:
        return Message("reload")
    ids = [stone.id for stone in stones]
    old = dict(
        db.session.execute(
            select(Stone.id, Post.public_id).join(Post, Post.id == Stone.moved_to_id).where(Stone.id.in_(ids))
        ).all()
    )
    carried = _carry(ids, lang, event.topic_id)
    for stone, post in zip(stones, carried, strict=True):
        post["id"] = old.get(stone.id, post["id"])
    return Message("posts_changed", {"posts": carried})


@pushes(PostsArrived)
def posts_arrived(event: PostsArrived, lang: str) -> Message | None:
    """Posts that came from another topic."""
    found = _numbered(event.topic_id, event.first, event.last)
    if len(found) > MOST_CARRIED:
        return Message("reload")
    return Message("post", {"posts": _carry([post.id for post in found], lang, event.topic_id), "author": 0})


def _numbered(topic_id: int, first: int, last: int, *conditions: Any) -> list[PostHead]:
    query = select(Post.id).where(Post.topic_id == topic_id, Post.number.between(first, last), *conditions)
    ids = list(db.session.scalars(query.order_by(Post.number).limit(MOST_CARRIED + 1)))
    heads = heads_of(ids, topic_id)
    return [heads[post_id] for post_id in ids]


@pushes(TopicOpened)
def topic_opened(event: TopicOpened, lang: str) -> Message | None:
    """A new topic looks like one that moved to the top."""
    return topic_moved(TopicMoved(event.topic_id, event.space_id), lang)


def _carry(ids: list[int], lang: str, topic_id: int) -> list[dict[str, Any]]:
    """Posts as live messages carry them: the fragment, or the address of one too long for a message.

    What has left the topic since is not told to its readers: they may not see where it is now.
    """
    heads = heads_of([post_id for post_id in ids if post_id], topic_id)
    ordered = [heads[post_id] for post_id in ids if post_id in heads]
    carried = []
    with speaking(lang):
        for head, html in zip(ordered, fragments_of(ordered, lang), strict=True):
            post = {"id": head.public_id, "number": head.number, "state": head.state, "lang": head.lang}
            if head.has_poll:
                post["poll"] = url_for("forum.show_poll", public_id=head.public_id)
            if len(html.encode()) > FRAGMENT_LIMIT:
                post["url"] = url_for("forum.show_fragment", public_id=head.public_id, version=head.version)
            else:
                post["html"] = str(html)
            carried.append(post)
    return carried
