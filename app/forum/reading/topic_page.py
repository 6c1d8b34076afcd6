"""What the template of a topic's page needs, put together from kept pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from flask import current_app, render_template, url_for
from markupsafe import Markup

from app.accounts.models import User
from app.config import Settings
from app.core.cache import FragmentCache
from app.core.i18n import current_lang, translated
from app.core.markdown import plain
from app.core.policy import Actor
from app.core.subjects import Link, kind
from app.engagement.queries import Engagement, engagement_of
from app.forum import policy
from app.forum.addresses import topic_url
from app.forum.attention import level_for
from app.forum.composing.kept_composer import render_composer
from app.forum.models import Topic
from app.forum.order.waiting import own_in_topic
from app.forum.polls.cards import poll_cards
from app.forum.reading import thread
from app.forum.reading.bars import Bar, Rights, pattern_bars, render_bar
from app.forum.reading.fragments import fragments_of, render_head
from app.forum.reading.pages import Reading, accepted_number, people_named
from app.forum.reading.structured import Counts, card_url, structured_topic
from app.forum.reading.thread import PostHead
from app.forum.sessions.page import session_view

_pieces = FragmentCache(8_000_000)
_posts = FragmentCache(16_000_000)
NO_POLL = Markup()


class Shown(NamedTuple):
    """What the list of posts of a page is made of. Readers for whom that is the same are shown the same bytes."""

    lang: str
    posts: tuple[tuple[int, int], ...]
    """Ids and versions."""
    bars: tuple[Bar, ...]
    polls: tuple[Markup, ...]
    """The poll of each post as these readers see it."""
    first_unread: int
    """The number of the first post that they have not read, where it is on this page, else 0."""
    unread: int
    """How many they have not read, if they are told so on this page."""


class Item(NamedTuple):
    """A post on the page, with what stands above it and the reader's bar below it."""

    head: PostHead
    fragment: Markup
    bar: Markup
    poll: Markup
    day: datetime | None
    """Set where a new day begins."""


def render_topic(actor: Actor, reading: Reading, page: int) -> str:
    """The page in the interface language in force."""
    topic, lang = reading.topic, current_lang()
    heads = thread.heads(topic, page)
    engagement = engagement_of(actor, "post", [head.id for head in heads], ("topic", topic.id))
    rights = Rights(actor, topic)
    session = session_view(actor, topic)
    rights.marked = session.marked
    last_read = None if actor.is_visitor else engagement.last_read
    unread = max(topic.post_count - last_read, 0) if last_read is not None else 0
    base = url_for("forum.find_topic", public_id=topic.public_id)
    return render_template(
        "forum/show_topic.html",
        topic=topic,
        page=page,
        last_page=thread.page_count(topic),
        head=render_head(topic, engagement.tags),
        posts=_list_of(heads, _shown(heads, engagement, rights, (last_read, unread), poll_cards(actor, topic, heads))),
        last_number=heads[-1].number if heads else 0,
        patterns=pattern_bars(rights, lang),
        session=session.panel,
        level=level_for(topic, engagement),
        is_bookmarked=("topic", topic.id) in engagement.bookmarked,
        last_read=last_read,
        unread=unread,
        rights=rights,
        reply=policy.can_reply(actor, topic),
        composer=render_composer(actor, topic, lang, reading.own_drafts > 0)
        if rights.replies and isinstance(actor, User)
        else "",
        subject=_linked(actor, topic),
        waiting=own_in_topic(actor, topic) if reading.own_waiting else (),
        seq=reading.stamp.seq,
        base=base,
        actor=actor,
        **_pieces_of(reading, page, base, (last_read, unread), lang),
        **(_for_search_engines(topic, heads, page, engagement.counts) if actor.is_visitor else {}),
    )


def _composer(actor: Actor, reading: Reading, lang: str) -> Markup:
    has_draft = reading.own_drafts > 0
    return render_composer(actor, reading.topic, lang, has_draft) if isinstance(actor, User) else Markup("")


def _shown(
    heads: Sequence[PostHead],
    engagement: Engagement,
    rights: Rights,
    place: tuple[int | None, int],
    polls: Mapping[int, Markup],
) -> Shown:
    last_read, unread = place
    first_unread = 0 if last_read is None else last_read + 1
    is_here = any(head.number == first_unread for head in heads)
    return Shown(
        current_lang(),
        tuple((head.id, head.version) for head in heads),
        tuple(rights.bar(head, engagement) for head in heads),
        tuple(polls.get(head.id, NO_POLL) for head in heads),
        first_unread if is_here else 0,
        unread if is_here else 0,
    )


