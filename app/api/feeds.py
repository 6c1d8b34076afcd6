"""Atom feeds (RFC 4287): what everyone may read, as a list that other software follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from app.core.i18n import current_lang
from app.engagement.queries import TagLabel
from app.forum.addresses import topic_url
from app.forum.models import Post, Topic
from app.forum.reading.filling import author_name
from app.forum.reading.fragments import words_of
from app.forum.reading.rows import TopicHead

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that no XML document may hold, escaped or not."""


@dataclass(frozen=True)
class Entry:
    """A topic or a message in a feed."""

    id: str
    title: str
    lang: str
    url: str
    html: Markup
    author: str
    author_url: str
    published: datetime
    updated: datetime
    categories: Sequence[TagLabel] = ()
    in_reply_to: tuple[str, str] | None = None
    """Id and address of what it answers (RFC 4685)."""


@dataclass(frozen=True)
class Feed:
    """A feed: `url` is the page it tells of, `next_url` the feed of what came before (RFC 5005)."""

    key: str
    title: str
    url: str
    site_url: str
    entries: Sequence[Entry] = field(default_factory=tuple)
    next_url: str = ""


def entry_of(
    post: Post, topic: Topic | TopicHead, site_url: str, tags: Sequence[TagLabel], words: Markup, is_topic: bool
) -> Entry:
    """A post as an entry; as the entry of its topic it has the topic's address and moment of change."""
    author = url_for("site.show_member", handle=post.author.handle) if post.author and post.author.has_card else ""
    address = topic_url(topic) if is_topic else topic_url(topic, number=post.number)
    replied = post.reply_to if not is_topic else None
    return Entry(
        id=atom_id(site_url, "topic" if is_topic else "post", topic.public_id if is_topic else post.public_id),
        title=topic.title, lang=topic.lang if is_topic else post.lang, url=site_url + address, html=words,
        author=author_name(post), author_url=site_url + author if author else "",
        published=post.created_at, updated=max(post.edited_at or post.created_at, post.created_at), categories=tags,
        in_reply_to=(
            atom_id(site_url, "post", replied.public_id),
            site_url + url_for("forum.show_post", public_id=replied.public_id),
        ) if replied else None,
    )  # fmt: skip


def entries_of(
    pairs: Sequence[tuple[Post, Topic | TopicHead]], site_url: str, tags: dict[int, list[TagLabel]], is_topic: bool
) -> list[Entry]:
    """Posts with their topics as entries, in the order given."""
    words = words_of([post for post, _ in pairs], current_lang())
    return [entry_of(post, topic, site_url, tags.get(topic.id, ()), words[post.id], is_topic) for post, topic in pairs]


def atom_id(site_url: str, kind: str, public_id: str) -> str:
    """An identifier that stays when titles and addresses change (RFC 4151)."""
    return f"tag:{urlsplit(site_url).hostname},2026:{kind}:{public_id}"


def answered(feed: Feed) -> Response:
    """The feed, or 304 for who has it already: its tag is made of what it says."""
    updated = max((entry.updated for entry in feed.entries), default=None)
    body = render_template("api/feed.xml", feed=feed, updated=updated, self_url=feed.site_url + _self())
    response = Response(NOT_XML.sub("", body), content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Content-Language"] = current_lang()
    if updated:
        response.last_modified = updated
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _self() -> str:
    return request.full_path.rstrip("?")
