"""Personal data of moderation: what was reported and decided stays, without whom it concerned."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from app.core.db import db
from app.core.i18n import lazy_pgettext
from app.core.personal import Personal, declare_personal, erases
from app.moderation.models import Appeal, Decision, Report


def lodged_by(member_id: int) -> ColumnElement[bool]:
    """The appeals of a member: against what was decided on them, or because their report led to nothing."""
    concerned = select(Decision.id).where(Decision.member_id == member_id)
    reported = select(Report.id).where(Report.reporter_id == member_id)
    return or_(and_(Appeal.report_id.is_(None), Appeal.decision_id.in_(concerned)), Appeal.report_id.in_(reported))


declare_personal(
    Personal(
        "report", "reporter_id", lazy_pgettext("data", "Reports you sent"), "forget",
        fields=("created_at", "subject_kind", "subject_id", "reason", "text", "state"), also=("taken_by_id",),
    ),
    Personal(
        "decision", "member_id", lazy_pgettext("data", "Decisions that concern you"), "forget",
        fields=("created_at", "act", "subject_kind", "subject_id", "reason", "statement", "until"), also=("actor_id",),
        names=(
            ("act", lazy_pgettext("data", "Decision")),
            ("statement", lazy_pgettext("data", "Statement of reasons")),
        ),
    ),
    Personal(
        "appeal", "decided_by_id", lazy_pgettext("data", "Appeals you decided"), "forget",
        fields=("created_at", "state"),
    ),
    Personal(
        "appeal", "decided_by_id", lazy_pgettext("data", "Appeals you sent"), "own", whose=lodged_by,
        copied_as="appeal_sent", fields=("created_at", "lang", "text", "state", "answer"),
        names=(("answer", lazy_pgettext("data", "Answer")),),
    ),
)  # fmt: skip


@erases("moderation")
def forget_owner(member: Any) -> None:
    """Reports no longer say whose the subject was, nor by which address they came; what was said in appeals goes."""
    db.session.execute(update(Appeal).where(lodged_by(member.id)).values(text=""))
    db.session.execute(update(Report).where(Report.owner_id == member.id).values(owner_id=None))
    if member.email:
        db.session.execute(update(Report).where(Report.email == member.email).values(email=None))
