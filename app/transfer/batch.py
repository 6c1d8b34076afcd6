"""Rows to be inserted together, table by table, with the counters that services would have kept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app.accounts.models import Role, User
from app.core.db import Base, db
from app.engagement.models import Attachment, Reaction, ReactionCount, Tag, Tagging
from app.forum.models import Category, Post, PostMention, PostReference, Space, Topic
from app.forum.moving.carrying import recount
from app.forum.sessions.models import LiveHost, LiveSession
from app.transfer.keys import Numbers, table_of

Row = dict[str, Any]
ORDER: tuple[type[Base], ...] = (
    User, Role, Space, Category, Topic, LiveSession, LiveHost, Tag, Tagging, Post, PostReference, PostMention,
    Attachment, Reaction, ReactionCount,
)  # fmt: skip
"""Tables in the order of their keys, so that each row finds what it points to."""


@dataclass
class Thread:
    """Where a topic stands while posts are added to it."""

    id: int
    category_id: int
    post_count: int
    last_post_at: datetime | None
    last_author_id: int | None
    lang: str = ""
    accepted_post_id: int | None = None


class Batch:
    """What one unit of work inserts."""

    def __init__(self, numbers: Numbers) -> None:
        numbers.forget()
        self._numbers = numbers
        self.rows: dict[type[Base], list[Row]] = defaultdict(list)
        self.threads: dict[int, Thread] = {}
        self.recounted: set[int] = set()
        """Categories whose topics changed."""

    def add(self, model: type[Base], **values: Any) -> Row:
        """A row without an id of its own."""
        self.rows[model].append(values)
        return values

    def add_numbered(self, model: type[Base], **values: Any) -> Row:
        """A row with the next id."""
        return self.add(model, id=self._numbers.take(model), **values)

    def load_threads(self, ids: set[int]) -> None:
        """Read and lock the topics that get further posts, in one order for all writers."""
        columns = (
            Topic.id, Topic.category_id, Topic.post_count, Topic.last_post_at, Topic.last_author_id, Topic.lang,
            Topic.accepted_post_id,
        )  # fmt: skip
        query = select(*columns).where(Topic.id.in_(ids)).order_by(Topic.id).with_for_update()
        for row in db.session.execute(query).mappings() if ids else ():
            self.threads[row["id"]] = Thread(**row)

    def write(self) -> None:
        """Insert all rows and move the counters, in the unit of work in hand."""
        self._put_counts()
        for model in ORDER:
            if rows := self.rows.pop(model, None):
                db.session.execute(insert(table_of(model)), rows)
        if self.threads:
            db.session.execute(_MOVE, [self._moved(thread) for thread in self.threads.values()])
        recount(self.recounted)

    def _put_counts(self) -> None:
        """A topic of this batch is inserted with what its posts made of it."""
        for row in self.rows.get(Topic, ()):
            thread = self.threads.pop(row["id"])
            row.update(
                post_count=thread.post_count, last_post_at=thread.last_post_at, last_author_id=thread.last_author_id,
                accepted_post_id=thread.accepted_post_id,
            )  # fmt: skip

    def _moved(self, thread: Thread) -> Row:
        return {
            "the_id": thread.id, "count": thread.post_count, "at": thread.last_post_at, "by": thread.last_author_id,
            "accepted": thread.accepted_post_id,
        }  # fmt: skip


_TOPIC = table_of(Topic)
_MOVE = (
    update(_TOPIC)
    .where(_TOPIC.c.id == bindparam("the_id"))
    .values(
        post_count=bindparam("count"), last_post_at=bindparam("at"), last_author_id=bindparam("by"),
        accepted_post_id=bindparam("accepted"), version=_TOPIC.c.version + 1,
    )
)  # fmt: skip
