"""Whole pages of topics for visitors, kept as bytes and served as long as nothing they show has changed.

One narrow statement tells: the seq of the topic's live room moves with every event in it, versions of posts with their
words and their authors' names, versions of members with the names beside the posts. What the page does not show is not
asked. Members are never served a kept page.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import Any

from flask import Response, request, session
from sqlalchemy import bindparam, text

from app.accounts.actor import current_actor
from app.core import options
from app.core.asking import wants_light
from app.core.db import db
from app.core.i18n import current_lang
from app.forum.addresses import topic_slug
from app.forum.models import PAGE
from app.forum.reading.pages import Reading

MOST_BYTES = 32_000_000

_STAMP = text(
    """
SELECT topic.id, topic.version, topic.post_count, topic.title, category.title, space.title,
 coalesce((SELECT last_seq FROM live_room WHERE name = :room), 0),
 (SELECT sum(version) FROM post WHERE topic_id = topic.id AND number BETWEEN :first AND :last),
 (SELECT sum(version) FROM member WHERE id IN :people)
FROM topic JOIN category ON category.id = topic.category_id JOIN space ON space.id = category.space_id
WHERE topic.public_id = :public_id AND topic.state IN ('open', 'locked') AND space.visibility = 'public'
"""
).bindparams(bindparam("people", expanding=True))


@dataclass(frozen=True)
class Kept:
    """A page and what it was made from."""

    slug: str
    room: str
    people: Sequence[int]
    stamp: tuple[Any, ...]
    etag: str
    body: bytes


class Pages:
    """Kept pages by key; the longest unused give way."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Any, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Any) -> Kept | None:
        """The page under a key, which may be out of date."""
        with self._lock:
            if found := self._pages.get(key):
                self._pages.move_to_end(key)
            return found

    def put(self, key: Any, kept: Kept) -> None:
        """Keep a page in place of an older one."""
        with self._lock:
            older = self._pages.pop(key, None)
            self._bytes += len(kept.body) - (len(older.body) if older else 0)
            self._pages[key] = kept
            while self._bytes > MOST_BYTES and len(self._pages) > 1:
                self._bytes -= len(self._pages.popitem(last=False)[1].body)

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


pages = Pages()


def find(public_id: str, slug: str, page: int) -> Response | None:
    """The answer to this request from what is kept, or None when there is none or something has changed."""
    if not _is_plain() or not current_actor().is_visitor:
        return None
    kept = pages.get(_key(public_id, page))
    if kept is None or kept.slug != slug or _stamp(public_id, page, kept.room, kept.people) != kept.stamp:
        return None
    return _answer(kept)


@dataclass(frozen=True)
class Begun:
    """A page about to be made, with its stamp read before its parts: what changes meanwhile makes it out of date."""

    key: Any
    slug: str
    room: str
    people: Sequence[int]
    stamp: tuple[Any, ...]


def begin(reading: Reading, page: int) -> Begun | None:
    """Note what a page will be made from, where every visitor would get the same page."""
    topic = reading.topic
    if topic.linked_kind or not _is_plain() or not current_actor().is_visitor:
        return None
    room, people = f"topic:{topic.id}", tuple(reading.people.ids) + ((topic.state_by_id,) if topic.state_by_id else ())
    stamp = _stamp(topic.public_id, page, room, people)
    if stamp is None or (stamp[1], stamp[6]) != (topic.version, reading.stamp.seq):
        return None
    return Begun(_key(topic.public_id, page), topic_slug(topic), room, people, stamp)


def keep(answer: Response, begun: Begun | None) -> Response:
    """Keep the page for the next visitor; where nothing was begun the answer passes unchanged."""
    if begun is not None:
        body = answer.get_data()
        digest = blake2b(body, digest_size=12).hexdigest()
        pages.put(begun.key, Kept(begun.slug, begun.room, begun.people, begun.stamp, digest, body))
        answer.set_etag(digest, weak=True)
    return answer


def _is_plain() -> bool:
    """Whether the address says nothing but the page, and no message waits to be shown."""
    query = request.query_string
    return "_flashes" not in session and (not query or (query.startswith(b"page=") and query[5:].isdigit()))


def _key(public_id: str, page: int) -> tuple[Any, ...]:
    theme = request.cookies.get("theme")
    appearance = (theme if theme in {"light", "dark"} else "", wants_light())
    return (public_id, page, bool(request.query_string), current_lang(), options.stamp(), *appearance)


def _stamp(public_id: str, page: int, room: str, people: Sequence[int]) -> tuple[Any, ...] | None:
    values: dict[str, Any] = {"public_id": public_id, "room": room, "people": list(people) or [0]}
    values |= {"first": (page - 1) * PAGE + 1, "last": page * PAGE}
    row = db.session.execute(_STAMP, values).first()
    return tuple(map(_comparable, row)) if row else None


def _comparable(value: Any) -> Any:
    return repr(value) if isinstance(value, dict) else value


def _answer(kept: Kept) -> Response:
    known = {tag.partition(":")[0] for tag in request.if_none_match.as_set(include_weak=True)}
    answer = Response(status=304) if kept.etag in known else Response(kept.body, mimetype="text/html")
    answer.set_etag(kept.etag, weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Cookie")
    return answer
