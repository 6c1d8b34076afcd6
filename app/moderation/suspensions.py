"""Whether what kept somebody out still does: asked when an account comes back that was suspended before it closed."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db, now
from app.moderation.models import Decision


def is_over(member: User) -> bool:
    """Whether every decision that kept the member out was taken back or has ended. Who was suspended by none of them,
    as from the command line, is out until let in."""
    query = select(Decision.state, Decision.until).where(
        Decision.member_id == member.id, Decision.act.in_(("suspend", "ban"))
    )
    decided = db.session.execute(query).all()
    return bool(decided) and not any(
        state == "in_force" and (until is None or until > now()) for state, until in decided
    )
