"""Appeals: once, in time, decided by another moderator than the first. The caller opens the unit of work."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Invalid
from app.core.events import record
from app.core.i18n import CONTENT, lazy_pgettext
from app.core.lifecycle import next_state
from app.core.policy import Actor, require
from app.moderation import policy
from app.moderation.acts import NOTHING_DONE
from app.moderation.deciding import undo
from app.moderation.drafts import AppealDraft
from app.moderation.events import AppealDecided, AppealFiled, tell_desks
from app.moderation.lifecycle import APPEAL_STATES, REPORT_STATES
from app.moderation.models import OPEN, Appeal, Decision, Report

LONGEST = 4000
SAY_WHY = lazy_pgettext("moderation rule", "Say why you think that the decision is wrong.")
ANSWER = lazy_pgettext("moderation rule", "Give the person a reason.")
TOO_LONG = lazy_pgettext("moderation rule", "Shorten this text: at most %(most)s characters.")
NO_OUTCOME = lazy_pgettext("moderation rule", "Choose what to do.")


def appeal(actor: Actor, decision: Decision, draft: AppealDraft, has_key: bool = False) -> Appeal:
    """Ask for another look at a decision. `has_key`: by the signed link of its mail. Raises NotAllowed, Invalid."""
    lock(decision)
    db.session.refresh(decision, ["appeal"])
    require(policy.can_appeal(actor, decision, has_key))
    return _file(decision, draft, decision.statement_lang)


def contest(actor: Actor, report: Report, draft: AppealDraft, has_key: bool = False) -> Appeal:
    """Ask for another look at what was reported and left as it is. `has_key`: by the signed link of the receipt.

    Raises NotAllowed, Invalid.
    """
    if report.decision is not None:
        db.session.refresh(lock(report.decision), ["appeal"])
    lock(report)
    require(policy.can_contest(actor, report, has_key))
    assert report.decision is not None, "policy has asked for one"
    return _file(report.decision, draft, report.reporter_lang, report)


def _file(decision: Decision, draft: AppealDraft, lang: str, report: Report | None = None) -> Appeal:
    text = draft.text.strip()
    if not text:
        raise Invalid(SAY_WHY, "text")
    if len(text) > LONGEST:
        raise Invalid(TOO_LONG % {"most": LONGEST}, "text")
    lang = draft.lang if draft.lang in CONTENT else lang
    filed = Appeal(decision=decision, report=report, lang=lang, text=text, state="open")
    db.session.add(filed)
    db.session.flush()
    record(AppealFiled(filed.id))
    tell_desks("appealed", decision.subject_kind, decision.subject_id, decision.space_id)
    return filed


def decide_appeal(actor: User, filed: Appeal, outcome: str, answer: str) -> Appeal:
    """Uphold an appeal, which takes the decision back, or reject it with a reason.

    Raises NotAllowed, Invalid, Conflict.
    """
    lock(filed)
    decision = lock(filed.decision)
    require(policy.can_decide_appeal(actor, filed))
    if outcome not in APPEAL_STATES:
        raise Invalid(NO_OUTCOME, "outcome")
    said = answer.strip()
    if outcome == "reject" and not said:
        raise Invalid(ANSWER, "answer")
    if len(said) > LONGEST:
        raise Invalid(TOO_LONG % {"most": LONGEST}, "answer")
    before = filed.state
    filed.state = next_state(APPEAL_STATES, outcome, before)
    filed.answer = said
    filed.decided_by_id, filed.decided_at = actor.id, now()
    audit(
        actor, f"appeal_{filed.state}", decision.subject_kind, decision.subject_id, said[:500], decision.space_id,
        before=before, after=filed.state, decision=decision.id,
    )  # fmt: skip
    filed.answer_lang = filed.report.reporter_lang if filed.report else decision.statement_lang
    if outcome == "uphold" and decision.state == "in_force":
        undo(actor, decision, decision.reason)
    if outcome == "uphold" and filed.report:
        _reopen_reports(actor, decision)
    else:
        _close_reports(decision)
    db.session.flush()
    record(AppealDecided(filed.id))
    tell_desks("decided", decision.subject_kind, decision.subject_id, decision.space_id)
    return filed


def _reopen_reports(actor: User, decision: Decision) -> None:
    """What was left as it is waits for a decision again, taken by who says so; one report of each person."""
    for report in db.session.scalars(select(Report).where(Report.decision_id == decision.id).order_by(Report.id)):
        if report.state != "dismissed" or _has_another_open(report):
            continue
        report.state = next_state(REPORT_STATES, "reopen", report.state)
        report.decided_at, report.decision_id, report.told_at, report.taken_by_id = None, None, None, actor.id


def _has_another_open(report: Report) -> bool:
    same = (Report.subject_kind == report.subject_kind, Report.subject_id == report.subject_id)
    by = Report.reporter_id == report.reporter_id if report.reporter_id else Report.email == report.email
    return db.session.scalar(select(Report.id).where(*same, by, Report.state.in_(OPEN)).limit(1)) is not None


def _close_reports(decision: Decision) -> None:
    """Nothing more can come of the reports behind a decision on which an appeal was decided."""
    for report in db.session.scalars(select(Report).where(Report.decision_id == decision.id)):
        if decision.act in NOTHING_DONE:
            report.told_at = None  # whoever sent it is told of the appeal; their address goes then
        close(report)


def close_gone(report: Report) -> None:
    """The end of a report about something that was deleted for good: there is nothing left to decide."""
    for step in ("triage", "dismiss", "close"):
        if report.state in REPORT_STATES[step]:
            report.state = next_state(REPORT_STATES, step, report.state)
    report.decided_at, report.email = now(), None


def close(report: Report) -> None:
    """The end of a report: a visitor's address is no longer needed, once they were told."""
    report.state = next_state(REPORT_STATES, "close", report.state)
    if report.told_at is not None:
        report.email = None
