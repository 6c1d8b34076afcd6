"""What the index keeps of topics and replies, read as narrow rows: an index made anew reads all there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select

from app.core.db import IDS, db
from app.core.i18n import text_lang
from app.core.markdown import plain
from app.core.subjects import SearchDocument
from app.engagement.queries import TagLabel, tags_of
from app.forum.models import Category, Post, Space, Topic
from app.forum.queries import SHOWN_STATES
from app.forum.sessions.models import LiveSession
from app.terms.queries import vocabulary
from app.terms.vocabulary import Entry

_ARCHIVED = (Category.archived_at.is_not(None) | Space.archived_at.is_not(None)).label("is_archived")
_SAID = (Post.html, Post.lang, Post.state, Post.version, Post.is_wiki, Category.space_id)
_TOPICS = (
    select(
        Topic.id, Topic.title, Topic.author_id, Topic.created_at, Topic.last_post_at, Topic.state.label("topic_state"),
        Topic.version.label("topic_version"), Topic.accepted_post_id, Topic.post_count, Topic.is_pinned,
        LiveSession.phase, _ARCHIVED, *_SAID,
    )
    .join(Post, and_(Post.topic_id == Topic.id, Post.number == 1))
    .join(Topic.category)
    .join(Category.space)
    .outerjoin(LiveSession, LiveSession.topic_id == Topic.id)
    .where(Topic.id.in_(IDS), Topic.state.in_(SHOWN_STATES))
)  # fmt: skip
_POSTS = (
    select(
        Post.id, Post.author_id, Post.created_at, Post.topic_id, Topic.title, Topic.lang.label("topic_lang"),
        Topic.accepted_post_id, *_SAID,
    )
    .join(Post.topic)
    .join(Topic.category)
    .where(Post.id.in_(IDS), Post.state == "visible", Post.number > 1, Topic.state.in_(SHOWN_STATES))
)  # fmt: skip


def token_of(space_id: int) -> str:
    """What whoever sees a space bears, and whatever is in it asks for: its visibility changes without the index."""
    return f"space:{space_id}"


def topic_documents(ids: Collection[int]) -> Mapping[int, SearchDocument]:
    """A topic is found by its title, and by its first post while that is shown."""
    rows = db.session.execute(_TOPICS, {"ids": list(ids)}).all()
    tags = tags_of("topic", [row.id for row in rows])
    return {row.id: _topic_document(row, tags[row.id]) for row in rows}


def post_documents(ids: Collection[int]) -> Mapping[int, SearchDocument]:
    """The first post is found with its topic, the others by themselves and by what their topic is called."""
    rows = db.session.execute(_POSTS, {"ids": list(ids)}).all()
    tags = tags_of("topic", {row.topic_id for row in rows})
    return {row.id: _post_document(row, tags[row.topic_id]) for row in rows}


def _topic_document(row: Any, tags: Sequence[TagLabel]) -> SearchDocument:
    return SearchDocument(
        kind="topic", id=row.id, lang=row.lang, title=row.title, body=plain(row.html) if row.state == "visible" else "",
        author_id=row.author_id, space_id=row.space_id, date=row.created_at, visibility=(token_of(row.space_id),),
        revision=row.topic_version + row.version, tags=_names(tags), also=_also(tags, row.lang),
        active=row.last_post_at, marks=_topic_marks(row),
    )  # fmt: skip


def _post_document(row: Any, tags: Sequence[TagLabel]) -> SearchDocument:
    return SearchDocument(
        kind="post", id=row.id, lang=row.lang, title="", body=plain(row.html), author_id=row.author_id,
        space_id=row.space_id, date=row.created_at, visibility=(token_of(row.space_id),), revision=row.version,
        also=_filed_under(tags, row.topic_lang), about=((row.topic_lang, row.title),), marks=_post_marks(row),
    )  # fmt: skip


def _names(tags: Sequence[TagLabel]) -> tuple[str, ...]:
    """What may follow `tag:` in a query: slugs, and free words as they were written."""
    return tuple({name: None for tag in tags for name in ((tag.slug,) if tag.theme else (tag.slug, tag.label))})


def _also(tags: Sequence[TagLabel], lang: str) -> tuple[tuple[str, str], ...]:
    """A topic is found by its free tags, and by its themes in every language."""
    return (*_free(tags, lang), *(words for theme in _themes(tags) for words in theme.words()))


def _filed_under(tags: Sequence[TagLabel], lang: str) -> tuple[tuple[str, str], ...]:
    """A reply is found by the tags of its topic as the topic's language says them: there are many replies."""
    return (*_free(tags, lang), *((text_lang(theme.labels, lang), theme.label(lang)) for theme in _themes(tags)))


def _free(tags: Sequence[TagLabel], lang: str) -> list[tuple[str, str]]:
    return [(lang, tag.label) for tag in tags if not tag.theme]


def _themes(tags: Sequence[TagLabel]) -> list[Entry]:
    return [theme for tag in tags if (theme := vocabulary().get(tag.slug))]


def _topic_marks(row: Any) -> tuple[str, ...]:
    """Its states, as one asks for them by `is:`; unanswered as the list of unanswered topics has it."""
    is_open = row.topic_state == "open" and not row.is_archived
    marks = {
        "open": is_open,
        "closed": not is_open,
        "solved": row.accepted_post_id is not None,
        "unanswered": row.post_count == 1 and row.topic_state == "open",
        "pinned": row.is_pinned,
        "wiki": row.is_wiki,
        "live": row.phase == "live",
        "archived": row.is_archived,
    }
    return tuple(name for name, holds in marks.items() if holds)


def _post_marks(row: Any) -> tuple[str, ...]:
    """A post is solved when it is what solved its topic's question."""
    marks = {"solved": row.accepted_post_id == row.id, "wiki": row.is_wiki}
    return tuple(name for name, holds in marks.items() if holds)
