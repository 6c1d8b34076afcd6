"""Reading a topic: its pages, ways to a place in it, and the fragments of its posts."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask import current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts import visitor_pages
from app.accounts.actor import current_actor
from app.config import Settings
from app.core.errors import NotFound
from app.core.i18n import current_lang
from app.core.typed import whole
from app.engagement.queries import read_markers
from app.forum import queries
from app.forum.addresses import topic_slug, topic_url
from app.forum.blueprint import bp
from app.forum.models import Topic
from app.forum.moving.merged import follows_merges
from app.forum.order.waiting_views import show_unpublished
from app.forum.reading import thread, visitor_topics
from app.forum.reading.fragments import fragments_of
from app.forum.reading.pages import read_topic
from app.forum.reading.topic_page import render_topic

ONE_YEAR = 365 * 24 * 3600


@bp.get("/topics/<public_id>/<slug>")
@follows_merges
def show_topic(public_id: str, slug: str) -> ResponseReturnValue:
    """One page of a topic. Visitors are served kept bytes as long as nothing on the page has changed."""
    actor = current_actor()
    number = request.args.get("page", "1")
    page = int(number) if number.isdecimal() and len(number) < 7 else 0
    if kept := visitor_topics.find(public_id, page):
        return kept
    try:
        reading = read_topic(actor, public_id)
    except NotFound:
        return show_unpublished(actor, public_id)
    if slug != topic_slug(reading.topic):
        query = request.query_string.decode("latin-1")
        return redirect(topic_url(reading.topic) + (f"?{query}" if query else ""))
    if not 1 <= page <= thread.page_count(reading.topic):
        raise NotFound
    begun = visitor_topics.begin(reading, page)
    answer = make_response(render_topic(actor, reading, page))
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Cookie")
    return visitor_pages.keep(*begun, answer) if begun else answer


@bp.get("/topics/<public_id>")
@follows_merges
def find_topic(public_id: str) -> ResponseReturnValue:
    """A topic without the readable end of its address."""
    return redirect(topic_url(queries.get_topic(current_actor(), public_id)))


@bp.get("/topics/<public_id>/unread")
@follows_merges
def show_unread(public_id: str) -> ResponseReturnValue:
    """To the first message the reader has not read; the first of all for who was never there."""
    actor = current_actor()
    topic = queries.get_topic(actor, public_id)
    read = read_markers(actor, "topic", [topic.id]).get(topic.id, 0)
    return _to_number(topic, read + 1)


@bp.get("/topics/<public_id>/at")
@follows_merges
def jump_to_number(public_id: str) -> ResponseReturnValue:
    """Where the form "message n" leads."""
    number = request.args.get("number", type=whole)
    topic = queries.get_topic(current_actor(), public_id)
    return _to_number(topic, number or 1)


@bp.get("/topics/<public_id>/at/<int:number>")
@follows_merges
def show_number(public_id: str, number: int) -> ResponseReturnValue:
    """To a message by its number, the last one where there are fewer."""
    return _to_number(queries.get_topic(current_actor(), public_id), number)


@bp.get("/topics/<public_id>/on")
@follows_merges
def jump_to_date(public_id: str) -> ResponseReturnValue:
    """Where the form "from a day on" leads."""
    return _to_date(public_id, request.args.get("day", ""))


@bp.get("/topics/<public_id>/on/<day>")
@follows_merges
def show_date(public_id: str, day: str) -> ResponseReturnValue:
    """To the first message of a day (2026-11-23) in the site's time zone, or after it."""
    return _to_date(public_id, day)


@bp.get("/topics/<public_id>/last")
@follows_merges
def show_last(public_id: str) -> ResponseReturnValue:
    """To the last message."""
    topic = queries.get_topic(current_actor(), public_id)
    return _to_number(topic, topic.post_count)


@bp.get("/posts/<public_id>")
def show_post(public_id: str) -> ResponseReturnValue:
    """The permanent address of a message leads to its place in its topic; a tombstone has one too."""
    post = queries.get_post(current_actor(), public_id)
    if post.number is None or post.state == "removed":
        raise NotFound
    return redirect(topic_url(post.topic, number=post.number))


@bp.get("/fragments/posts/<public_id>/<int:version>")
def show_fragment(public_id: str, version: int) -> ResponseReturnValue:
    """The fragment of a post in one version, for scripts. It never changes, and only its reader's browser keeps it."""
    actor = current_actor()
    post = queries.get_post(actor, public_id)
    head = thread.heads_of([post.id])[post.id]
    if head.version != version or head.state == "removed":
        raise NotFound
    answer = make_response(str(fragments_of([head], current_lang())[0]))
    answer.headers["Cache-Control"] = f"private, max-age={ONE_YEAR}, immutable"
    answer.vary.add("Cookie")
    return answer


def _to_number(topic: Topic, number: int) -> ResponseReturnValue:
    inside = min(max(number, 1), max(topic.post_count, 1))
    return _moving(topic_url(topic, number=inside))


def _to_date(public_id: str, day: str) -> ResponseReturnValue:
    topic = queries.get_topic(current_actor(), public_id)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    settings = cast(Settings, current_app.extensions["settings"])
    return _moving(topic_url(topic, number=thread.number_on(topic, wanted, settings.timezone)))


def _moving(address: str) -> ResponseReturnValue:
    """A redirect that leads elsewhere next time: no browser keeps it."""
    answer = redirect(address)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
