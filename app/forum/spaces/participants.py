"""Who is in a space, who asks to be, and which spaces nobody leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from app.accounts.models import SPACE_ROLES, Role, User
from app.core.db import db, now
from app.core.errors import NotFound
from app.core.pagination import KeyPage
from app.core.policy import Actor
from app.forum.models import JOINED, Space
from app.forum.spaces.models import SpaceRequest
from app.forum.spaces.policy import is_in

PEOPLE_PAGE = 50


@dataclass(frozen=True)
class Participant:
    """A member of a space with what they hold in it."""

    member: User
    role: str
    since: datetime | None
    until: datetime | None


def in_force() -> ColumnElement[bool]:
    """The condition that a role has not ended."""
    return or_(Role.until.is_(None), Role.until > now())


def _roles(space_id: int, *names: str) -> Any:
    return (
        select(User, Role)
        .join(Role, Role.user_id == User.id)
        .where(Role.space_id == space_id, Role.name.in_(names), in_force(), User.status == "active")
        .options(lazyload(User.roles))
    )


def facilitators_of(space_id: int) -> list[User]:
    """Those who lead a space, by name."""
    query = _roles(space_id, "facilitator").order_by(User.display_name)
    return [member for member, _role in db.session.execute(query)]


def leaders(space_id: int) -> list[Participant]:
    """Those who lead a space, with since when and until when."""
    query = _roles(space_id, "facilitator").order_by(User.display_name)
    return [Participant(member, role.name, role.since, role.until) for member, role in db.session.execute(query)]


def people_page(space_id: int, sought: str, after: str | None) -> KeyPage[Participant]:
    """One page of the participants of a space, the latest first, narrowed to a name or handle."""
    query = _roles(space_id, "participant")
    if sought:
        plain = sought.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{plain.removeprefix('@')}%"
        query = query.where(
            or_(func.lower(User.display_name).like(like, escape="\\"), User.handle.like(like, escape="\\"))
        )
    start = int(after) if after and after.isdecimal() and len(after) <= 15 else None
    if start:
        query = query.where(Role.id < start)
    rows = db.session.execute(query.order_by(Role.id.desc()).limit(PEOPLE_PAGE + 1)).all()
    shown = rows[:PEOPLE_PAGE]
    next_key = str(shown[-1][1].id) if len(rows) > PEOPLE_PAGE else None
    people = [Participant(member, role.name, role.since, role.until) for member, role in shown]
    return KeyPage(people, next_key, start is None)


def people_count(space_id: int) -> int:
    """How many take part in a space."""
    members = select(func.count(Role.user_id.distinct())).join(User, User.id == Role.user_id)
    inside = members.where(Role.space_id == space_id, Role.name.in_(SPACE_ROLES), in_force(), User.status == "active")
    return db.session.scalar(inside) or 0


def get_participant(space_id: int, handle: str) -> User:
    """A member who holds a role in the space. Raises NotFound."""
    query = select(User).join(Role, Role.user_id == User.id)
    inside = query.where(User.handle == handle, Role.space_id == space_id, Role.name.in_(SPACE_ROLES))
    member = db.session.scalars(inside).unique().first()
    if member is None:
        raise NotFound
    return member


def waiting_request(actor: Actor, space_id: int) -> SpaceRequest | None:
    """The request of the actor that waits for an answer."""
    query = select(SpaceRequest).where(
        SpaceRequest.user_id == actor.actor_id, SpaceRequest.space_id == space_id, SpaceRequest.state == "waiting"
    )
    return db.session.scalars(query).first()


def last_refusal(actor: Actor, space_id: int) -> SpaceRequest | None:
    """The latest request of the actor, where it was refused."""
    query = select(SpaceRequest).where(SpaceRequest.user_id == actor.actor_id, SpaceRequest.space_id == space_id)
    latest = db.session.scalars(query.order_by(SpaceRequest.id.desc()).limit(1)).first()
    return latest if latest and latest.state == "refused" else None


def waiting_requests(space_id: int) -> Sequence[SpaceRequest]:
    """Who waits to be let in, the longest first."""
    query = select(SpaceRequest).where(SpaceRequest.space_id == space_id, SpaceRequest.state == "waiting")
    shown = query.options(joinedload(SpaceRequest.user).lazyload(User.roles))
    return db.session.scalars(shown.order_by(SpaceRequest.id).limit(200)).all()


def get_request(space_id: int, request_id: int) -> SpaceRequest:
    """A request to enter this space. Raises NotFound."""
    found = db.session.get(SpaceRequest, request_id)
    if found is None or found.space_id != space_id:
        raise NotFound
    return found


def standing(actor: Actor, space: Space) -> str:
    """What the actor is to a space: "facilitator", "participant", "waiting", "keeper" (by a wider role), or nothing."""
    if actor.is_visitor:
        return ""
    if is_in(actor, space.id):
        held = {role.name for role in getattr(actor, "roles", ()) if role.space_id == space.id and role.is_in_force}
        return "facilitator" if "facilitator" in held else "participant"
    if space.visibility == "request" and waiting_request(actor, space.id):
        return "waiting"
    return "keeper" if actor.moderates(space.id) else ""


def leaderless_spaces() -> list[Space]:
    """Spaces that people enter by asking or by invitation, and that no facilitator leads."""
    leads = (
        select(Role.id)
        .join(User, User.id == Role.user_id)
        .where(Role.space_id == Space.id, Role.name == "facilitator", in_force(), User.status == "active")
    )
    query = select(Space).where(Space.visibility.in_(JOINED), Space.archived_at.is_(None), ~leads.exists())
    return list(db.session.scalars(query.order_by(Space.position)))
