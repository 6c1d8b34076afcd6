"""Reads of the forum: what an actor may see, and nothing else. Visibility filters mirror `policy`."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, inspect, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import User
from app.core.db import IDS, db
from app.core.errors import NotFound
from app.core.policy import Actor
from app.forum.models import Category, Post, Space, Topic
from app.forum.reach import Reach, among, known_by, reach_of, seen_by

Row = TypeVar("Row")
SHOWN_STATES = ("open", "locked")


def visible_space(actor: Actor) -> ColumnElement[bool]:
    """Condition on Space: the actor may see what is in it (policy.can_see_space)."""
    return seen_by(reach_of(actor))


def known_space(actor: Actor) -> ColumnElement[bool]:
    """Condition on Space: the actor may be told of it (policy.can_know_space); not all that is known may be entered."""
    return known_by(reach_of(actor))


def visible_topic_for(reach: Reach) -> ColumnElement[bool]:
    """Condition of `visible_topic` for whoever has this reach."""
    hidden_too = and_(Topic.state == "hidden", among(reach.moderated))
    return and_(seen_by(reach), or_(Topic.state.in_(SHOWN_STATES), hidden_too))


def visible_topic(actor: Actor) -> ColumnElement[bool]:
    """Condition on Topic joined to Category and Space: the actor may see it (policy.can_see_topic)."""
    return visible_topic_for(reach_of(actor))


def listed_topic(actor: Actor) -> ColumnElement[bool]:
    """Condition of lists and search: visible, and not hidden, not even to moderators."""
    return listed_topic_for(reach_of(actor))


def listed_topic_for(reach: Reach) -> ColumnElement[bool]:
    """Condition of `listed_topic` for whoever has this reach."""
    return and_(seen_by(reach), Topic.state.in_(SHOWN_STATES))


def get_spaces(actor: Actor) -> list[Space]:
    """Every space the actor may see, with its categories, in order."""
    query = select(Space).where(visible_space(actor)).options(joinedload(Space.categories)).order_by(Space.position)
    return list(db.session.scalars(query).unique())


def get_space(actor: Actor, slug: str) -> Space:
    """A space with its categories. Raises NotFound."""
    query = select(Space).where(Space.slug == slug, visible_space(actor)).options(joinedload(Space.categories))
    return _found(db.session.scalars(query).unique().first())


def get_known_spaces(actor: Actor) -> list[Space]:
    """Every space the actor may be told of, archived ones last; categories may be shown of the visible ones alone."""
    query = select(Space).where(known_space(actor)).options(joinedload(Space.categories))
    ordered = query.order_by(Space.archived_at.is_not(None), Space.position, Space.id)
    return list(db.session.scalars(ordered).unique())


def get_known_space(actor: Actor, slug: str) -> Space:
    """A space the actor may be told of, with its categories, which may not be theirs to see. Raises NotFound."""
    query = select(Space).where(Space.slug == slug, known_space(actor)).options(joinedload(Space.categories))
    return _found(db.session.scalars(query).unique().first())


def get_category(actor: Actor, slug: str) -> Category:
    """A category with its space. Raises NotFound."""
    query = select(Category).join(Category.space).options(contains_eager(Category.space))
    return _found(db.session.scalars(query.where(Category.slug == slug, visible_space(actor))).first())


def get_topic(actor: Actor, public_id: str) -> Topic:
    """A topic with its category and space. Raises NotFound."""
    topic: Topic | None = db.session.scalars(topic_seen_by(reach_of(actor)), {"public_id": public_id}).first()
    return _found(topic)


@lru_cache(maxsize=512)
def topic_seen_by(reach: Reach) -> Select[Any]:
    """A topic by `public_id`, for actors of the same reach: building the statement costs more than running it."""
    return (
        select(Topic)
        .join(Topic.category)
        .join(Category.space)
        .options(
            contains_eager(Topic.category).contains_eager(Category.space),
            joinedload(Topic.state_by).lazyload(User.roles),
        )
        .where(Topic.public_id == bindparam("public_id"), visible_topic_for(reach))
    )


def get_post(actor: Actor, public_id: str) -> Post:
    """A published post with its topic, category and space; a tombstone too. Raises NotFound."""
    post: Post | None = db.session.scalars(_post_seen_by(reach_of(actor)), {"public_id": public_id}).first()
    return _found(post)


@lru_cache(maxsize=512)
def _post_seen_by(reach: Reach) -> Select[Any]:
    return (
        select(Post)
        .join(Post.topic)
        .join(Topic.category)
        .join(Category.space)
        .options(contains_eager(Post.topic).contains_eager(Topic.category).contains_eager(Category.space))
        .where(Post.public_id == bindparam("public_id"), Post.number.is_not(None), visible_topic_for(reach))
    )


def visible_topic_ids(actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these topics the actor may see."""
    return set(db.session.scalars(_visible_topic_ids(reach_of(actor)), {"ids": list(ids)}))


