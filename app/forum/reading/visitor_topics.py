"""Pages of topics for visitors, kept whole (`accounts.visitor_pages`) as long as nothing in the topic has changed.

One narrow statement tells: the seq of the topic's live room moves with every event in it, versions of posts with their
words and their authors' names, versions of members with the names beside the posts. So a page of a topic, which says
nothing that depends on the minute, outlives what happens elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import text

from app.accounts import visitor_pages
from app.accounts.visitor_pages import Key
from app.core import options
from app.core.db import db
from app.forum.models import PAGE
from app.forum.reading.pages import Reading

_PEOPLE = tuple(f"person{place}" for place in range(9))
"""Names of parameters: those who take part as the page shows them, and who closed the topic. One list of any length
would have the statement written anew at each request."""
_STAMP = text(
    f"""
SELECT topic.id, topic.version, topic.post_count, topic.title, category.title, space.title,
 coalesce((SELECT last_seq FROM live_room WHERE name = :room), 0),
 (SELECT sum(version) FROM post WHERE topic_id = topic.id AND number BETWEEN :first AND :last),
 (SELECT sum(version) FROM member WHERE id IN ({", ".join(f":{name}" for name in _PEOPLE)}))
FROM topic JOIN category ON category.id = topic.category_id JOIN space ON space.id = category.space_id
WHERE topic.public_id = :public_id AND topic.state IN ('open', 'locked') AND space.visibility = 'public'
"""  # noqa: S608 - names of parameters alone
)


@dataclass(frozen=True)
class Made:
    """What a page of a topic was made of, and where to look for it."""

    room: str
    people: Sequence[int]
    stamp: tuple[Any, ...]


def find(public_id: str, page: int) -> Response | None:
    """The answer to this request from what is kept, or None when there is none or something has changed."""
    key = visitor_pages.key_here("page")
    kept = visitor_pages.pages().get(key) if key else None
    if kept is None:
        return None
    made: Made = kept.made_of
    return visitor_pages.answer(kept) if _stamp(public_id, page, made.room, made.people) == made.stamp else None


def begin(reading: Reading, page: int) -> tuple[Key, Made] | None:
    """Note what a page will be made of, before it is, where every visitor would get the same page."""
    topic, key = reading.topic, visitor_pages.key_here("page")
    if topic.linked_kind or key is None:
        return None
    room, people = f"topic:{topic.id}", tuple(reading.people.ids) + ((topic.state_by_id,) if topic.state_by_id else ())
    stamp = _stamp(topic.public_id, page, room, people)
    if stamp is None or (stamp[1], stamp[6]) != (topic.version, reading.stamp.seq):
        return None
    return key, Made(room, people, stamp)


def _stamp(public_id: str, page: int, room: str, people: Sequence[int]) -> tuple[Any, ...] | None:
    named = [*people, *[0] * (len(_PEOPLE) - len(people))]
    values: dict[str, Any] = dict(zip(_PEOPLE, named, strict=True)) | {"public_id": public_id, "room": room}
    values |= {"first": (page - 1) * PAGE + 1, "last": page * PAGE}
    with db.engine.connect() as connection:  # a session would cost as much as the statement
        row = connection.execute(_STAMP, values).first()
    return (*map(_comparable, row), options.stamp()) if row else None


def _comparable(value: Any) -> Any:
    return repr(value) if isinstance(value, dict) else value
