"""What the template of a topic's page needs, put together from kept pieces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from flask import current_app, render_template, url_for
from markupsafe import Markup

from app.accounts.models import User
from app.config import Settings
from app.core.cache import FragmentCache
from app.core.i18n import current_lang
from app.core.markdown import plain
from app.core.policy import Actor
from app.core.subjects import Link, kind
from app.engagement.queries import Engagement, engagement_of
from app.forum import policy, thread
from app.forum.addresses import narrowed, topic_url
from app.forum.bars import Rights, pattern_bars, render_bar
from app.forum.forms import reply_form
from app.forum.fragments import fragments_of, render_head
from app.forum.models import Topic
from app.forum.reading import Reading, accepted_number, people_named
from app.forum.structured import discussion_posting
from app.forum.thread import PostHead

_pieces = FragmentCache(8_000_000)
_ADDRESS = "\ue000"
"""A mark from the private use area in the place of an address."""


class Item(NamedTuple):
    """A post on the page, with what stands above it and the reader's bar below it."""

    public_id: str
    number: int | None
    fragment: Markup
    bar: Markup
    day: datetime | None
    """Set where a new day begins."""
    is_first_unread: bool


def render_topic(actor: Actor, reading: Reading, page: int) -> str:
    """The page in the interface language in force."""
    topic, lang = reading.topic, current_lang()
    heads = thread.heads(topic, page)
    engagement = engagement_of(actor, "post", [head.id for head in heads], ("topic", topic.id))
    rights = Rights(actor, topic)
    last_read = None if actor.is_visitor else engagement.last_read
    return render_template(
        "forum/show_topic.html",
        topic=topic,
        page=page,
        last_page=thread.page_count(topic),
        page_url=lambda number: topic_url(topic, number),
        head=render_head(topic, engagement.tags),
        items=_items(heads, engagement, rights, last_read, lang),
        patterns=pattern_bars(rights, lang),
        engagement=engagement,
        last_read=last_read,
        unread=max(topic.post_count - last_read, 0) if last_read is not None else 0,
        rights=rights,
        reply=policy.can_reply(actor, topic),
        form=reply_form(actor) if rights.replies and isinstance(actor, User) else None,
        subject=_linked(actor, topic),
        seq=reading.stamp.seq,
        lines=_live_lines(topic, lang),
        actor=actor,
        **_aside(reading, lang),
        **_addresses(topic),
        **(_for_search_engines(topic, heads, page) if actor.is_visitor else {}),
    )


def _items(
    heads: Sequence[PostHead], engagement: Engagement, rights: Rights, last_read: int | None, lang: str
) -> list[Item]:
    zone = ZoneInfo(cast(Settings, current_app.extensions["settings"]).timezone)
    items: list[Item] = []
    before: date | None = None
    for head, fragment in zip(heads, fragments_of(heads, lang), strict=True):
        day = head.created_at.astimezone(zone).date()
        items.append(
            Item(
                head.public_id,
                head.number,
                fragment,
                render_bar(rights.bar(head, engagement), lang),
                head.created_at if before not in {None, day} else None,
                last_read is not None and head.number == last_read + 1,
            )
        )
        before = day
    return items


def _addresses(topic: Topic) -> dict[str, str]:
    """Addresses of the page, each built once."""
    here = url_for("forum.find_topic", public_id=topic.public_id)
    follow = narrowed(url_for("engagement.follow"), kind="topic", id=topic.public_id)
    return {
        "topic_base": here,
        "topic_address": topic_url(topic),
        "follow_url": follow,
        "read_url": narrowed(url_for("engagement.mark_read"), kind="topic", id=topic.public_id),
    }


def _aside(reading: Reading, lang: str) -> dict[str, Markup]:
    """Places in the topic and who speaks in it: the same for all its readers, kept in one piece each."""
    topic = reading.topic
    key = (topic.id, topic.version, topic.post_count, reading.stamp, lang)
    rail, people = _pieces.get((*key, "rail")), _pieces.get((*key, "people"))
    if rail is None or people is None:
        get = current_app.jinja_env.get_template
        members, number = people_named(reading.people.ids), accepted_number(topic)
        accepted = topic_url(topic, number=number) if number else ""
        places = {"topic": topic, "accepted": accepted, "first": topic_url(topic, number=1)}
        rail = _pieces.put((*key, "rail"), get("forum/_rail.html").render(**places))
        said = get("forum/_people.html").render(people=members, others=reading.people.total - len(members))
        people = _pieces.put((*key, "people"), said)
    return {"rail": Markup(rail), "people": Markup(people)}  # noqa: S704 - rendered by templates


def _live_lines(topic: Topic, lang: str) -> dict[str, Markup]:
    """Lines that the live layer fills: who reads, who writes, what came."""
    lines = {}
    for name in ("presence", "typing", "pill"):
        kept = _pieces.get((name, lang))
        if kept is None:
            live = current_app.jinja_env.get_template("_components/live.html").module
            made = live.post_pill(_ADDRESS) if name == "pill" else getattr(live, name)()  # type: ignore[attr-defined]
            kept = _pieces.put((name, lang), str(made))
        lines[name] = Markup(kept)  # noqa: S704 - rendered by a template
    last = url_for("forum.show_last", public_id=topic.public_id)
    return lines | {"pill": Markup(lines["pill"].replace(_ADDRESS, last))}


def _linked(actor: Actor, topic: Topic) -> Link | None:
    """The subject that the topic discusses, for those who may see it."""
    if not topic.linked_kind or topic.linked_id is None:
        return None
    declared = kind(topic.linked_kind)
    if topic.linked_id not in declared.visible_to(actor, [topic.linked_id]):
        return None
    return declared.link(declared.load([topic.linked_id])[topic.linked_id])


def _for_search_engines(topic: Topic, heads: Sequence[PostHead], page: int) -> dict[str, Any]:
    """Description and structured facts: for visitors' pages alone, which are kept as bytes."""
    opening = thread.opening_of(topic)
    if opening is None or opening.state != "visible":
        return {}
    text = " ".join(plain(opening.html).split())
    settings = cast(Settings, current_app.extensions["settings"])
    return {
        "description": text if len(text) <= 160 else f"{text[:159].rsplit(' ', 1)[0]}…",
        "structured": discussion_posting(topic, opening, text, settings.site_url) if page == 1 else None,
    }


def clear() -> None:
    """Forget every piece."""
    _pieces.clear()
