"""Keeping order: hide, restore, remove, lock and pin, each with a reason in the audit log."""

from __future__ import annotations

from sqlalchemy import select

from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Invalid
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.core.subjects import SubjectHidden, SubjectPublished
from app.forum import policy
from app.forum.events import PostHidden, PostRestored
from app.forum.lifecycle import POST_STATES, TOPIC_STATES, next_state
from app.forum.models import Category, Post, Topic
from app.forum.queries import SHOWN_STATES
from app.forum.services import drop_acceptance, lock_post, tell_topic_changed, tell_words_changed

REASON_NEEDED = lazy_pgettext("forum rule", "Say why: the reason is shown and kept in the log.")


def reason_of(text: str) -> str:
    """Why a moderator decides, as it is kept. Raises Invalid where nothing is said."""
    reason = text.strip()[:500]
    if not reason:
        raise Invalid(REASON_NEEDED, "reason")
    return reason


def hide_post(actor: Actor, post: Post, reason: str) -> Post:
    """Hide a post from everyone but the log; its number stays. Raises NotAllowed, Invalid, Conflict."""
    lock_post(post)
    require(policy.can_moderate(actor, post.topic))
    why = reason_of(reason)
    before, after = post.state, next_state(POST_STATES, "hide", post.state)
    post.state, post.state_reason, post.state_at = after, why, now()
    post.version += 1
    drop_acceptance(post)
    _note_post(actor, "hide", post, why, before)
    record(PostHidden(post.topic_id, post.id))
    record(SubjectHidden("post", post.id))
    tell_words_changed(post)
    return post


def restore_post(actor: Actor, post: Post, reason: str) -> Post:
    """Show a hidden post again. Raises NotAllowed, Invalid, Conflict."""
    lock_post(post)
    require(policy.can_moderate(actor, post.topic))
    return _show_post(actor, post, "restore", reason_of(reason))


def reinstate_post(actor: Actor, post: Post, reason: str) -> Post:
    """Bring back a post that was removed: what an appeal leads to. Raises NotAllowed, Invalid, Conflict."""
    lock_post(post)
    require(policy.can_moderate(actor, post.topic))
    return _show_post(actor, post, "reinstate", reason_of(reason))


def _show_post(actor: Actor, post: Post, action: str, why: str) -> Post:
    before = post.state
    post.state, post.state_reason, post.state_at = next_state(POST_STATES, action, before), "", None
    post.version += 1
    _note_post(actor, action, post, why, before)
    record(PostRestored(post.topic_id, post.id))
    record(SubjectPublished("post", post.id))
    tell_words_changed(post)
    return post


def remove_post(actor: Actor, post: Post, reason: str) -> Post:
    """Take a post away, hidden before or not; its number stays as a tombstone. Raises NotAllowed, Invalid, Conflict."""
    lock_post(post)
    require(policy.can_moderate(actor, post.topic))
    why, before = reason_of(reason), post.state
    hidden = next_state(POST_STATES, "hide", before) if before == "visible" else before
    post.state, post.state_reason, post.state_at = next_state(POST_STATES, "remove", hidden), why, now()
    post.version += 1
    drop_acceptance(post)
    _note_post(actor, "remove", post, why, before)
    record(PostHidden(post.topic_id, post.id))
    record(SubjectHidden("post", post.id))
    tell_words_changed(post)
    return post


def _note_post(actor: Actor, action: str, post: Post, why: str, before: str) -> None:
    space_id = post.topic.category.space_id
    audit(actor, action, "post", post.id, why, space_id, before=before, after=post.state)


def change_topic_state(actor: Actor, topic: Topic, action: str, reason: str) -> Topic:
    """Lock, unlock, hide, restore, remove or reinstate a topic. Raises NotAllowed, Invalid, Conflict."""
    lock(topic)
    require(policy.can_reinstate(actor, topic) if action == "reinstate" else policy.can_moderate(actor, topic))
    why, before = reason_of(reason), topic.state
    from_state = "hidden" if action == "remove" and before in SHOWN_STATES else before
    topic.state = next_state(TOPIC_STATES, action, from_state)
    topic.state_reason, topic.state_at, topic.state_by_id = why, now(), actor.actor_id
    topic.version += 1
    audit(actor, action, "topic", topic.id, why, topic.category.space_id, before=before, after=topic.state)
    was_shown, is_shown = before in SHOWN_STATES, topic.state in SHOWN_STATES
    if was_shown is not is_shown:
        _count_in_category(topic, 1 if is_shown else -1)
        # Before what looks different: live readers lose the room before its head is told.
        record(SubjectPublished("topic", topic.id) if is_shown else SubjectHidden("topic", topic.id))
    tell_topic_changed(topic)
    return topic


def _count_in_category(topic: Topic, change: int) -> None:
    """A hidden topic is in no count, and not the last one of its category."""
    db.session.flush()
    shelf = topic.category
    shelf.topic_count = Category.topic_count + change
    shelf.post_count = Category.post_count + change * topic.post_count
    shown = select(Topic.id).where(Topic.category_id == shelf.id, Topic.state.in_(SHOWN_STATES))
    shelf.last_topic_id = db.session.scalar(shown.order_by(Topic.last_post_at.desc(), Topic.id.desc()).limit(1))


def pin_topic(actor: Actor, topic: Topic, is_pinned: bool, reason: str) -> Topic:
    """Keep a topic at the top of its category, or let it go. Raises NotAllowed, Invalid."""
    lock(topic)
    require(policy.can_moderate(actor, topic))
    why = reason_of(reason)
    topic.is_pinned = is_pinned
    topic.version += 1
    audit(actor, "pin" if is_pinned else "unpin", "topic", topic.id, why, topic.category.space_id)
    tell_topic_changed(topic)
    db.session.flush()
    return topic
