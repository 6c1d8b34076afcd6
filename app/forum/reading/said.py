"""What was said lately, as lists of messages show it: narrow rows of what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from app.core.db import db
from app.core.policy import Actor
from app.forum.models import Category, Post, Topic
from app.forum.queries import listed_topic
from app.forum.reading.rows import Author, Person


class Said(NamedTuple):
    """A message with the names of its topic and category."""

    id: int
    public_id: str
    number: int | None
    lang: str
    html: str
    created_at: datetime
    topic_title: str
    topic_lang: str
    category_title: Mapping[str, str]
    author: Person | None


_COLUMNS: tuple[Any, ...] = (
    Post.id, Post.public_id, Post.number, Post.lang, Post.html, Post.created_at, Topic.title, Topic.lang,
    Category.title, Author.id, Author.display_name, Author.name_lang,
)  # fmt: skip
_OWN = len(_COLUMNS) - len(Person._fields)


def latest_said(actor: Actor, limit: int) -> list[Said]:
    """The latest messages that are shown, newest first; several may be of one topic."""
    return _said(actor, limit)


def said_by(actor: Actor, author_id: int, limit: int, before_id: int | None = None) -> list[Said]:
    """The latest messages of a member that the actor may see, newest first, before that of an id."""
    before = (Post.id < before_id,) if before_id else ()
    return _said(actor, limit, Post.author_id == author_id, *before)


def _said(actor: Actor, limit: int, *conditions: ColumnElement[bool]) -> list[Said]:
    query = (
        select(*_COLUMNS)
        .join(Post.topic)
        .join(Topic.category)
        .join(Category.space)
        .outerjoin(Author, Author.id == Post.author_id)
        .where(Post.state == "visible", listed_topic(actor), *conditions)
        .order_by(Post.id.desc())
        .limit(limit)
    )
    rows = db.session.execute(query)
    return [Said._make((*row[:_OWN], Person._make(row[_OWN:]) if row[_OWN] else None)) for row in rows]
