"""What holds for messages while their topic is live: their length, and how soon one follows another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.db import db, now
from app.core.errors import Invalid, NotFound, TooMany
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor
from app.forum.drafts import PostDraft
from app.forum.models import Post, Topic
from app.forum.sessions.models import LIVE_MESSAGE_MAX, LiveSession
from app.forum.sessions.policy import is_leader

KIND = "live_session"
LONG_MESSAGE = lazy_pgettext("forum rule", "While the session is live a message has at most %(most)s characters.")
SLOW = lazy_pgettext("forum rule", "Slow mode is on: you may write again in %(seconds)s s.")


def find_session(topic: Topic) -> LiveSession | None:
    """The session of a topic the actor was found to see, with its leaders; None where it has none."""
    if topic.kind != KIND:
        return None
    query = select(LiveSession).where(LiveSession.topic_id == topic.id)
    return db.session.scalars(query.options(joinedload(LiveSession.hosts).lazyload(User.roles))).unique().first()


def is_live(topic: Topic) -> bool:
    """Whether a topic is live now."""
    session = find_session(topic)
    return session is not None and session.phase == "live"


def get_session(topic: Topic) -> LiveSession:
    """The session of a topic. Raises NotFound."""
    if (session := find_session(topic)) is None:
        raise NotFound
    return session


def seconds_to_wait(actor: Actor, session: LiveSession) -> int:
    """How long slow mode keeps someone from writing; those who lead the session never wait."""
    if session.phase != "live" or not session.slow_mode or actor.is_visitor or is_leader(actor, session):
        return 0
    query = select(func.max(Post.created_at)).where(
        Post.topic_id == session.topic_id, Post.author_id == actor.actor_id, Post.state != "refused"
    )
    last = cast("datetime | None", db.session.scalar(query))
    if last is None or last < session.phase_at:
        return 0
    rest = last + timedelta(seconds=session.slow_mode) - now()
    return max(0, -(-rest // timedelta(seconds=1)))


def check_live(actor: User, topic: Topic, draft: PostDraft) -> None:
    """What holds for a message while its topic is live, whose row is locked. Raises Invalid(body), TooMany."""
    session = find_session(topic)
    if session is None or session.phase != "live":
        return
    if len(draft.body) > LIVE_MESSAGE_MAX and not is_leader(actor, session):
        raise Invalid(LONG_MESSAGE % {"most": LIVE_MESSAGE_MAX}, "body")
    if seconds := seconds_to_wait(actor, session):
        raise TooMany(SLOW % {"seconds": seconds})
