"""What waits for a moderator, read: by those who decide, and by who wrote it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import User
from app.core.db import db, now
from app.core.errors import NotFound
from app.core.pagination import KeyPage
from app.core.policy import Actor
from app.forum.models import UNPUBLISHED, Category, Post, Topic
from app.forum.order.held import HeldText
from app.forum.reach import moderated_spaces

PAGE_SIZE = 25
OWN_AT_MOST = 50
REFUSED_SHOWN = timedelta(days=90)
"""How long an author finds what was refused."""


@dataclass(frozen=True)
class Queue:
    """What narrows the queue."""

    lang: str = ""
    space_id: int | None = None


def queue_page(actor: Actor, queue: Queue, after: str | None = None, size: int = PAGE_SIZE) -> KeyPage[HeldText]:
    """What waits in the spaces an actor moderates, the longest waiting first."""
    start = int(after) if after and after.isdecimal() and len(after) < 16 else 0
    query = _loaded().where(_in_scope(actor), HeldText.id > start)
    if queue.lang:
        query = query.where(HeldText.lang == queue.lang)
    if queue.space_id:
        query = query.where(HeldText.space_id == queue.space_id)
    rows = list(db.session.scalars(query.order_by(HeldText.id).limit(size + 1)).unique())
    more = len(rows) > size
    rows = rows[:size]
    return KeyPage(rows, str(rows[-1].id) if more else None, start == 0)


def count_waiting(actor: Actor) -> int:
    """How many texts wait for this actor's decision."""
    return db.session.scalar(select(func.count()).select_from(HeldText).where(_in_scope(actor))) or 0


def langs_waiting(actor: Actor) -> list[str]:
    """The languages of what waits."""
    return list(db.session.scalars(select(HeldText.lang).where(_in_scope(actor)).distinct().order_by(HeldText.lang)))


def get_held(actor: Actor, held_id: int) -> HeldText:
    """A text that waits, or waited, in a space the actor moderates, or of their own. Raises NotFound."""
    held = db.session.scalars(_loaded().where(HeldText.id == held_id)).unique().first()
    if held is None or not (actor.moderates(held.space_id) or _is_own(actor, held)):
        raise NotFound
    return held


def get_helds(actor: Actor, ids: Collection[int]) -> list[HeldText]:
    """Those of these texts that wait in spaces the actor moderates, in order."""
    query = _loaded().where(HeldText.id.in_(ids), _in_scope(actor)).order_by(HeldText.id)
    return list(db.session.scalars(query).unique())


def own_texts(actor: Actor) -> list[HeldText]:
    """What the actor wrote that waits, and what was refused lately; the newest first."""
    if actor.is_visitor:
        return []
    query = _loaded().where(HeldText.author_id == actor.actor_id, HeldText.state.in_(("waiting", "refused")))
    query = query.where((HeldText.state == "waiting") | (HeldText.decided_at > now() - REFUSED_SHOWN))
    return list(db.session.scalars(query.order_by(HeldText.id.desc()).limit(OWN_AT_MOST)).unique())


def own_in_topic(actor: Actor, topic: Topic) -> list[HeldText]:
    """What the actor wrote in a topic and that waits."""
    query = _loaded().where(HeldText.author_id == actor.actor_id, HeldText.state == "waiting")
    return list(db.session.scalars(query.where(Post.topic_id == topic.id).order_by(HeldText.id)).unique())


def has_own(topic_id: Any, member_id: Any) -> ColumnElement[Any]:
    """How many texts of a member wait in a topic, as a part of another statement."""
    mine = select(func.count()).select_from(HeldText).join(Post, Post.id == HeldText.post_id)
    mine = mine.where(HeldText.author_id == member_id, HeldText.state == "waiting", Post.topic_id == topic_id)
    return mine.correlate(Topic).scalar_subquery()


def find_opening(actor: Actor, public_id: str) -> HeldText | None:
    """The text that would open a topic which is not published, for its author and the moderators of its space."""
    query = _loaded().where(Topic.public_id == public_id, Topic.state.in_(UNPUBLISHED), HeldText.kind == "topic")
    held = db.session.scalars(query).unique().first()
    if held is None or not (actor.moderates(held.space_id) or _is_own(actor, held)):
        return None
    return held


def _is_own(actor: Actor, held: HeldText) -> bool:
    return not actor.is_visitor and held.author_id == actor.actor_id


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    spaces = moderated_spaces(actor)
    among = true() if spaces is None else HeldText.space_id.in_(sorted(spaces))
    return (HeldText.state == "waiting") & among


def _loaded() -> Select[HeldText]:
    return (
        select(HeldText)
        .join(HeldText.post)
        .join(Post.topic)
        .join(Topic.category)
        .options(
            contains_eager(HeldText.post).contains_eager(Post.topic).contains_eager(Topic.category)
            .joinedload(Category.space),
            joinedload(HeldText.author).selectinload(User.roles),
        )
    )  # fmt: skip
