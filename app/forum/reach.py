"""How far an actor's roles reach: which spaces they moderate, and which they take part in."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, true

from app.accounts.models import SPACE_ROLES
from app.core.policy import Actor
from app.forum.models import JOINED, Space


class Reach(NamedTuple):
    """What decides which spaces someone sees. Two actors of the same reach see the same."""

    is_visitor: bool
    moderated: frozenset[int] | None
    """Spaces moderated; None for all of them."""
    joined: frozenset[int]
    """Spaces in which the actor is a participant or a facilitator."""


def reach_of(actor: Actor) -> Reach:
    """The reach of an actor's roles in force."""
    moderated = moderated_spaces(actor)
    held = (role for role in getattr(actor, "roles", ()) if role.name in SPACE_ROLES and role.is_in_force)
    joined = frozenset() if moderated is None else frozenset(role.space_id for role in held)
    return Reach(actor.is_visitor, None if moderated is None else frozenset(moderated), joined)


def moderated_spaces(actor: Actor) -> set[int] | None:
    """Ids of the spaces an actor moderates; None for all of them."""
    if actor.is_staff:
        return None
    held = [role for role in getattr(actor, "roles", ()) if role.name in {"moderator", "facilitator"}]
    spaces = {role.space_id for role in held if role.is_in_force}
    return None if None in spaces else spaces


def among(spaces: frozenset[int] | None) -> ColumnElement[bool]:
    """Condition on Space: one of these, or any where they are None."""
    if spaces is None:
        return true()
    return Space.id.in_(sorted(spaces)) if spaces else false()


def seen_by(reach: Reach) -> ColumnElement[bool]:
    """Condition on Space: what is in it may be seen (policy.can_see_space)."""
    open_to = ("public",) if reach.is_visitor else ("public", "members")
    inside = and_(Space.visibility.in_(JOINED), among(reach.joined)) if reach.joined else false()
    return or_(Space.visibility.in_(open_to), among(reach.moderated), inside)


def known_by(reach: Reach) -> ColumnElement[bool]:
    """Condition on Space: it may be named (policy.can_know_space)."""
    asked_for = false() if reach.is_visitor else Space.visibility == "request"
    return or_(seen_by(reach), asked_for)
