"""What was said lately, as lists of messages show it: narrow rows of what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from app.core.db import db
from app.core.policy import Actor
from app.forum.models import Category, Post, Topic
from app.forum.queries import listed_topic_for
from app.forum.reach import Reach, reach_of
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
    return _said(_statement(reach_of(actor), limit), {})


def said_by(actor: Actor, author_id: int, limit: int, before_id: int | None = None) -> list[Said]:
    """The latest messages of a member that the actor may see, newest first, before that of an id."""
    statement = _statement(reach_of(actor), limit, of_author=True, is_before=before_id is not None)
    return _said(statement, {"author": author_id, "before": before_id})


@lru_cache(maxsize=512)
def _statement(reach: Reach, limit: int, *, of_author: bool = False, is_before: bool = False) -> Select[Any]:
    """Built once for all readers of the same reach. It looks for the ids first: texts are not carried along to be
    put in order."""
    shown = select(Post.id).join(Post.topic).join(Topic.category).join(Category.space)
    shown = shown.where(Post.state == "visible", listed_topic_for(reach))
    if of_author:
        shown = shown.where(Post.author_id == bindparam("author"))
    if is_before:
        shown = shown.where(Post.id < bindparam("before"))
    return (
        select(*_COLUMNS)
        .join(Post.topic)
        .join(Topic.category)
        .outerjoin(Author, Author.id == Post.author_id)
        .where(Post.id.in_(shown.order_by(Post.id.desc()).limit(limit)))
        .order_by(Post.id.desc())
    )


def _said(statement: Select[Any], values: dict[str, Any]) -> list[Said]:
    rows = db.session.execute(statement, values)
    return [Said._make((*row[:_OWN], Person._make(row[_OWN:]) if row[_OWN] else None)) for row in rows]
