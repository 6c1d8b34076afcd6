"""Decisions: on what was reported or seen, with a statement of reasons to the person concerned.

The caller opens the unit of work. Every way to hide, restore, remove or lock something comes through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts import services as accounts
from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import record
from app.core.i18n import INTERFACE, lazy_pgettext
from app.core.lifecycle import OUT_OF_STEP, next_state
from app.core.policy import YES, Actor, require
from app.moderation import policy
from app.moderation.acts import DISMISS, IN_FAVOUR, NOTHING_DONE, ON_PERSON, ON_SUBJECT, UNDONE_BY
from app.moderation.cases import Case, case_if_there, find_case, lock_reports
from app.moderation.drafts import DecisionDraft
from app.moderation.events import DecisionTaken, tell_desks
from app.moderation.lifecycle import DECISION_STATES, REPORT_STATES
from app.moderation.models import Appeal, Decision, Report
from app.moderation.settings import appeal_days
from app.moderation.statements import LONGEST, TOO_LONG, statement, statement_at_once
from app.terms.reasons import REASONS

REASON_NEEDED = lazy_pgettext("forum rule", "Say why: the reason is shown and kept in the log.")
NO_ACT = lazy_pgettext("moderation rule", "Choose what to do.")
NO_REASON = lazy_pgettext("moderation rule", "Choose the reason that fits best.")
NO_END = lazy_pgettext("moderation rule", "Say until when; a suspension without an end is a decision of its own.")
NOTHING_REPORTED = lazy_pgettext("moderation rule", "There is no open report: there is nothing to leave as it is.")
APPEALED = lazy_pgettext("moderation rule", "There is an appeal against this: decide on the appeal.")


def decide(actor: Actor, case: Case, draft: DecisionDraft) -> Decision:
    """Decide on a case: all its open reports are settled. Raises NotAllowed, Invalid, Conflict."""
    seen = {report.id for report in case.reports}
    reports = lock_reports(case)
    if not seen <= {report.id for report in reports}:
        raise Conflict(OUT_OF_STEP)  # another moderator has settled them meanwhile
    _check(case, draft)
    before = in_force(case, is_kept=True)
    at_once = next((one for one in before if one.is_automatic and one.act == "hide"), None)
    confirms = draft.act == "hide" and at_once is not None and case.state == "hidden"
    require(policy.can_handle(actor, case.matter))
    if draft.act in ON_SUBJECT and draft.act not in case.matter.offered and not confirms:
        raise Conflict(OUT_OF_STEP)
    require(policy.can_decide(actor, draft.act, case.matter) if not confirms else YES)
    _refuse_appealed(before, draft.act)
    _refuse_own_again(actor, case, draft.act)
    decision = _write(actor, case, draft, is_reported=bool(reports))
    if not confirms:
        _carry_out(actor, case, draft, at_once)
    _settle_earlier(before, draft.act)
    db.session.add(decision)
    db.session.flush()
    settle(reports, decision, actor)
    record(DecisionTaken(decision.id))
    tell_desks("decided", case.kind, case.subject.id, decision.space_id)
    return decision


def _check(case: Case, draft: DecisionDraft) -> None:
    if draft.act not in (*ON_SUBJECT, *ON_PERSON, DISMISS):
        raise Invalid(NO_ACT, "act")
    if draft.reason not in REASONS:
        raise Invalid(NO_REASON, "reason")
    if len(draft.statement) > LONGEST:
        raise Invalid(TOO_LONG % {"most": LONGEST}, "statement")
    if draft.act == "suspend" and (draft.until is None or draft.until <= now()):
        raise Invalid(NO_END, "days")
    if draft.act == DISMISS and not case.reports:
        raise Conflict(NOTHING_REPORTED)


def _refuse_appealed(before: list[Decision], act: str) -> None:
    """What is appealed against is taken back by who decides on the appeal."""
    undone = {done for done, undo in UNDONE_BY.items() if undo == act}
    if any(one.act in undone and one.appeal is not None and one.appeal.state == "open" for one in before):
        raise Conflict(APPEALED)


def _refuse_own_again(actor: Actor, case: Case, act: str) -> None:
    """Whose decision to do nothing was taken back on appeal does not take it again."""
    if act not in NOTHING_DONE or actor.actor_id is None:
        return
    own = select(Decision.id).join(Decision.appeal).where(
        Decision.subject_kind == case.kind, Decision.subject_id == case.subject.id, Decision.act.in_(NOTHING_DONE),
        Decision.actor_id == actor.actor_id, Appeal.state == "upheld",
    )  # fmt: skip
    if db.session.scalar(own.limit(1)) is not None:
        raise NotAllowed(policy.YOUR_DECISION)


def _write(actor: Actor, case: Case, draft: DecisionDraft, is_reported: bool) -> Decision:
    owner = case.owner if draft.act != DISMISS else None
    lang = owner.ui_lang if owner and owner.ui_lang in INTERFACE else INTERFACE[0]
    said = draft.statement.strip() or statement(draft.act, draft.reason, lang, draft.words)
    is_appealable = owner is not None and draft.act not in IN_FAVOUR
    is_contestable = is_reported and draft.act in NOTHING_DONE
    return Decision(
        actor_id=actor.actor_id, act=draft.act, subject_kind=case.kind, subject_id=case.subject.id,
        space_id=case.space_id if draft.act not in {"suspend", "ban"} else None,
        member_id=owner.id if owner else None, reason=draft.reason, statement=said, statement_lang=lang,
        is_reported=is_reported, until=draft.until if draft.act in {"suspend", "exclude"} else None,
        appeal_until=now() + timedelta(days=appeal_days()) if is_appealable or is_contestable else None,
    )  # fmt: skip


def _carry_out(actor: Actor, case: Case, draft: DecisionDraft, at_once: Decision | None) -> None:
    """Do what was decided. What was hidden at once is shown again when its reports are dismissed."""
    why = draft.words.strip()[:500] or draft.reason
    if draft.act in ON_PERSON:
        assert case.owner is not None, "policy has asked for somebody"
        _carry_out_on(actor, case.owner, case.space_id, draft, why)
    elif draft.act == DISMISS:
        audit(actor, DISMISS, case.kind, case.subject.id, why, case.space_id, reports=len(case.reports))
        if at_once is not None and case.state == "hidden":
            act_on(actor, case, "restore", why)
    else:
        act_on(actor, case, draft.act, why)


def _carry_out_on(actor: Actor, owner: User, space_id: int | None, draft: DecisionDraft, why: str) -> None:
    if draft.act == "warn":
        audit(actor, "warn", "member", owner.id, why, space_id)
    elif draft.act == "exclude":
        assert space_id is not None, "policy has asked for a space"
        accounts.exclude(actor, owner, space_id, why, draft.until)
    else:
        accounts.suspend(actor, owner, why)


def act_on(actor: Actor, case: Case, act: str, why: str) -> None:
    """Have the subject's own room do it."""
    assert case.declared.oversight is not None
    acts = case.declared.oversight.acts
    assert acts is not None, "policy has refused what is not offered"
    acts[act](actor, case.subject, why)


