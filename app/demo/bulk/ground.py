"""What a large set stands on: the rows that are there already, and the numbers that come next."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.db import Base
from app.core.events import EventRow, LiveRoom
from app.demo.tables import highest_ids
from app.engagement.models import Attachment, Bookmark, Tag
from app.forum.models import Category, Post, Topic

NUMBERED: list[type[Base]] = [User, Tag, Topic, Post, Attachment, Bookmark, EventRow]


@dataclass
class Ground:
    """Ids by what names them; heads of the live rooms."""

    taken: dict[type[Base], int]
    """The highest id of each table."""
    categories: dict[str, tuple[int, int]]
    """Category and space by the slug of the category."""
    tags: dict[str, int]
    heads: dict[str, int] = field(default_factory=dict)

    def next_id(self, table: type[Base]) -> int:
        """The next number of a table, taken."""
        self.taken[table] = self.taken.get(table, 0) + 1
        return self.taken[table]


def read_heads(session: Session) -> dict[str, int]:
    """The counters of the live rooms by name."""
    return {name: last for name, last in session.execute(select(LiveRoom.name, LiveRoom.last_seq))}  # noqa: C416


def read_ground(session: Session) -> Ground:
    """The ground of this database."""
    shelves = session.execute(select(Category.slug, Category.id, Category.space_id))
    return Ground(
        taken=highest_ids(session, NUMBERED),
        categories={slug: (row, space) for slug, row, space in shelves},
        tags={slug: row for slug, row in session.execute(select(Tag.slug, Tag.id))},  # noqa: C416
        heads=read_heads(session),
    )