def visible_post_ids(actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these posts the actor may see: those that are shown, in a topic that is."""
    return set(db.session.scalars(_visible_post_ids(reach_of(actor)), {"ids": list(ids)}))


@lru_cache(maxsize=512)
def _visible_topic_ids(reach: Reach) -> Select[Any]:
    query = select(Topic.id).join(Topic.category).join(Category.space)
    return query.where(Topic.id.in_(IDS), visible_topic_for(reach))


@lru_cache(maxsize=512)
def _visible_post_ids(reach: Reach) -> Select[Any]:
    query = select(Post.id).join(Post.topic).join(Topic.category).join(Category.space)
    return query.where(Post.id.in_(IDS), Post.state == "visible", visible_topic_for(reach))


def citable_posts(actor: Actor, public_ids: Collection[str], space_id: int | None = None) -> dict[str, int]:
    """Ids, by public id, of the posts the actor may see and may name in a space: its own and those of public spaces."""
    if not public_ids:
        return {}
    query = select(Post.public_id, Post.id).join(Post.topic).join(Topic.category).join(Category.space)
    published = (Post.number.is_not(None), Post.state != "removed")
    query = query.where(Post.public_id.in_(public_ids), *published, visible_topic(actor))
    if space_id is not None:
        query = query.where(or_(Space.id == space_id, Space.visibility == "public"))
    return {row.public_id: row.id for row in db.session.execute(query)}


def lock_topic(topic: Topic) -> Topic:
    """Keep a topic for this unit of work, read again with its category and space by one statement."""
    identity = inspect(topic, raiseerr=True).identity or (topic.id,)
    return db.session.scalars(_LOCKED_TOPIC, {"id": identity[0]}).one()


_LOCKED_TOPIC = (
    select(Topic)
    .join(Topic.category)
    .join(Category.space)
    .options(contains_eager(Topic.category).contains_eager(Category.space))
    .where(Topic.id == bindparam("id"))
    .with_for_update(of=Topic)
    .execution_options(populate_existing=True)
)


def visible_space_ids(actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these spaces the actor may see."""
    return set(db.session.scalars(_visible_space_ids(reach_of(actor)), {"ids": list(ids)}))


@lru_cache(maxsize=512)
def _visible_space_ids(reach: Reach) -> Select[Any]:
    return select(Space.id).where(Space.id.in_(IDS), seen_by(reach))


def visible_category_ids(actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these categories the actor may see."""
    query = select(Category.id).join(Category.space)
    return set(db.session.scalars(query.where(Category.id.in_(ids), visible_space(actor))))


def posts_by(actor: Actor, author_id: int, limit: int = 20, before_id: int | None = None) -> list[Post]:
    """The latest posts of a member that the actor may see, newest first, before a post's id."""
    query = (
        select(Post)
        .join(Post.topic)
        .join(Topic.category)
        .join(Category.space)
        .options(
            contains_eager(Post.topic).contains_eager(Topic.category),
            joinedload(Post.author).lazyload(User.roles),
        )
        .where(Post.state == "visible", listed_topic(actor), Post.author_id == author_id)
        .order_by(Post.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query.where(Post.id < before_id) if before_id else query))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
