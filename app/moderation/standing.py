"""Levels of trust, worked out each night: they rise with taking part, and fall after sanctions alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, or_, select

from app.accounts.models import SeenDay, User
from app.accounts.trust import BASIC, NEW, REGULAR
from app.core import options
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.i18n import lazy_pgettext
from app.core.options import Option, declare
from app.core.policy import YES, Actor, Ruling, no
from app.moderation.measures import Measures, earned, measures_of
from app.moderation.models import Decision
from app.moderation.policy import can_open_desk

SANCTION_DAYS = declare(
    Option(
        name="trust.sanction_days",
        kind="int",
        default=90,
        least=1,
        most=730,
        group="trust",
        label=lazy_pgettext("option", "Days that a sanction keeps a member's level down"),
    )
)
CEILING = {"warn": BASIC, "exclude": BASIC, "suspend": NEW, "ban": NEW}
"""The highest level after each sanction."""
BATCH = 500
DAYS_KEPT = timedelta(days=400)
PRIVATE = lazy_pgettext("trust", "A member's level is known to the member and to moderators alone.")


def can_see_level(actor: Actor, member: User) -> Ruling:
    """The member, and whoever keeps order."""
    if not actor.is_visitor and actor.actor_id == member.id:
        return YES
    return YES if can_open_desk(actor) else no(PRIVATE)


def ceilings(ids: Sequence[int]) -> dict[int, int]:
    """The highest level that sanctions in force leave to these members; those without any are absent."""
    since = now() - timedelta(days=options.value(SANCTION_DAYS.name))
    query = select(Decision.member_id, Decision.act).where(
        Decision.member_id.in_(ids), Decision.act.in_(CEILING), Decision.created_at > since, Decision.state != "lifted"
    )
    found: dict[int, int] = {}
    for member_id, act in db.session.execute(query):
        assert member_id is not None
        found[member_id] = min(found.get(member_id, REGULAR), CEILING[act])
    return found


def level_now(member: User, measures: Measures, ceiling: int = REGULAR) -> int:
    """The level a member should have: never lower than the one held, but for sanctions."""
    return min(max(member.trust, earned(measures)), ceiling)


def work_out(since: timedelta = timedelta(days=2)) -> int:
    """Work out the levels of whoever was here, or was sanctioned, lately. Returns how many changed."""
    lately = now() - since
    sanctioned = select(Decision.member_id).where(Decision.created_at > lately, Decision.member_id.is_not(None))
    query = select(User.id).where(User.status == "active", or_(User.last_seen_at > lately, User.id.in_(sanctioned)))
    changed, after = 0, 0
    while ids := list(db.session.scalars(query.where(User.id > after).order_by(User.id).limit(BATCH))):
        changed, after = changed + _work_out(ids), ids[-1]
    return changed


def _work_out(ids: Sequence[int]) -> int:
    measures, above = measures_of(ids), ceilings(ids)
    changed = 0
    with unit_of_work():
        for member in db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)).unique():
            level = level_now(member, measures[member.id], above.get(member.id, REGULAR))
            changed += level != member.trust
            member.trust = level
    return changed


def forget_days() -> None:
    """Days of long ago say nothing more."""
    db.session.execute(delete(SeenDay).where(SeenDay.day < (now() - DAYS_KEPT).date()))
