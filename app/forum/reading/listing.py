"""Topic lists: latest, new and unanswered, narrowed by place, language and tag, paged by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select

from app.core.db import Id, db
from app.core.i18n import current_lang
from app.core.pagination import KeyPage, key_page
from app.core.policy import Actor
from app.engagement.models import ReadMarker, Tag, Tagging
from app.engagement.queries import TagLabel, subjects_with_tag, tags_of
from app.forum.attention import RANKS, Attention, attention_of, weighed
from app.forum.models import Category, Space, Topic
from app.forum.queries import listed_topic, listed_topic_for
from app.forum.reach import Reach, reach_of
from app.forum.reading.rows import HEAD, Author, LastAuthor, TopicRow, head_of
from app.forum.sessions.running import running_ids
from app.places.queries import sort_key
from app.terms.models import Term
from app.terms.queries import label
from app.terms.themes import THEME

VIEWS = ("latest", "new", "unanswered", "following")
"""Views of a list; the last is for members, who follow something or other."""
LIST_PAGE = 30


@dataclass(frozen=True)
class Filters:
    """What narrows a list."""

    view: str = "latest"
    space_id: int | None = None
    category_id: int | None = None
    lang: str = ""
    tag: str = ""


def topic_page(actor: Actor, filters: Filters, after: str | None = None, size: int = LIST_PAGE) -> KeyPage[TopicRow]:
    """One page of topics the actor may see, newest first by activity, or by age in the view "new"."""
    moment = Topic.created_at if filters.view == "new" else Topic.last_post_at
    attention = None if filters.view == "unanswered" else attention_of(actor)
    return key_page(
        partial(_fetch, actor), _narrowed(reach_of(actor), filters, attention), moment, Topic.id,
        lambda row: (row.topic.created_at if filters.view == "new" else row.topic.last_post_at, row.topic.id),
        after, size,
    )  # fmt: skip


def page_of_topics(
    actor: Actor, conditions: Sequence[Any], after: str | None, *, is_unread: bool = False
) -> KeyPage[TopicRow]:
    """One page of the topics that meet these conditions, the last active first; `is_unread`: with something new."""
    statement = _statement(reach_of(actor)).where(*conditions)
    if is_unread:
        statement = statement.where(func.coalesce(ReadMarker.last_number, 0) < Topic.post_count)
    return key_page(
        partial(_fetch, actor), statement, Topic.last_post_at, Topic.id,
        lambda row: (row.topic.last_post_at, row.topic.id), after, LIST_PAGE,
    )  # fmt: skip


def pinned_topics(actor: Actor, category_id: int) -> list[TopicRow]:
    """The pinned topics of a category, shown above its first page."""
    statement = _statement(reach_of(actor)).where(Topic.category_id == category_id, Topic.is_pinned)
    return _fetch(actor, statement.order_by(Topic.last_post_at.desc()))


def topic_rows(actor: Actor, ids: Sequence[int]) -> dict[int, TopicRow]:
    """Rows of these topics, by id, for those the actor may see."""
    return {row.topic.id: row for row in _fetch(actor, _statement(reach_of(actor)).where(Topic.id.in_(ids)))}


def unread_topics(actor: Actor) -> dict[int, int]:
    """How many topics of each category have posts that the actor, who once opened them, has not read."""
    if actor.is_visitor:
        return {}
    query = (
        select(Topic.category_id, func.count())
        .join(Topic.category)
        .join(Category.space)
        .join(ReadMarker, and_(ReadMarker.subject_kind == "topic", ReadMarker.subject_id == Topic.id))
        .where(ReadMarker.user_id == actor.actor_id, ReadMarker.last_number < Topic.post_count, listed_topic(actor))
        .group_by(Topic.category_id)
    )
    return dict(db.session.execute(query).all())


@lru_cache(maxsize=512)
def _statement(reach: Reach) -> Select[Any]:
    """The statement for all readers of the same reach, asked for `me`: building it costs more than running it."""
    mine = and_(
        ReadMarker.subject_kind == "topic",
        ReadMarker.subject_id == Topic.id,
        ReadMarker.user_id == bindparam("me", type_=Id),
    )
    return (
        select(*HEAD, ReadMarker.last_number)
        .join(Topic.category)
        .join(Category.space)
        .outerjoin(Author, Author.id == Topic.author_id)
        .outerjoin(LastAuthor, LastAuthor.id == Topic.last_author_id)
        .outerjoin(ReadMarker, mine)
        .where(listed_topic_for(reach))
    )


def _heeded(statement: Select[Any], filters: Filters, attention: Attention) -> Select[Any]:
    """Without what the member muted, except what they narrowed the list to; of what they follow, that alone."""
    if filters.view == "following":
        heeded, rank = weighed(statement, attention)
        return heeded.where(rank >= RANKS["tracking"])
    if attention.is_plain:
        return statement
    leaving = ["space"] if filters.space_id else ["space", "category"] if filters.category_id else []
    heeded, rank = weighed(statement, attention, [*leaving, "tag"] if filters.tag else leaving)
    return heeded.where(rank > RANKS["muted"])


@lru_cache(maxsize=256)
def _narrowed(reach: Reach, filters: Filters, attention: Attention | None) -> Select[Any]:
    statement = _statement(reach)
    if attention is not None:
        statement = _heeded(statement, filters, attention)
    if filters.view == "unanswered":
        statement = statement.where(Topic.post_count == 1, Topic.state == "open")
    if filters.view == "new" and not reach.is_visitor:
        statement = statement.where(ReadMarker.last_number.is_(None))
    if filters.space_id:
        statement = statement.where(Space.id == filters.space_id)
    if filters.category_id:
        # Pinned topics stand above the first page, so they are left out of the pages.
        statement = statement.where(Topic.category_id == filters.category_id, ~Topic.is_pinned)
    if filters.lang:
        statement = statement.where(Topic.lang == filters.lang)
    if filters.tag:
        statement = statement.where(Topic.id.in_(subjects_with_tag("topic", filters.tag)))
    return statement


def _fetch(actor: Actor, statement: Select[Any]) -> list[TopicRow]:
    rows = db.session.execute(statement, {"me": actor.actor_id or 0})
    found = [(head_of(row), row[-1]) for row in rows]
    tags = tags_of("topic", [topic.id for topic, _ in found])
    live = running_ids(topic for topic, _ in found)
    return [TopicRow(topic, read, tuple(tags[topic.id]), topic.id in live) for topic, read in found]


def themes_in_use(actor: Actor) -> tuple[TagLabel, ...]:
    """The themes of topics that the actor may see, in the alphabetical order of the reader's language."""
    lang = current_lang()
    themes = (TagLabel(slug, label(slug, lang)) for slug in db.session.scalars(_themes(reach_of(actor))))
    return tuple(sorted(themes, key=lambda theme: sort_key(theme.label, lang)))


@lru_cache(maxsize=512)
def _themes(reach: Reach) -> Select[Any]:
    seen = (
        select(Tagging.tag_id)
        .join(Topic, Topic.id == Tagging.subject_id)
        .join(Topic.category)
        .join(Category.space)
        .where(Tagging.tag_id == Tag.id, Tagging.subject_kind == "topic", listed_topic_for(reach))
    )
    query = select(Tag.slug).join(Term, func.replace(Term.code, "_", "-") == Tag.slug)
    return query.where(Term.scheme == THEME, seen.exists())
