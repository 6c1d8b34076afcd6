"""Reads of drafts. Every one of them asks whose it is: another member's draft is not found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import contains_eager

from app.accounts.models import User
from app.core.db import db
from app.core.errors import NotFound
from app.core.pagination import KeyPage, key_page
from app.core.policy import Actor
from app.forum import queries
from app.forum.drafting.models import Draft
from app.forum.models import Category, Post, Topic

SHOWN = 20


@dataclass(frozen=True)
class PlaceSeen:
    """Where a draft belongs, as its author may see it now."""

    category: Category
    topic: Topic | None = None
    post: Post | None = None


def get_draft(actor: Actor, public_id: str) -> Draft:
    """One of the actor's own drafts. Raises NotFound."""
    draft = find_draft(actor, public_id)
    if draft is None:
        raise NotFound
    return draft


def find_draft(actor: Actor, public_id: str) -> Draft | None:
    """One of the actor's own drafts, or None where there is none of that id any more."""
    query = select(Draft).where(Draft.public_id == public_id, Draft.user_id == actor.actor_id)
    return db.session.scalars(query).first() if public_id and not actor.is_visitor else None


_CURRENT = (
    select(Draft)
    .where(
        Draft.user_id == bindparam("user_id"),
        Draft.place == bindparam("place"),
        Draft.place_id == bindparam("place_id"),
        Draft.publish_at.is_(None),
    )
    .order_by(Draft.updated_at.desc(), Draft.id.desc())
    .limit(1)
)


def has_reply_draft(topic_id: Any, member_id: Any) -> ColumnElement[Any]:
    """How many replies a member has begun in a topic, as a part of another statement."""
    begun = select(func.count()).select_from(Draft).where(Draft.user_id == member_id, Draft.place == "reply")
    begun = begun.where(Draft.place_id == topic_id, Draft.publish_at.is_(None))
    return begun.correlate(Topic).scalar_subquery()


def current_draft(actor: Actor, place: str, place_id: int) -> Draft | None:
    """What the actor was last writing there; a text that leaves by itself later is not in hand any more."""
    if actor.is_visitor:
        return None
    values = {"user_id": actor.actor_id, "place": place, "place_id": place_id}
    draft: Draft | None = db.session.scalars(_CURRENT, values).first()
    return draft


def draft_of_token(actor: Actor, client_token: str) -> Draft | None:
    """The actor's draft that will be sent under that token."""
    query = select(Draft).where(Draft.user_id == actor.actor_id, Draft.client_token == client_token)
    return db.session.scalars(query).first()


def count_drafts(actor: Actor) -> int:
    """How many drafts the actor keeps, those to be published later included."""
    return db.session.scalar(select(func.count()).select_from(Draft).where(Draft.user_id == actor.actor_id)) or 0


def list_drafts(actor: Actor, after: str | None = None) -> KeyPage[Draft]:
    """The actor's drafts, the last changed first, without those to be published later."""
    statement = select(Draft).where(Draft.user_id == actor.actor_id, Draft.publish_at.is_(None))
    return key_page(
        lambda query: list(db.session.scalars(query)),
        statement,
        Draft.updated_at,
        Draft.id,
        lambda draft: (draft.updated_at, draft.id),
        after,
        SHOWN,
    )


def list_scheduled(actor: Actor) -> list[Draft]:
    """What the platform will publish for the actor, the next first."""
    query = select(Draft).where(Draft.user_id == actor.actor_id, Draft.publish_at.is_not(None))
    return list(db.session.scalars(query.order_by(Draft.publish_at, Draft.id)))


def due_drafts(moment: datetime, limit: int = 50) -> list[int]:
    """Ids of the drafts whose time has come, the oldest first."""
    query = select(Draft.id).where(Draft.publish_at <= moment).order_by(Draft.publish_at, Draft.id)
    return list(db.session.scalars(query.limit(limit)))


def places_of(actor: User, drafts: Sequence[Draft]) -> Mapping[int, PlaceSeen]:
    """By id of the draft, where it belongs; a draft whose place the actor may no longer see is left out."""
    categories = _categories(actor, _ids(drafts, "topic"))
    topics = _topics(actor, _ids(drafts, "reply"))
    posts = _posts(actor, _ids(drafts, "edit"))
    found: dict[int, PlaceSeen] = {}
    for draft in drafts:
        if draft.place == "topic" and draft.place_id in categories:
            found[draft.id] = PlaceSeen(categories[draft.place_id])
        elif draft.place == "reply" and (topic := topics.get(draft.place_id)):
            found[draft.id] = PlaceSeen(topic.category, topic)
        elif draft.place == "edit" and (post := posts.get(draft.place_id)):
            found[draft.id] = PlaceSeen(post.topic.category, post.topic, post)
    return found


def _ids(drafts: Iterable[Draft], place: str) -> set[int]:
    return {draft.place_id for draft in drafts if draft.place == place}


def _by_id(statement: Any) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(statement)}


def _categories(actor: User, ids: set[int]) -> dict[int, Category]:
    if not ids:
        return {}
    seen = select(Category).join(Category.space).options(contains_eager(Category.space))
    return _by_id(seen.where(Category.id.in_(ids), queries.visible_space(actor)))


def _topics(actor: User, ids: set[int]) -> dict[int, Topic]:
    if not ids:
        return {}
    eager = contains_eager(Topic.category).contains_eager(Category.space)
    seen = select(Topic).join(Topic.category).join(Category.space).options(eager)
    return _by_id(seen.where(Topic.id.in_(ids), queries.visible_topic(actor)))


def _posts(actor: User, ids: set[int]) -> dict[int, Post]:
    if not ids:
        return {}
    eager = contains_eager(Post.topic).contains_eager(Topic.category).contains_eager(Category.space)
    seen = select(Post).join(Post.topic).join(Topic.category).join(Category.space).options(eager)
    return _by_id(seen.where(Post.id.in_(ids), queries.visible_topic(actor)))


def files_of_drafts() -> set[str]:
    """Public ids of the files that drafts refer to, those to be published later included."""
    kept = db.session.scalars(select(Draft.fields))
    return {str(public_id) for fields in kept for public_id in fields.get("files", ())}
