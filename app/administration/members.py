"""Members as the desk finds them: by name, handle, mail, state and role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.accounts.models import Role, User
from app.core.db import db, now
from app.core.errors import NotFound
from app.core.pagination import KeyPage, key_page

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What members are looked for by; empty strings look for all."""

    words: str = ""
    state: str = ""
    role: str = ""


def list_members(wanted: Wanted, after: str | None) -> KeyPage[User]:
    """The members found, the newest first."""
    query = select(User).where(*_conditions(wanted))

    def fetch(statement: Select[Any]) -> Sequence[User]:
        return db.session.scalars(statement).unique().all()

    return key_page(fetch, query, User.created_at, User.id, lambda user: (user.created_at, user.id), after, PAGE)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if words := wanted.words.strip().removeprefix("@").lower():
        fields = (User.handle, func.lower(User.display_name), func.lower(User.email))
        conditions.append(or_(*(field.contains(words, autoescape=True) for field in fields)))
    if wanted.state:
        conditions.append(User.status == wanted.state)
    if wanted.role:
        held = select(Role.user_id).where(Role.name == wanted.role, or_(Role.until.is_(None), Role.until > now()))
        conditions.append(User.id.in_(held))
    return conditions


def count_states() -> dict[str, int]:
    """How many members are in each state."""
    counts = select(User.status, func.count()).group_by(User.status)
    return {str(state): number for state, number in db.session.execute(counts)}


def get_member(public_id: str) -> User:
    """A member in any state. Raises NotFound."""
    if member := db.session.scalars(select(User).where(User.public_id == public_id)).unique().first():
        return member
    raise NotFound


def role_holders() -> list[tuple[User, Role]]:
    """Who holds which role: the highest roles first, ended ones last. Taking part in a space is no such role, nor is
    being excluded from one."""
    rows = db.session.execute(select(User, Role).join(Role, Role.user_id == User.id)).unique().all()
    order = {"administrator": 0, "staff": 1, "moderator": 2, "facilitator": 3}
    held = [(member, role) for member, role in rows if role.name in order]
    return sorted(held, key=lambda row: (not row[1].is_in_force, order[row[1].name], row[0].display_name.lower()))


def counted_administrators(except_id: int) -> int:
    """How many other active members hold the role of administrator without end."""
    held = select(func.count(func.distinct(Role.user_id))).join(User, User.id == Role.user_id)
    held = held.where(Role.name == "administrator", Role.until.is_(None), User.status == "active")
    return db.session.scalar(held.where(Role.user_id != except_id)) or 0
