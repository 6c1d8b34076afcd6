"""Reads that no single room owns: a member's card, the map of members, the addresses for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import load_only

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.db import db
from app.core.errors import NotFound
from app.forum.models import Category, Space, Topic
from app.forum.queries import listed_topic, visible_space

SITEMAP_SIZE = 2000
"""Topics in one sitemap, each with its seven languages."""


_MEMBER = select(User).where(User.handle == bindparam("handle"), User.status == "active")


def get_member(handle: str) -> User:
    """An active member. Raises NotFound for unknown, suspended, closed and anonymised ones alike."""
    member = db.session.scalars(_MEMBER, {"handle": handle}).unique().first()
    if member is None:
        raise NotFound
    return member


def members_by_country() -> Sequence[tuple[str, int]]:
    """Country code and number of active members who said where they live, the most first."""
    count = func.count()
    query = select(User.country, count).where(User.status == "active", User.country.is_not(None)).group_by(User.country)
    return [(str(code), number) for code, number in db.session.execute(query.order_by(count.desc(), User.country))]


def sitemap_pages() -> int:
    """How many sitemaps hold the topics that visitors may read."""
    query = select(func.count(Topic.id)).join(Topic.category).join(Category.space).where(listed_topic(VISITOR))
    return -(-(db.session.scalar(query) or 0) // SITEMAP_SIZE)


def public_topics(page: int) -> Iterable[Topic]:
    """The topics of one sitemap, the oldest first."""
    query = select(Topic).join(Topic.category).join(Category.space).where(listed_topic(VISITOR))
    shown = load_only(Topic.public_id, Topic.title, Topic.last_post_at)
    return db.session.scalars(query.options(shown).order_by(Topic.id).offset(page * SITEMAP_SIZE).limit(SITEMAP_SIZE))


def public_places() -> tuple[list[str], list[str]]:
    """Slugs of the spaces and of the categories that visitors may read."""
    spaces = db.session.scalars(select(Space.slug).where(visible_space(VISITOR)).order_by(Space.position))
    categories = select(Category.slug).join(Category.space).where(visible_space(VISITOR))
    return list(spaces), list(db.session.scalars(categories.order_by(Category.id)))
