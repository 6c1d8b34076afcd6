"""Members and sessions, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import defer

from app.accounts.models import SessionRecord, User
from app.core.db import Utc, db, now
from app.core.errors import NotFound
from app.core.policy import Actor


@dataclass(frozen=True)
class OpenSession:
    """The session of a request."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    is_shared_device: bool


_UNREAD = (defer(User.password), defer(User.presentation), defer(User.us_totp_secrets), defer(User.us_phone_number))


def is_welcome() -> ColumnElement[bool]:
    """The condition that a member may be signed in."""
    return User.active.is_(True) & (User.status == "active")


_BY_TOKEN = (
    select(User, SessionRecord.id, SessionRecord.created_at, SessionRecord.last_seen_at, SessionRecord.is_shared_device)
    .join(SessionRecord, SessionRecord.user_id == User.id)
    .where(
        SessionRecord.token == bindparam("token"),
        SessionRecord.awaits_code.is_(False),
        SessionRecord.expires_at > bindparam("moment", type_=Utc()),
        is_welcome(),
    )
    .options(*_UNREAD)
)
"""Built once: building it costs more than running it, and it runs at every request of a member."""


def find_session(digest: str) -> tuple[User, OpenSession] | None:
    """The member signed in with a token of that digest, with roles, in one query; None when the session has ended."""
    row = db.session.execute(_BY_TOKEN, {"token": digest, "moment": now()}).unique().first()
    return (row[0], OpenSession(*row[1:])) if row else None


def find_waiting(digest: str, since: datetime) -> tuple[User, SessionRecord] | None:
    """The member who has taken the first step of signing in since that moment, and the session that waits."""
    waiting = (
        select(User, SessionRecord)
        .join(SessionRecord, SessionRecord.user_id == User.id)
        .where(
            SessionRecord.token == digest,
            SessionRecord.awaits_code.is_(True),
            SessionRecord.created_at > since,
            is_welcome(),
        )
    )
    row = db.session.execute(waiting).unique().first()
    return (row[0], row[1]) if row else None


def list_sessions(member: User) -> Sequence[SessionRecord]:
    """The devices a member is signed in on, the last used first."""
    record = SessionRecord
    mine = select(record).where(record.user_id == member.id, record.expires_at > now(), record.awaits_code.is_(False))
    return db.session.scalars(mine.order_by(record.last_seen_at.desc(), record.id.desc())).all()


def get_session(actor: Actor, session_id: int) -> SessionRecord:
    """One of the actor's own sessions. Raises NotFound."""
    record = db.session.get(SessionRecord, session_id)
    if record is None or record.user_id != actor.actor_id:
        raise NotFound
    return record


def find_member(name: str) -> User | None:
    """The member with this handle or e-mail address."""
    wanted = name.strip().lower().removeprefix("@")
    matches = select(User).where(or_(User.handle == wanted, func.lower(User.email) == wanted))
    return db.session.scalars(matches).unique().first()


def get_member(_actor: Actor, handle: str) -> User:
    """The active member with this handle, whom everyone may see. Raises NotFound."""
    found = select(User).where(User.handle == handle.lower(), User.status == "active")
    if member := db.session.scalars(found).unique().first():
        return member
    raise NotFound


def is_handle_taken(handle: str, except_id: int | None = None) -> bool:
    """Whether another member has this handle."""
    owner = db.session.scalar(select(User.id).where(User.handle == handle))
    return owner is not None and owner != except_id