def in_force(case: Case, is_kept: bool = False) -> list[Decision]:
    """Decisions about the subject that are in force, the oldest first. `is_kept`: for this unit of work."""
    same = (Decision.subject_kind == case.kind, Decision.subject_id == case.subject.id)
    query = select(Decision).where(*same, Decision.state == "in_force").order_by(Decision.id)
    if is_kept:
        query = query.with_for_update(of=Decision)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _settle_earlier(before: list[Decision], act: str) -> None:
    """Earlier decisions that this one takes back or takes the place of."""
    undone = {done for done, undo in UNDONE_BY.items() if undo == act}
    for one in before:
        if one.act in undone or (act == DISMISS and one.is_automatic):
            one.state = next_state(DECISION_STATES, "lift", one.state)
        elif one.act == "hide" and act in {"hide", "remove"}:
            one.state = next_state(DECISION_STATES, "replace", one.state)


def settle(reports: Sequence[Report], decision: Decision, actor: Actor) -> None:
    """Open reports end with the decision; those not yet looked at were so now."""
    step = "dismiss" if decision.act in NOTHING_DONE else "action"
    for report in reports:
        if report.state == "new":
            report.state, report.looked_at = next_state(REPORT_STATES, "triage", report.state), now()
        report.state = next_state(REPORT_STATES, step, report.state)
        report.decided_at, report.decision_id = now(), decision.id
        report.taken_by_id = report.taken_by_id or actor.actor_id


