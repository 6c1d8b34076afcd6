"""Deciding on what waits: approve, refuse with a reason, or, for its author, take back."""

from __future__ import annotations

from dataclasses import replace

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.lifecycle import OUT_OF_STEP, next_state
from app.core.policy import YES, Actor, Ruling, no, require
from app.forum.composing.extras import Extras, put_extras
from app.forum.drafts import PostDraft
from app.forum.events import TextDecided, TopicMoved
from app.forum.lifecycle import POST_STATES, TOPIC_STATES
from app.forum.models import UNPUBLISHED, Post
from app.forum.order.carried import extras_of
from app.forum.order.held import HeldText
from app.forum.policy import MODERATORS, NOT_YOURS
from app.forum.polls.policy import can_add_poll
from app.forum.services import (
    give_number,
    lock_post,
    replace_text,
    tell_carried,
    tell_published,
    tell_topic_opened,
)

HELD_STATES = {
    "approve": {"waiting": "approved"},
    "refuse": {"waiting": "refused"},
    "withdraw": {"waiting": "withdrawn", "refused": "withdrawn"},
}
TOPIC_GONE = lazy_pgettext("forum rule", "The topic is no longer shown: nothing can be added to it.")
SAY_WHY = lazy_pgettext("forum rule", "Say why: the author reads it.")
NOT_OWN = lazy_pgettext("forum rule", "Nobody approves what they wrote themselves.")


def can_decide(actor: Actor, held: HeldText) -> Ruling:
    """The moderators of the space, on what others wrote."""
    if not actor.moderates(held.space_id):
        return no(MODERATORS)
    return no(NOT_OWN) if held.author_id == actor.actor_id else YES


def can_take_back(actor: Actor, held: HeldText) -> Ruling:
    """Its author alone."""
    return YES if not actor.is_visitor and held.author_id == actor.actor_id else no(NOT_YOURS)


def approve(actor: User, held: HeldText) -> Post:
    """Publish what waited: a post takes the next number, an edit replaces the text. Raises NotAllowed, Conflict."""
    post = _kept(held)
    require(can_decide(actor, held))
    _step(actor, held, "approve")
    if held.kind == "edit":
        _apply_edit(actor, held)
    else:
        _publish(held)
    audit(actor, "approve", "post", post.id, space_id=held.space_id, what=held.kind)
    return post


def refuse(actor: User, held: HeldText, reason: str) -> Post:
    """Keep a text from being published; its author keeps it and reads why. Raises NotAllowed, Invalid, Conflict."""
    post = _kept(held)
    require(can_decide(actor, held))
    if not (why := reason.strip()[:500]):
        raise Invalid(SAY_WHY, "reason")
    _step(actor, held, "refuse")
    held.reason = why
    if held.kind != "edit":
        post.state, post.state_reason, post.state_at = next_state(POST_STATES, "refuse", post.state), why, now()
    if held.kind == "topic":
        post.topic.state = next_state(TOPIC_STATES, "refuse", post.topic.state)
    audit(actor, "refuse", "post", post.id, why, held.space_id, what=held.kind)
    return post


def take_back(actor: User, held: HeldText) -> Post:
    """The author no longer wants it published. Raises NotAllowed, Conflict."""
    post = _kept(held)
    require(can_take_back(actor, held))
    _step(actor, held, "withdraw")
    if held.kind != "edit":
        post.state, post.state_at = next_state(POST_STATES, "withdraw", post.state), now()
    if held.kind == "topic":
        post.topic.state = next_state(TOPIC_STATES, "withdraw", post.topic.state)
    return post


def _kept(held: HeldText) -> Post:
    """The post of what waits, locked with its topic and the row itself: the topic first, as all writers do."""
    post = lock_post(held.post)
    lock(held)
    return post


def _step(actor: User, held: HeldText, action: str) -> None:
    held.state, held.decided_at = next_state(HELD_STATES, action, held.state), now()
    held.decided_by_id = actor.id
    record(TextDecided(held.id, held.space_id, held.author_id or 0))


def _apply_edit(actor: User, held: HeldText) -> None:
    post = held.post
    if post.state != "visible":
        raise Conflict(OUT_OF_STEP)
    editor = held.author or actor
    put_extras(editor, post, _still_possible(editor, held))
    if (post.body, post.lang) == (held.body, held.lang):
        tell_carried(post)
    else:
        replace_text(editor, post, PostDraft(held.body, held.html, held.lang, post.client_token))


def _still_possible(editor: User, held: HeldText) -> Extras:
    """What the edit carries, but for a poll that the post can no longer take."""
    extras = extras_of(held.extras)
    if held.post.has_poll or not can_add_poll(editor, held.post):
        return replace(extras, poll=None)
    return extras


def _publish(held: HeldText) -> None:
    post, topic = held.post, held.post.topic
    if held.kind == "topic":
        topic.state, topic.created_at = next_state(TOPIC_STATES, "approve", topic.state), now()
        tell_topic_opened(topic)
    elif topic.state in {"hidden", "removed", *UNPUBLISHED}:
        raise Conflict(TOPIC_GONE)
    post.state = next_state(POST_STATES, "approve", post.state)
    post.created_at = now()
    give_number(post)
    db.session.flush()
    tell_published(post.author, post)
    record(TopicMoved(topic.id, held.space_id))
