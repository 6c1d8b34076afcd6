"""Messages on their way to another topic: numbers, tombstones, and all that members noted of them.

The caller has locked both topics. Rows are written by few statements, whatever their number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from app.core.db import db, new_public_id, now
from app.core.upsert import insert_into
from app.engagement.models import Bookmark, ReadMarker
from app.forum.models import Category, Post, PostReference, Topic
from app.forum.queries import SHOWN_STATES

NOTE_LENGTH = 500


class Moving(NamedTuple):
    """A post about to leave, as it stands in the table."""

    id: int
    number: int
    lang: str
    created_at: datetime


def movable(topic: Topic, numbers: Collection[int] | None = None) -> list[Moving]:
    """The posts of a topic that can leave it, locked, in the order of their numbers; all, or those of some numbers."""
    query = select(Post.id, Post.number, Post.lang, Post.created_at).where(
        Post.topic_id == topic.id, Post.number.is_not(None), Post.state != "moved"
    )
    if numbers is not None:
        query = query.where(Post.number.in_(numbers))
    found = db.session.execute(query.order_by(Post.id).with_for_update())  # one order for all writers
    moving = [Moving(post_id, number or 0, lang, at) for post_id, number, lang, at in found]
    return sorted(moving, key=lambda post: post.number)


def carry_posts(posts: Sequence[Moving], source: Topic, target: Topic, reason: str) -> int:
    """Give posts the next numbers of the target and leave tombstones in their places. Returns the first number."""
    db.session.flush()
    first, table = target.post_count + 1, Post.__table__
    moved = update(Post).where(Post.id == bindparam("post")).values(
        topic_id=target.id, number=bindparam("place"), version=Post.version + 1
    )  # fmt: skip
    places = [{"post": post.id, "place": first + step} for step, post in enumerate(posts)]
    db.session.connection().execute(moved, places)
    moment = now()
    stones = [
        {
            "public_id": new_public_id(), "created_at": post.created_at, "topic_id": source.id, "number": post.number,
            "version": 1, "lang": post.lang, "body": "", "html": "", "state": "moved", "state_reason": reason,
            "state_at": moment, "edits": 0, "client_token": new_public_id(), "moved_to_id": post.id,
        }
        for post in posts
    ]  # fmt: skip
    db.session.connection().execute(insert(table), stones)  # type: ignore[arg-type]
    target.post_count += len(posts)
    _forget_rows()
    for topic in (source, target):
        set_tail(topic)
    return first


def _forget_rows() -> None:
    for row in list(db.session.identity_map.values()):
        if isinstance(row, Post):
            db.session.expire(row)


def set_tail(topic: Topic) -> None:
    """Have a topic name its latest message, by when it was written."""
    query = select(Post.created_at, Post.author_id).where(
        Post.topic_id == topic.id, Post.number.is_not(None), Post.state != "moved"
    )
    latest = db.session.execute(query.order_by(Post.created_at.desc(), Post.number.desc()).limit(1)).first()
    if latest:
        topic.last_post_at, topic.last_author_id = latest
    db.session.flush()


def recount(category_ids: Collection[int]) -> None:
    """Count anew what is shown in categories, each locked, in one order for all writers."""
    db.session.flush()
    for category_id in sorted(category_ids):
        locked = select(Category).where(Category.id == category_id).with_for_update()
        shelf = db.session.scalars(locked.execution_options(populate_existing=True)).one()
        shown = (Topic.category_id == category_id, Topic.state.in_(SHOWN_STATES))
        count, posts = db.session.execute(
            select(func.count(), func.coalesce(func.sum(Topic.post_count), 0)).where(*shown)
        ).one()
        latest = select(Topic.id).where(*shown).order_by(Topic.last_post_at.desc(), Topic.id.desc()).limit(1)
        shelf.topic_count, shelf.post_count, shelf.last_topic_id = count, posts, db.session.scalar(latest)
    db.session.flush()


def refresh_around(post_ids: Collection[int]) -> None:
    """Have posts rendered anew, with those that answer or quote them and the tombstones that lead to them."""
    quoting = select(PostReference.post_id).where(PostReference.target_id.in_(post_ids))
    touched = or_(
        Post.id.in_(post_ids), Post.reply_to_id.in_(post_ids), Post.moved_to_id.in_(post_ids), Post.id.in_(quoting)
    )
    ids = db.session.scalars(select(Post.id).where(touched).order_by(Post.id).with_for_update()).all()
    rows = [{"post": post_id} for post_id in ids]
    if rows:
        newer = update(Post).where(Post.id == bindparam("post")).values(version=Post.version + 1)
        db.session.connection().execute(newer, rows)
    _forget_rows()


def carry_markers(source: Topic, target: Topic, posts: Sequence[Moving], first: int, *, is_merge: bool) -> None:
    """Take along how far members have read.

    Who had read all of the target has read, of what arrives, what they had read before. In a merge, who never opened
    the target begins there; nothing becomes read that was not.
    """
    numbers = [post.number for post in posts]
    there = _markers(target)
    rows = []
    for user_id, last in _markers(source).items():
        known = bisect_right(numbers, last)
        before = there.get(user_id, 0)
        reached = first - 1 + known if before >= first - 1 else before
        if reached > before or (user_id not in there and is_merge):
            rows.append({
                "user_id": user_id, "subject_kind": "topic", "subject_id": target.id, "last_number": reached,
                "updated_at": now(),
            })  # fmt: skip
    if rows:
        wanted = insert_into(ReadMarker).values(rows)
        key = [ReadMarker.user_id, ReadMarker.subject_kind, ReadMarker.subject_id]
        newer = {"last_number": wanted.excluded.last_number}
        db.session.execute(wanted.on_conflict_do_update(index_elements=key, set_=newer))
    if is_merge:
        db.session.execute(
            delete(ReadMarker).where(ReadMarker.subject_kind == "topic", ReadMarker.subject_id == source.id)
        )


def _markers(topic: Topic) -> dict[int, int]:
    query = select(ReadMarker.user_id, ReadMarker.last_number).where(
        ReadMarker.subject_kind == "topic", ReadMarker.subject_id == topic.id
    )
    return dict(db.session.execute(query).all())


def carry_bookmarks(source: Topic, target: Topic) -> None:
    """Let bookmarks of a topic stand at another; of two of one member one stays, with both notes."""
    same = Bookmark.subject_kind == "topic"
    kept = {
        mark.user_id: mark
        for mark in db.session.scalars(select(Bookmark).where(same, Bookmark.subject_id == target.id))
    }
    for mark in db.session.scalars(select(Bookmark).where(same, Bookmark.subject_id == source.id)).all():
        if other := kept.get(mark.user_id):
            other.note = " – ".join(filter(None, (other.note, mark.note)))[:NOTE_LENGTH]
            other.folded = f"{other.folded} {mark.folded}".strip()[:1000]
            other.remind_at = min(filter(None, (other.remind_at, mark.remind_at)), default=None)
            db.session.delete(mark)
        else:
            mark.subject_id = target.id
    db.session.flush()
