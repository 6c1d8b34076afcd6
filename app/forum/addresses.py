"""Addresses of topics and of places in them."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol
from urllib.parse import urlencode

from flask import url_for

from app.core.slugs import slugify
from app.forum.reading.thread import page_of

TAKEN = {
    "at",
    "edit",
    "last",
    "merge",
    "moderate",
    "move",
    "on",
    "questions",
    "recap",
    "reply",
    "session",
    "split",
    "unread",
}
"""Last parts of addresses that lead elsewhere: a topic of that title is told apart by a hyphen."""


class Titled(Protocol):
    """A topic, whole or narrow."""

    @property
    def public_id(self) -> str: ...

    @property
    def title(self) -> str: ...


def topic_slug(topic: Titled) -> str:
    """The readable end of a topic's address."""
    return _slug(topic.title)


@lru_cache(maxsize=4096)
def _slug(title: str) -> str:
    slug = slugify(title)
    return f"{slug}-" if slug in TAKEN else slug


def topic_url(topic: Titled, page: int = 1, number: int | None = None) -> str:
    """A page of a topic, or the message of that number on its page."""
    shown = page_of(number) if number else page
    path = url_for("forum.show_topic", public_id=topic.public_id, slug=topic_slug(topic))
    return path + (f"?page={shown}" if shown > 1 else "") + (f"#p{number}" if number else "")


def narrowed(address: str, **query: str | None) -> str:
    """An address with what is set of a query. (`url_for` would take `lang` for the language of the interface.)"""
    kept = {name: value for name, value in query.items() if value}
    return f"{address}?{urlencode(kept)}" if kept else address
