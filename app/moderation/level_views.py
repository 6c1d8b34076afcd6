"""A member's level of trust: shown to the member, and to moderators."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts import trust
from app.accounts.actor import current_member
from app.accounts.models import User
from app.accounts.queries import get_member
from app.core.policy import require
from app.moderation.blueprint import bp
from app.moderation.measures import LABELS, measures_of, wanted
from app.moderation.standing import can_see_level, ceilings


@bp.get("/account/level")
@login_required
def show_level() -> ResponseReturnValue:
    """One's own level, what it allows and what the next one asks."""
    return _page(current_member())


@bp.get("/moderation/members/<handle>/level")
@login_required
def show_member_level(handle: str) -> ResponseReturnValue:
    """The level of a member, for moderators."""
    member = get_member(current_member(), handle)
    require(can_see_level(current_member(), member))
    return _page(member)


def _page(member: User) -> str:
    level = trust.level_of(member)
    measures = measures_of([member.id])[member.id]
    following = level + 1 if level < trust.REGULAR else None
    steps: list[tuple[Any, int, int]] = []
    if following is not None:
        steps = [(LABELS[name], getattr(measures, name), least) for name, least in wanted(following).items()]
    return render_template(
        "moderation/show_level.html",
        member=member,
        is_own=member.id == current_member().id,
        level=level,
        name=trust.name_of(level),
        following=trust.name_of(following) if following is not None else "",
        steps=steps,
        effects=trust.EFFECTS[level],
        is_held_down=ceilings([member.id]).get(member.id, trust.REGULAR) < trust.REGULAR,
    )
