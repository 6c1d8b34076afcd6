"""Keeping order: hide, restore, lock and pin, each with a reason in the audit log."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Invalid
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import require
from app.core.subjects import SubjectHidden, SubjectPublished
from app.forum import policy
from app.forum.events import PostHidden, PostRestored
from app.forum.lifecycle import POST_STATES, TOPIC_STATES, next_state
from app.forum.models import Category, Post, Topic
from app.forum.queries import SHOWN_STATES
from app.forum.services import drop_acceptance, lock_post, tell_topic_changed, tell_words_changed

REASON_NEEDED = lazy_pgettext("forum rule", "Say why: the reason is shown and kept in the log.")


def _reason(text: str) -> str:
    reason = text.strip()[:500]
    if not reason:
        raise Invalid(REASON_NEEDED, "reason")
    return reason


def hide_post(actor: User, post: Post, reason: str) -> Post:
    """Hide a post from everyone but the log; its number stays. Raises NotAllowed, Invalid, Conflict."""
    lock_post(post)
    require(policy.can_moderate(actor, post.topic))
    why = _reason(reason)
    post.state, post.state_reason, post.state_at = next_state(POST_STATES, "hide", post.state), why, now()
    post.version += 1
    drop_acceptance(post)
    audit(actor, "hide", "post", post.id, why, post.topic.category.space_id)
    record(PostHidden(post.topic_id, post.id))
    record(SubjectHidden("post", post.id))
    tell_words_changed(post)
    return post


def restore_post(actor: User, post: Post, reason: str) -> Post:
    """Show a hidden post again. Raises NotAllowed, Invalid, Conflict."""
    lock_post(post)
    require(policy.can_moderate(actor, post.topic))
    why = _reason(reason)
    post.state, post.state_reason, post.state_at = next_state(POST_STATES, "restore", post.state), "", None
    post.version += 1
    audit(actor, "restore", "post", post.id, why, post.topic.category.space_id)
    record(PostRestored(post.topic_id, post.id))
    record(SubjectPublished("post", post.id))
    tell_words_changed(post)
    return post


def change_topic_state(actor: User, topic: Topic, action: str, reason: str) -> Topic:
    """Lock, unlock, hide or restore a topic (an action of `TOPIC_STATES`). Raises NotAllowed, Invalid, Conflict."""
    lock(topic)
    require(policy.can_moderate(actor, topic))
    why = _reason(reason)
    topic.state = next_state(TOPIC_STATES, action, topic.state)
    topic.state_reason, topic.state_at, topic.state_by_id = why, now(), actor.id
    topic.version += 1
    audit(actor, action, "topic", topic.id, why, topic.category.space_id)
    if action in {"hide", "restore"}:
        _count_in_category(topic, -1 if action == "hide" else 1)
        # Before what looks different: live readers lose the room before its head is told.
        record(SubjectHidden("topic", topic.id) if action == "hide" else SubjectPublished("topic", topic.id))
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


def pin_topic(actor: User, topic: Topic, is_pinned: bool, reason: str) -> Topic:
    """Keep a topic at the top of its category, or let it go. Raises NotAllowed, Invalid."""
    lock(topic)
    require(policy.can_moderate(actor, topic))
    why = _reason(reason)
    topic.is_pinned = is_pinned
    topic.version += 1
    audit(actor, "pin" if is_pinned else "unpin", "topic", topic.id, why, topic.category.space_id)
    tell_topic_changed(topic)
    db.session.flush()
    return topic
