"""A topic as lists show it: narrow rows, and what is rendered of each, kept for all who have read as far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from markupsafe import Markup
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.i18n import text_lang, translated
from app.core.kept import Line, kept_lines
from app.engagement.queries import TagLabel
from app.forum.models import Category, Topic

Author, LastAuthor = aliased(User), aliased(User)


class Person(NamedTuple):
    """What a list shows of a member."""

    id: int
    display_name: str
    name_lang: str

    @classmethod
    def of(cls, member: User | None) -> Self | None:
        """The same of a whole member."""
        return cls(member.id, member.display_name, member.name_lang) if member else None


class TopicHead(NamedTuple):
    """What a list shows of a topic, under the names that a whole topic has."""

    id: int
    public_id: str
    title: str
    lang: str
    kind: str
    state: str
    is_pinned: bool
    accepted_post_id: int | None
    post_count: int
    created_at: datetime
    last_post_at: datetime
    author: Person | None
    last_author: Person | None

    @classmethod
    def of(cls, topic: Topic) -> Self:
        """The same of a whole topic."""
        own = (getattr(topic, column.key) for column in _OWN)
        return cls._make((*own, Person.of(topic.author), Person.of(topic.last_author)))


_OWN: tuple[Any, ...] = (
    Topic.id, Topic.public_id, Topic.title, Topic.lang, Topic.kind, Topic.state, Topic.is_pinned,
    Topic.accepted_post_id, Topic.post_count, Topic.created_at, Topic.last_post_at,
)  # fmt: skip
_AUTHORS: tuple[Any, ...] = tuple(
    column for member in (Author, LastAuthor) for column in (member.id, member.display_name, member.name_lang)
)
HEAD: tuple[Any, ...] = (*_OWN, *_AUTHORS)
"""Columns of a statement of topics, joined to their authors, from which `head_of` makes a head."""


def head_of(row: Sequence[Any]) -> TopicHead:
    """The head of a topic from the columns of HEAD."""
    own, author, last = row[: len(_OWN)], row[len(_OWN) : len(_OWN) + 3], row[len(_OWN) + 3 : len(HEAD)]
    return TopicHead._make((*own, *(Person._make(found) if found[0] else None for found in (author, last))))


class TopicRow(NamedTuple):
    """A topic in a list, with how far the reader has read: None when they never opened it."""

    topic: TopicHead
    read_number: int | None
    tags: tuple[TagLabel, ...] = ()
    is_live: bool = False
    """Whether its live session runs now."""

    @property
    def unread(self) -> int:
        """How many posts came since the reader was there; 0 for a topic never opened, which is new as a whole."""
        return max(self.topic.post_count - self.read_number, 0) if self.read_number is not None else 0


def topic_lines(rows: Iterable[TopicRow], is_unread: bool | None = None) -> Markup:
    """The rows of a list as HTML. Live messages bring the same, as for those who have not read what is new."""
    return kept_lines("forum/_topic_row.html", (_line(row, is_unread) for row in rows))


def _line(row: TopicRow, is_unread: bool | None) -> Line:
    unread = row.unread
    return row.topic.last_post_at, {
        "topic": row.topic,
        "tags": row.tags,
        "is_live": row.is_live,
        "unread": unread,
        "is_unread": unread > 0 if is_unread is None else is_unread,
    }


def shelf_lines(shelves: Iterable[Category], last: Mapping[int, TopicRow], unread: Mapping[int, int]) -> Markup:
    """Categories as HTML, with their last topics by id, and how many topics of each have something unread."""
    lines = (_shelf(shelf, last.get(shelf.last_topic_id or 0), unread.get(shelf.id, 0)) for shelf in shelves)
    return kept_lines("forum/_shelf.html", lines)


def _shelf(shelf: Category, last: TopicRow | None, unread: int) -> Line:
    return last.topic.last_post_at if last else None, {
        "slug": shelf.slug,
        "title": translated(shelf.title),
        "title_lang": text_lang(shelf.title),
        "description": translated(shelf.description),
        "description_lang": text_lang(shelf.description),
        "count": shelf.topic_count,
        "unread": unread,
        "topic": last.topic if last else None,
        "is_live": last is not None and last.is_live,
    }
