"""Live sessions: opening one, changing it, moving it on; what may be said while it is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import delete, select

from app.accounts.models import User
from app.accounts.policy import OPERATOR
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid
from app.core.events import record, unit_of_work
from app.core.i18n import CONTENT, lazy_pgettext
from app.core.policy import Actor, require
from app.core.subjects import SubjectChanged
from app.forum import services
from app.forum.drafts import TopicDraft
from app.forum.models import Category
from app.forum.sessions.events import SessionChanged
from app.forum.sessions.lifecycle import LATE, next_phase
from app.forum.sessions.models import SLOW_MODE_MOST, LiveHost, LiveSession
from app.forum.sessions.policy import can_lead_session, can_open_session

LONGEST = timedelta(hours=12)
AHEAD = timedelta(days=730)
ENDS_FIRST = lazy_pgettext("forum rule", "The end comes before the start.")
TOO_LONG = lazy_pgettext("forum rule", "A session lasts twelve hours at most.")
IN_THE_PAST = lazy_pgettext("forum rule", "This moment has passed: choose a later one.")
TOO_FAR = lazy_pgettext("forum rule", "Choose a moment within the next two years.")
NO_ZONE = lazy_pgettext("forum rule", "Choose a time zone of the list.")
SLOW_BOUNDS = lazy_pgettext("option rule", "Write a whole number between %(least)s and %(most)s.")
NO_HOST = lazy_pgettext("forum rule", "There is no member of this name: check the handle.")
BEGUN = lazy_pgettext("forum rule", "The session has begun: its start can no longer be changed.")


@dataclass(frozen=True)
class SessionDraft:
    """When a session is, in which languages, and who leads it beside its author."""

    starts_at: datetime
    ends_at: datetime
    timezone: str
    langs: tuple[str, ...] = ()
    slow_mode: int = 0
    hosts: tuple[str, ...] = ()
    """Handles."""


def open_session(actor: User, category: Category, draft: TopicDraft, times: SessionDraft) -> LiveSession:
    """Open a topic that will be live. A retry with the same token returns the first. Raises NotAllowed, Invalid."""
    require(can_open_session(actor, category))
    _check(times)
    if times.starts_at < now() - timedelta(minutes=5):
        raise Invalid(IN_THE_PAST, "starts")
    topic = services.open_topic(actor, category, draft)
    if earlier := db.session.get(LiveSession, topic.id):
        return earlier
    session = LiveSession(
        topic=topic, topic_id=topic.id, starts_at=times.starts_at, ends_at=times.ends_at, timezone=times.timezone,
        langs=list(times.langs), slow_mode=times.slow_mode, phase="planned",
    )  # fmt: skip
    db.session.add(session)
    db.session.flush()
    _name_hosts(session, times.hosts)
    audit(actor, "open_session", "topic", topic.id, space_id=category.space_id)
    record(SessionChanged(topic.id))
    return session


def edit_session(actor: User, session: LiveSession, times: SessionDraft) -> None:
    """Change times, languages, slow mode and leaders. Raises NotAllowed, Invalid, Conflict."""
    require(can_lead_session(actor, session))
    _check(times)
    lock(session)
    if times.starts_at != session.starts_at:
        if session.phase != "planned":
            raise Conflict(BEGUN)
        if times.starts_at < now():
            raise Invalid(IN_THE_PAST, "starts")
    session.starts_at, session.ends_at, session.timezone = times.starts_at, times.ends_at, times.timezone
    session.langs, session.slow_mode = list(times.langs), times.slow_mode
    _name_hosts(session, times.hosts)
    audit(actor, "edit_session", "topic", session.topic_id, space_id=session.topic.category.space_id)
    _changed(session)


def set_slow_mode(actor: User, session: LiveSession, seconds: int) -> None:
    """Seconds that one person waits between two messages, 0 for none. Raises NotAllowed, Invalid."""
    require(can_lead_session(actor, session))
    _check_slow_mode(seconds)
    lock(session)
    session.slow_mode = seconds
    _changed(session)


def move_session(actor: User, session: LiveSession, action: str) -> None:
    """Begin, end, resume or close a session. Raises NotAllowed, Conflict."""
    require(can_lead_session(actor, session))
    _move(actor, session, action, "leader")


def _move(actor: Actor, session: LiveSession, action: str, by: str) -> None:
    lock(session)
    moment = now()
    session.phase = next_phase(action, session.phase, by, moment, session.starts_at, session.ends_at)
    session.phase_at = moment
    if action == "begin" and session.first_number is None:
        session.first_number = session.topic.post_count + 1
    audit(actor, f"{action}_session", "topic", session.topic_id, space_id=session.topic.category.space_id)
    record(SubjectChanged("topic", session.topic_id))
    _changed(session)


def _changed(session: LiveSession) -> None:
    session.version += 1
    db.session.flush()
    db.session.expire(session, ["hosts"])
    record(SessionChanged(session.topic_id))


def _check(times: SessionDraft) -> None:
    if times.timezone not in available_timezones():
        raise Invalid(NO_ZONE, "timezone")
    if times.ends_at <= times.starts_at:
        raise Invalid(ENDS_FIRST, "ends")
    if times.ends_at - times.starts_at > LONGEST:
        raise Invalid(TOO_LONG, "ends")
    if times.starts_at > now() + AHEAD:
        raise Invalid(TOO_FAR, "starts")
    if not set(times.langs) <= set(CONTENT):
        raise Invalid(lazy_pgettext("form", "Choose one of the options."), "langs")
    _check_slow_mode(times.slow_mode)


def _check_slow_mode(seconds: int) -> None:
    if not 0 <= seconds <= SLOW_MODE_MOST:
        raise Invalid(SLOW_BOUNDS % {"least": 0, "most": SLOW_MODE_MOST}, "slow_mode")


def _name_hosts(session: LiveSession, handles: Sequence[str]) -> None:
    """The members of these handles lead the session; the others no longer do. Raises Invalid(hosts)."""
    wanted = {handle.strip().lower().removeprefix("@") for handle in handles if handle.strip()}
    query = select(User).where(User.handle.in_(wanted), User.status == "active")
    found = {member.handle: member for member in db.session.scalars(query).unique()}
    space_id = session.topic.category.space_id
    closed = session.topic.category.space.visibility in {"request", "closed", "staff"}
    if wanted - found.keys() or (closed and not all(member.belongs_to(space_id) for member in found.values())):
        raise Invalid(NO_HOST, "hosts")
    db.session.execute(delete(LiveHost).where(LiveHost.topic_id == session.topic_id))
    db.session.add_all(LiveHost(topic_id=session.topic_id, user_id=member.id) for member in found.values())
    db.session.flush()
    db.session.expire(session, ["hosts"])


def run_due() -> int:
    """Begin the sessions whose time has come, end those whose time is long over; returns how many moved."""
    moment = now()
    late = LiveSession.ends_at < moment - LATE
    due = [
        ("lapse", (LiveSession.phase == "planned") & late),
        ("begin", (LiveSession.phase == "planned") & ~late & (LiveSession.starts_at <= moment)),
        ("end", (LiveSession.phase == "live") & late),
    ]
    moved = 0
    for action, condition in due:
        for topic_id in db.session.scalars(select(LiveSession.topic_id).where(condition)).all():
            moved += _moved_by_clock(topic_id, action)
    return moved


def _moved_by_clock(topic_id: int, action: str) -> int:
    try:
        with unit_of_work():
            session = db.session.get(LiveSession, topic_id)
            if session is None:
                return 0
            _move(OPERATOR, session, action, "clock")
    except Conflict:  # someone was quicker
        return 0
    return 1


def in_zone(moment: datetime, zone: str) -> datetime:
    """The moment on the clocks of a zone."""
    return moment.astimezone(ZoneInfo(zone))
