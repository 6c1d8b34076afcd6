"""A page of a topic: what is read of it in few queries, and what is kept of it between requests.

Everything kept carries in its key what it was made from. `stamp` is the seq of the topic's live room, which moves with
every event in it, and the versions of the members whose names the page shows beside its posts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import lazyload

from app.accounts.models import User
from app.core.db import db
from app.core.errors import NotFound
from app.core.events import LiveRoom
from app.core.policy import Actor
from app.forum.drafting.queries import has_reply_draft
from app.forum.models import Post, Topic
from app.forum.order.waiting import has_own
from app.forum.queries import topic_seen_by
from app.forum.reach import Reach, reach_of
from app.forum.reading.thread import participants

MOST_TOPICS = 4096


class Stamp(NamedTuple):
    """What moves when something in a topic, or the name of someone named beside its posts, changes."""

    seq: int
    people: int


class People(NamedTuple):
    """The most active authors of a topic, and how many there are."""

    ids: Sequence[int]
    total: int


NOBODY = People((), 0)


@dataclass(frozen=True)
class Noted:
    """What is known of a topic from an earlier reading of it."""

    stamp: tuple[int, int]
    """Seq of its room and number of posts when its authors were counted."""
    people: People


class Notes:
    """Authors by topic, the longest unused forgotten first."""

    def __init__(self) -> None:
        self._noted: OrderedDict[str, Noted] = OrderedDict()
        self._lock = Lock()

    def get(self, public_id: str) -> Noted | None:
        """What is known of a topic."""
        with self._lock:
            return self._noted.get(public_id)

    def put(self, public_id: str, noted: Noted) -> None:
        """Remember what was read of a topic."""
        with self._lock:
            self._noted[public_id] = noted
            self._noted.move_to_end(public_id)
            while len(self._noted) > MOST_TOPICS:
                self._noted.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._noted.clear()


notes = Notes()


@dataclass(frozen=True)
class Reading:
    """A topic as one reader may see it now."""

    topic: Topic
    stamp: Stamp
    people: People
    own_waiting: int = 0
    """How many texts of the reader wait for a moderator here."""
    own_drafts: int = 0
    """How many replies the reader has begun here."""


def read_topic(actor: Actor, public_id: str) -> Reading:
    """A topic with its category, space, stamp and authors: one query when its authors are known. Raises NotFound."""
    noted = notes.get(public_id)
    topic, seq, versions, *own = _read(actor, public_id, noted.people.ids if noted else ())
    stamp = (seq, topic.post_count)
    if noted and noted.stamp == stamp:
        return Reading(topic, Stamp(seq, versions), noted.people, *own)
    people = People(*participants(topic))
    notes.put(public_id, Noted(stamp, people))
    return Reading(topic, Stamp(seq, db.session.scalar(select(_versions(people.ids))) or 0), people, *own)


def _read(actor: Actor, public_id: str, people: Sequence[int]) -> tuple[Topic, int, int, int, int]:
    query = _statement(reach_of(actor))
    row = db.session.execute(query, {"public_id": public_id, "people": list(people), "me": actor.actor_id or 0}).first()
    if row is None:
        raise NotFound
    topic, seq, versions, waiting, drafts = row
    return topic, seq, versions, waiting, drafts


@lru_cache(maxsize=512)
def _statement(reach: Reach) -> Any:
    """The statement for all readers of the same reach: building it costs more than running it."""
    seq = select(LiveRoom.last_seq).where(LiveRoom.name == literal("topic:").concat(Topic.id)).scalar_subquery()
    return topic_seen_by(reach).add_columns(
        func.coalesce(seq, 0),
        _versions(bindparam("people", expanding=True)),
        has_own(Topic.id, bindparam("me")),
        has_reply_draft(Topic.id, bindparam("me")),
    )


def _versions(people: Any) -> Any:
    return select(func.coalesce(func.sum(User.version), 0)).where(User.id.in_(people)).scalar_subquery()


def people_named(ids: Sequence[int]) -> list[User]:
    """Members in the order of their ids as given."""
    query = select(User).where(User.id.in_(ids)).options(lazyload(User.roles))
    found = {member.id: member for member in db.session.scalars(query)}
    return [found[member_id] for member_id in ids if member_id in found]


_numbers: OrderedDict[tuple[int, int], int] = OrderedDict()


def accepted_number(topic: Topic) -> int | None:
    """The number of the accepted answer; asked of the database once for each version of the topic."""
    post_id, key = topic.accepted_post_id, (topic.id, topic.version)
    if post_id is None:
        return None
    if key not in _numbers:
        number = db.session.scalar(select(Post.number).where(Post.id == post_id))
        if number is None:
            return None
        _numbers[key] = number
        while len(_numbers) > MOST_TOPICS:
            _numbers.popitem(last=False)
    return _numbers[key]


def clear() -> None:
    """Forget everything known of topics."""
    notes.clear()
    _numbers.clear()