def _list_of(heads: Sequence[PostHead], shown: Shown) -> Markup:
    """The posts of a page as HTML."""
    kept = _posts.get(shown)
    if kept is None:
        template = current_app.jinja_env.get_template("forum/_posts.html")
        html = template.render(items=_items(heads, shown), first_unread=shown.first_unread, unread=shown.unread)
        kept = _posts.put(shown, html)
    return Markup(kept)  # noqa: S704 - rendered by a template


def _items(heads: Sequence[PostHead], shown: Shown) -> list[Item]:
    zone = ZoneInfo(cast(Settings, current_app.extensions["settings"]).timezone)
    items: list[Item] = []
    before: date | None = None
    fragments = fragments_of(heads, shown.lang)
    for head, fragment, bar, poll in zip(heads, fragments, shown.bars, shown.polls, strict=True):
        day = head.created_at.astimezone(zone).date()
        begins = head.created_at if before not in {None, day} else None
        items.append(Item(head, fragment, render_bar(bar, shown.lang), poll, begins))
        before = day
    return items


def _pieces_of(reading: Reading, page: int, base: str, place: tuple[int | None, int], lang: str) -> dict[str, Markup]:
    """Parts of the page that are the same for all who have read as far, each kept as it was rendered."""
    topic = reading.topic
    shelf = translated(topic.category.title)
    frame = {"topic": topic, "base": base, "page": page, "last_read": place[0], "unread": place[1]}
    size = (base, topic.post_count, lang)
    return {
        "above": _piece("_above.html", (topic.category.slug, shelf, lang), lambda: frame),
        "ways": _piece("_ways_through.html", (*size, page, place[1] > 0), lambda: frame),
        "below": _piece("_below.html", (*size, page, topic.title), lambda: frame | _paging(topic)),
        "aside": _piece("_aside.html", (*size, topic.version, reading.stamp, place), lambda: frame | _aside(reading)),
    }


def _piece(template: str, key: tuple[Any, ...], values: Callable[[], dict[str, Any]]) -> Markup:
    kept = _pieces.get((template, *key))
    if kept is None:
        html = current_app.jinja_env.get_template(f"forum/{template}").render(**values())
        kept = _pieces.put((template, *key), html)
    return Markup(kept)  # noqa: S704 - rendered by a template


def _paging(topic: Topic) -> dict[str, Any]:
    return {"last_page": thread.page_count(topic), "page_url": lambda number: topic_url(topic, number)}


def _aside(reading: Reading) -> dict[str, Any]:
    members, number = people_named(reading.people.ids), accepted_number(reading.topic)
    return {
        "people": members,
        "others": reading.people.total - len(members),
        "accepted": topic_url(reading.topic, number=number) if number else "",
    }


def _linked(actor: Actor, topic: Topic) -> Link | None:
    """The subject that the topic discusses, for those who may see it."""
    if not topic.linked_kind or topic.linked_id is None:
        return None
    declared = kind(topic.linked_kind)
    if topic.linked_id not in declared.visible_to(actor, [topic.linked_id]):
        return None
    return declared.link(declared.load([topic.linked_id])[topic.linked_id])


def _for_search_engines(topic: Topic, heads: Sequence[PostHead], page: int, counts: Counts) -> dict[str, Any]:
    """Description, picture and structured facts: for visitors' pages alone, which are kept as bytes."""
    opening = thread.opening_of(topic)
    if opening is None or opening.state != "visible":
        return {}
    text = " ".join(plain(opening.html).split())
    site_url = cast(Settings, current_app.extensions["settings"]).site_url
    structured = structured_topic(topic, [head.id for head in heads], counts, site_url) if page == 1 else None
    shared = {"url": site_url + topic_url(topic), "image": site_url + card_url(topic)}
    return {
        "description": text if len(text) <= 160 else f"{text[:159].rsplit(' ', 1)[0]}…",
        "structured": structured,
        "shared": shared,
    }


def clear() -> None:
    """Forget every piece."""
    _pieces.clear()
    _posts.clear()
