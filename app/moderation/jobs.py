"""What ends by its date: suspensions, exclusions, and reports of which nothing more can come."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select

from app.core import jobs
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.oversight import HOUSE
from app.moderation.appealing import close
from app.moderation.deciding import end_due
from app.moderation.models import Appeal, Decision, Report
from app.moderation.standing import forget_days, work_out

QUIET = timedelta(days=30)
"""After which a report that led to nothing to appeal against is closed."""


@jobs.periodic(minute="*/5")
def end_what_is_due() -> None:
    """Let people in again whose suspension has ended."""
    due = select(Decision.id).where(Decision.state == "in_force", Decision.until <= now())
    if db.session.scalar(due.limit(1)) is not None:
        with unit_of_work():
            end_due(HOUSE, now())


@jobs.periodic(minute="23", hour="3")
def close_settled() -> None:
    """Close reports once the time to appeal is over and no appeal is open; a visitor's address goes with it."""
    settled = (
        select(Report)
        .join(Decision, Decision.id == Report.decision_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(
            Report.state.in_(("actioned", "dismissed")),
            func.coalesce(Appeal.state, "") != "open",
            or_(
                Decision.appeal_until <= now(),
                Decision.appeal_until.is_(None) & (Report.decided_at <= now() - QUIET),
                Appeal.state.in_(("upheld", "rejected")),
            ),
        )
    )
    with unit_of_work():
        for report in db.session.scalars(settled):
            close(report)


@jobs.periodic(minute="11", hour="2")
def work_out_levels() -> None:
    """Each night, work out the levels of trust of whoever was here."""
    work_out()
    with unit_of_work():
        forget_days()
