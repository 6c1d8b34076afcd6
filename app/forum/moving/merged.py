"""Addresses of topics that were merged: they lead to the topic that took them over, and into it where they named a
place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.actor import current_actor
from app.core.db import db
from app.core.errors import NotFound
from app.core.policy import Actor
from app.core.typed import whole
from app.forum import queries
from app.forum.addresses import narrowed, topic_url
from app.forum.models import PAGE, Post, Topic
from app.forum.moving.relocating import moved_to

View = Callable[..., ResponseReturnValue]


def follows_merges(view: View) -> View:
    """Lead from a topic that was merged to the other for good; one that may not be seen is not found."""

    @wraps(view)
    def led(public_id: str, **values: object) -> ResponseReturnValue:
        try:
            return view(public_id=public_id, **values)
        except NotFound:
            address = address_after_merge(current_actor(), public_id, _number(values))
            if address is None:
                raise
            return redirect(address, 301)

    return led


def address_after_merge(actor: Actor, public_id: str, number: int = 0) -> str | None:
    """Where a merged topic is read now, or the message that had this number in it; None where the actor may not."""
    topic, target = _merged(public_id), topic_after_merge(actor, public_id)
    if topic is None or target is None:
        return None
    stone = select(Post.moved_to_id).where(Post.topic_id == topic.id, Post.number == number)
    post = db.session.get(Post, db.session.scalar(stone) or 0)
    if post is None or not queries.visible_topic_ids(actor, [post.topic_id]):
        return topic_url(target)
    return topic_url(post.topic, number=post.number)


def topic_after_merge(actor: Actor, public_id: str) -> Topic | None:
    """The topic that took over a merged one; None where there is none that the actor may see."""
    topic = _merged(public_id)
    target = moved_to(topic) if topic else None
    return target if target and queries.visible_topic_ids(actor, [target.id]) else None


def _merged(public_id: str) -> Topic | None:
    return db.session.scalars(select(Topic).where(Topic.public_id == public_id, Topic.state == "merged")).first()


def replies_after_merge(view: View) -> View:
    """Send a reply to a topic that was merged meanwhile on to the other, with all that was typed."""

    @wraps(view)
    def led(public_id: str) -> ResponseReturnValue:
        try:
            return view(public_id=public_id)
        except NotFound:
            target = topic_after_merge(current_actor(), public_id)
            if target is None:
                raise
            address = url_for("forum.reply", public_id=target.public_id)
            kept = {name: request.args.get(name) for name in ("to", "quote")}
            return redirect(narrowed(address, **kept), 307)

    return led


def _number(values: dict[str, object]) -> int:
    """The message that an address names, or the first of the page that it names; 0 where it names none."""
    number = values.get("number") or request.args.get("number", 0, type=whole)
    page = request.args.get("page", 0, type=whole)
    named = number if isinstance(number, int) and number else (page - 1) * PAGE + 1 if page > 1 else 0
    return named if 0 < named < 10**9 else 0
