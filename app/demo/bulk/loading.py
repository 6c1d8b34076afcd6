"""Puts a large set into the tables: rows are made one after the other and inserted some thousands at a time."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.db import Base
from app.core.events import EventRow, LiveRoom
from app.core.files import LocalFiles, StoredFile, store_file
from app.demo.bulk.ground import NUMBERED, Ground, read_ground, read_heads
from app.demo.bulk.log import log_rows
from app.demo.bulk.plan import Plan, make_plan
from app.demo.bulk.posts import Written, marker_rows, post_rows
from app.demo.bulk.topics import Opened, Rows, Shelf, member_rows, topic_rows
from app.demo.reading import CONTENT
from app.demo.scales import Volume
from app.demo.tables import Report, Row, move_sequence
from app.engagement.models import Attachment, Bookmark, Follow, Reaction, ReactionCount, ReadMarker, Tag, Tagging
from app.forum.models import Category, Post, PostReference, Topic
from app.forum.sessions.models import LiveSession

BATCH = 5_000
SEED = 43
ORDER: list[type[Base]] = [
    User, Tag, Topic, Tagging, Follow, LiveSession, Post, PostReference, Attachment, Bookmark, Reaction, ReactionCount,
    ReadMarker, EventRow,
]  # fmt: skip
"""The tables in the order of their keys, so that each row finds what it points to."""


def load_volume(session: Session, volume: Volume, var: Path, until: datetime, report: Report) -> None:
    """Add the set in the unit of work in hand, beside the hand-written one."""
    ground = read_ground(session)
    opened = Opened()
    sink = Sink(session, report, volume.posts)
    plan = make_plan(volume, until, Random(SEED))  # noqa: S311 - nothing secret is drawn from it
    for table, row in all_rows(plan, ground, opened, keep_files(var), until):
        sink.add(table, row)
    sink.flush()
    _move_heads(session, ground)
    _count_shelves(session, opened.shelves)
    sink.move_sequences(ground)


def keep_files(var: Path) -> list[StoredFile]:
    """The files that posts of the set bear; there are a few, each kept once."""
    store = LocalFiles(var / "files")
    return [store_file(store, path.name, path.read_bytes()) for path in sorted((CONTENT / "files").iterdir())]


def all_rows(plan: Plan, ground: Ground, opened: Opened, files: list[StoredFile], until: datetime) -> Rows:
    """Every row of a plan, each after those it points to: the same plan and ground give the same rows."""
    rng = Random(SEED)  # noqa: S311
    order = plan.in_time()
    post_ids = _numbers(order, ground)
    yield from member_rows(plan, ground, opened, rng)
    yield from topic_rows(plan, ground, opened, post_ids, rng)
    written = Written(plan, ground, opened, post_ids, files, until, rng)
    yield from post_rows(written, order)
    yield from marker_rows(written)
    yield from log_rows(plan, ground, opened, post_ids, order, until)


def _numbers(order: Sequence[int], ground: Ground) -> array[int]:
    """The id of each post by its place in the plan; ids follow the time of writing."""
    post_ids = array("Q", bytes(8 * len(order)))
    for place in order:
        post_ids[place] = ground.next_id(Post)
    return post_ids


class Sink:
    """Takes rows and inserts them in batches, in the order of their keys."""

    def __init__(self, session: Session, report: Report, posts: int) -> None:
        self.session = session
        self.report, self.posts, self.done = report, posts, 0
        self.rows: dict[type[Base], list[Row]] = defaultdict(list)
        self.waiting = 0

    def add(self, table: type[Base], row: Row) -> None:
        """Take a row; what it points to was taken before."""
        self.rows[table].append(row)
        self.waiting += 1
        if self.waiting == BATCH:
            self.flush()

    def flush(self) -> None:
        """Insert what waits: straight into the tables, without making objects of rows."""
        for table in ORDER:
            if rows := self.rows.pop(table, None):
                self.session.execute(insert(Base.metadata.tables[table.__tablename__]), rows)
                self.done += len(rows) if table is Post else 0
        self.waiting = 0
        self.report("Loading", self.done, self.posts)

    def move_sequences(self, ground: Ground) -> None:
        """PostgreSQL numbers what comes later from where this ends."""
        if self.session.get_bind().dialect.name == "postgresql":
            for table in NUMBERED:
                if last := ground.taken.get(table):
                    self.session.execute(move_sequence(table), {"last": last})


def _move_heads(session: Session, ground: Ground) -> None:
    known = read_heads(session)
    new = [{"name": name, "last_seq": last} for name, last in ground.heads.items() if name not in known]
    for start in range(0, len(new), BATCH):
        session.execute(insert(Base.metadata.tables[LiveRoom.__tablename__]), new[start : start + BATCH])
    for name, last in ground.heads.items():
        if known.get(name, last) != last:
            session.execute(update(LiveRoom).where(LiveRoom.name == name).values(last_seq=last))


def _count_shelves(session: Session, shelves: dict[int, Shelf]) -> None:
    """What the categories count, and which of their topics was written in last."""
    for category_id, gained in shelves.items():
        here = Category.id == category_id
        newest = select(func.max(Topic.last_post_at)).join(Category, Category.last_topic_id == Topic.id).where(here)
        former = session.scalar(newest)
        latest = {} if former and former.timestamp() > gained.latest[0] else {"last_topic_id": gained.latest[1]}
        counts = {"topic_count": Category.topic_count + gained.topics, "post_count": Category.post_count + gained.posts}
        session.execute(update(Category).where(here).values(**counts, **latest))
