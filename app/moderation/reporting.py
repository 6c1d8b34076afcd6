"""Reports: sent by members and visitors, taken by moderators. The caller opens the unit of work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from app.accounts.models import User
from app.core.db import db, now
from app.core.errors import Invalid, NotAllowed, TooMany
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.lifecycle import next_state
from app.core.oversight import HOUSE
from app.core.policy import Actor, require
from app.core.subjects import SubjectKind, kind
from app.moderation import policy
from app.moderation.cases import Case, lock_reports
from app.moderation.deciding import hide_at_once
from app.moderation.drafts import ReportDraft
from app.moderation.events import ReportFiled, tell_desks
from app.moderation.lifecycle import REPORT_STATES
from app.moderation.models import OPEN, Decision, Report
from app.moderation.settings import reports_a_day, visitors_report
from app.terms.reasons import REASONS

LONGEST = 2000
A_DAY = timedelta(days=1)
DOUBTED, DOUBTED_A_DAY, DOUBT = 5, 2, 0.8
"""From five reports decided on, whoever was wrong in four out of five may send two a day."""
NO_REASON = lazy_pgettext("moderation rule", "Choose the reason that fits best.")
SAY_MORE = lazy_pgettext("moderation rule", "Say in a few words what is wrong.")
TOO_LONG = lazy_pgettext("moderation rule", "Shorten this text: at most %(most)s characters.")
NEEDS_ADDRESS = lazy_pgettext("moderation rule", "Give an e-mail address, so that we can tell you what we decide.")
ENOUGH = lazy_pgettext("moderation rule", "You have sent many reports today. Send the next one tomorrow.")
SIGN_IN = lazy_pgettext("moderation rule", "Sign in to report this.")


def report_subject(actor: Actor, kind_name: str, subject: Any, draft: ReportDraft) -> Report:
    """Report a subject that the actor may see. Who has reported it already is given that report while it is open.

    What concerns the safety of a minor is hidden at once. Raises NotAllowed, Invalid, TooMany.
    """
    declared = kind(kind_name)
    require(policy.can_report(actor, declared, subject))
    if actor.is_visitor and not visitors_report():
        raise NotAllowed(SIGN_IN)
    check(draft, actor.is_visitor)
    if earlier := open_report(actor, kind_name, subject.id, draft.email):
        return earlier
    _check_zeal(actor, draft.email)
    report = _write(actor, declared, subject, draft)
    db.session.add(report)
    db.session.flush()
    record(ReportFiled(report.id))
    tell_desks("filed", kind_name, subject.id, report.space_id)
    if draft.reason == "minor_safety" and not _was_cleared(report):
        hide_at_once(HOUSE, report)
    return report


def check(draft: ReportDraft, is_visitor: bool) -> None:
    """Refuse a report that says too little or too much. Raises Invalid."""
    if draft.reason not in REASONS:
        raise Invalid(NO_REASON, "reason")
    if draft.reason == "other" and not draft.text.strip():
        raise Invalid(SAY_MORE, "text")
    if len(draft.text) > LONGEST:
        raise Invalid(TOO_LONG % {"most": LONGEST}, "text")
    if is_visitor and not draft.email:
        raise Invalid(NEEDS_ADDRESS, "email")


def _write(actor: Actor, declared: SubjectKind, subject: Any, draft: ReportDraft) -> Report:
    assert declared.oversight is not None, "policy has refused other kinds"
    said = declared.oversight.words([subject])[subject.id]
    return Report(
        subject_kind=declared.name, subject_id=subject.id, space_id=declared.oversight.space_id(subject),
        owner_id=declared.owner_id(subject), lang=said.lang, reason=draft.reason,
        gravity=REASONS[draft.reason].gravity, text=draft.text.strip(), reporter_id=actor.actor_id,
        email=draft.email.lower() if actor.is_visitor else None,
        reporter_lang=actor.ui_lang if isinstance(actor, User) else draft.lang, state="new",
    )  # fmt: skip


def _by(actor: Actor, email: str) -> ColumnElement[bool]:
    return Report.email == email.lower() if actor.is_visitor else Report.reporter_id == actor.actor_id


def open_report(actor: Actor, kind_name: str, subject_id: int, email: str = "") -> Report | None:
    """The report that the same person has open about a subject; a visitor is known by their address."""
    same = (Report.subject_kind == kind_name, Report.subject_id == subject_id, Report.state.in_(OPEN))
    return db.session.scalars(select(Report).where(*same, _by(actor, email))).first()


def _check_zeal(actor: Actor, email: str) -> None:
    """Refuse more reports than one person may send in a day; fewer of those whose reports lead to nothing."""
    counts = select(
        func.count().filter(Report.created_at > now() - A_DAY),
        func.count().filter(Report.decided_at.is_not(None)),
        func.count().filter(Decision.act == "dismiss"),
    )
    joined = counts.select_from(Report).outerjoin(Decision, Decision.id == Report.decision_id)
    today, decided, unfounded = db.session.execute(joined.where(_by(actor, email))).one()
    is_doubted = decided >= DOUBTED and unfounded / decided >= DOUBT
    if today >= (DOUBTED_A_DAY if is_doubted else reports_a_day()):
        raise TooMany(ENOUGH)


def _was_cleared(report: Report) -> bool:
    """Whether a moderator left the subject in place after such a report: it is not hidden again by itself."""
    same = (Report.subject_kind == report.subject_kind, Report.subject_id == report.subject_id)
    query = select(Report.id).join(Decision, Decision.id == Report.decision_id)
    cleared = query.where(*same, Report.reason == "minor_safety", Decision.act.in_(("dismiss", "restore")))
    return db.session.scalar(cleared.limit(1)) is not None


def take(actor: User, case: Case) -> None:
    """Say that one is looking at a case, so that others look elsewhere; the first look is noted. Raises NotAllowed."""
    require(policy.can_handle(actor, case.matter))
    for report in lock_reports(case):
        if report.state == "new":
            report.state, report.looked_at = next_state(REPORT_STATES, "triage", report.state), now()
        report.taken_by_id = actor.id
    db.session.flush()
    tell_desks("taken", case.kind, case.subject.id, case.space_id)


def leave(actor: User, case: Case) -> None:
    """Look at a case no longer: it is anyone's again. Raises NotAllowed."""
    require(policy.can_handle(actor, case.matter))
    mine = update(Report).where(Report.id.in_([report.id for report in case.reports]), Report.taken_by_id == actor.id)
    db.session.execute(mine.values(taken_by_id=None))
    tell_desks("left", case.kind, case.subject.id, case.space_id)