def hide_at_once(actor: Actor, report: Report) -> Decision | None:
    """Hide what endangers a minor before anyone has looked; its reports stay open. None where it cannot be hidden."""
    case = find_case(report.subject_kind, report.subject_id)
    if "hide" not in case.matter.offered:
        return None
    decision = _write(actor, case, DecisionDraft("hide", report.reason), is_reported=True)
    decision.is_automatic = True
    decision.statement = statement_at_once("hide", report.reason, decision.statement_lang)
    act_on(actor, case, "hide", report.reason)
    db.session.add(decision)
    db.session.flush()
    record(DecisionTaken(decision.id))
    return decision


def undo(actor: Actor, decision: Decision, why: str) -> None:
    """Take a decision back with its effects: what an appeal leads to. What changed since by other ways stays so."""
    decision.state = next_state(DECISION_STATES, "lift", decision.state)
    member = decision.member
    if decision.act in {"suspend", "ban"}:
        if member is not None and member.status == "suspended" and not _is_suspended_otherwise(decision):
            accounts.reinstate(actor, member, why)
    elif decision.act == "exclude":
        if member is not None and decision.space_id:
            accounts.readmit(actor, member, decision.space_id, why)
    elif decision.act in UNDONE_BY:
        case = case_if_there(decision.subject_kind, decision.subject_id)
        if case is not None and UNDONE_BY[decision.act] in case.offered:
            act_on(actor, case, UNDONE_BY[decision.act], why)


def _is_suspended_otherwise(decision: Decision) -> bool:
    """Whether another decision keeps the member out as well."""
    query = select(Decision.id).where(
        Decision.member_id == decision.member_id, Decision.act.in_(("suspend", "ban")),
        Decision.state == "in_force", Decision.id != decision.id,
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def end_due(actor: Actor, moment: datetime) -> int:
    """End the suspensions and exclusions whose date has come; returns how many."""
    due = select(Decision).where(
        Decision.act.in_(("suspend", "exclude")), Decision.state == "in_force", Decision.until <= moment
    )
    ended = 0
    for decision in db.session.scalars(due.order_by(Decision.id)):
        decision.state = next_state(DECISION_STATES, "end", decision.state)
        db.session.flush()
        member = decision.member
        is_out = decision.act == "suspend" and member is not None and member.status == "suspended"
        if is_out and member is not None and not _is_suspended_otherwise(decision):
            accounts.reinstate(actor, member, decision.reason)
        ended += 1
    return ended


def decide_from_elsewhere(actor: Actor, kind_name: str, subject_id: int, act: str, words: str) -> Decision | None:
    """The port of the rooms: their own buttons lead to the same decision, in a moderator's own words.

    Who closes their own topic, or opens it again, decides about nobody. Raises NotAllowed, Invalid, Conflict.
    """
    case = find_case(kind_name, subject_id)
    if not words.strip():
        raise Invalid(REASON_NEEDED, "reason")
    is_own = case.owner is not None and case.owner.id == actor.actor_id
    if is_own and act in {"lock", "unlock"} and not case.reports:
        act_on(actor, case, act, words)
        return None
    return decide(actor, case, DecisionDraft(act, words=words.strip()[:500]))
