"""What ends by its date: suspensions, exclusions, and reports of which nothing more can come."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select

from app.core import jobs
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.oversight import HOUSE
from app.core.subjects import kind
from app.moderation.appealing import close, close_gone
from app.moderation.deciding import end_due
from app.moderation.models import OPEN, Appeal, Decision, Report
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


@jobs.periodic(minute="*/5")
def keep_reports_in_place() -> None:
    """Open reports follow what they are about into another space; those of what is gone for good are closed."""
    waiting = db.session.scalars(select(Report).where(Report.state.in_(OPEN))).all()
    moved, gone = list[tuple[Report, int | None]](), list[Report]()
    for name in {report.subject_kind for report in waiting}:
        some = [report for report in waiting if report.subject_kind == name]
        rows, oversight = kind(name).load({report.subject_id for report in some}), kind(name).oversight
        gone += [report for report in some if report.subject_id not in rows]
        places = {row_id: oversight.space_id(row) if oversight else None for row_id, row in rows.items()}
        moved += [(one, places[one.subject_id]) for one in some if one.subject_id in places]
    moved = [(report, space_id) for report, space_id in moved if report.space_id != space_id]
    if moved or gone:
        with unit_of_work():
            for report, space_id in moved:
                report.space_id = space_id
            for report in gone:
                close_gone(report)


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
