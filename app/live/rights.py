"""Who may follow a room, asked when a socket joins and again before each delivery."""

from __future__ import annotations

from collections.abc import Collection
from threading import Lock
from time import monotonic

from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.accounts.models import SessionRecord, User
from app.core.db import db, now
from app.core.errors import NotFound
from app.core.policy import Actor
from app.core.subjects import kind
from app.live.roster import Socket

KEPT = 2.0
"""Seconds a verdict is kept: a right may also end by the clock, which no event tells."""


def may_follow(actor: Actor, room: str) -> bool:
    """Whether an actor may see what happens in a room: `user:<id>` is the member's own, others are subjects'."""
    name, _, number = room.partition(":")
    if not number.isdecimal() or len(number) > 15:
        return False
    if name == "user":
        return actor.actor_id == int(number)
    try:
        declared = kind(name)
    except NotFound:
        return False
    return declared.has_room and int(number) in declared.visible_to(actor, [int(number)])


class Rights:
    """Verdicts about sockets in rooms, kept for a moment and dropped when an event may have changed them."""

    def __init__(self) -> None:
        self._verdicts: dict[tuple[str, int | None], tuple[float, bool]] = {}
        self._lock = Lock()

    def drop(self) -> None:
        """Ask everyone again."""
        with self._lock:
            self._verdicts.clear()

    def refused(self, room: str, sockets: Collection[Socket]) -> list[Socket]:
        """The sockets that may no longer follow this room. What every visitor may see needs no further question."""
        if self._verdict(room, None):
            return []
        return [socket for socket in sockets if not self._verdict(room, socket.user_id)]

    def _verdict(self, room: str, user_id: int | None) -> bool:
        key = (room, user_id)
        known = self._verdicts.get(key)
        if known and monotonic() - known[0] < KEPT:
            return known[1]
        actor = VISITOR if user_id is None else member(user_id)
        verdict = actor is not None and may_follow(actor, room)
        with self._lock:
            if len(self._verdicts) > 20_000:
                self._verdicts.clear()
            self._verdicts[key] = (monotonic(), verdict)
        return verdict


def member(user_id: int) -> User | None:
    """The member, read anew, if they may still act."""
    user = db.session.get(User, user_id, populate_existing=True)
    return user if user and user.active and user.status == "active" else None


def is_signed_in(socket: Socket) -> bool:
    """Whether the member of a socket may still act and the device is still signed in."""
    if socket.user_id is None:
        return True
    if member(socket.user_id) is None:
        return False
    found = select(SessionRecord.id).where(SessionRecord.id == socket.session_id, SessionRecord.expires_at > now())
    return db.session.scalar(found) is not None
