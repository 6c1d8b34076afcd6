"""What live readers are told of reactions, and a member's other tabs of what was followed and read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.live import Message, pushes
from app.core.subjects import kind
from app.engagement import queries
from app.engagement.events import FollowChanged, MemberEvent, ReactionChanged, ReadMoved
from app.engagement.models import Follow


@pushes(ReactionChanged)
def show_reactions(event: ReactionChanged, lang: str) -> Message | None:
    """All counts of the subject as they are now; nothing once it is hidden."""
    declared = kind(event.kind)
    subject = declared.load([event.id]).get(event.id)
    if subject is None or not declared.is_open(subject):
        return None
    if declared.room_of and declared.room_of(subject) != event.in_room:
        return None  # it has moved since: who read it there may not see it here
    counts = queries.reaction_counts(event.kind, [event.id])[event.id]
    return Message("reactions", {"kind": event.kind, "public_id": subject.public_id, "counts": counts})


@pushes(FollowChanged)
def show_follow(event: FollowChanged, lang: str) -> Message | None:
    """The level as it is now; null once the member follows no longer."""
    query = select(Follow.level).where(
        Follow.user_id == event.user_id, Follow.subject_kind == event.kind, Follow.subject_id == event.id
    )
    return _to_member("follow", event, {"level": db.session.scalars(query).first()})


@pushes(ReadMoved)
def show_read(event: ReadMoved, lang: str) -> Message | None:
    """How far the member has read in another tab or on another device."""
    return _to_member("read", event, {"number": event.number})


def _to_member(name: str, event: MemberEvent, data: dict[str, Any]) -> Message | None:
    subject = kind(event.kind).load([event.id]).get(event.id)
    return Message(name, {"kind": event.kind, "public_id": queries.public_name(subject), **data}) if subject else None
