"""What moderators do, as their services do it."""

from __future__ import annotations

from typing import Any

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.core.subjects import kinds
from app.moderation import appealing, deciding, reporting
from app.moderation.cases import Case, find_case
from app.moderation.drafts import AppealDraft, DecisionDraft, ReportDraft
from app.moderation.models import Appeal, Decision, Report


def kind_of(thing: Any) -> str:
    """The name of the kind that a row is of."""
    table = thing.__tablename__
    names = {"attachment": "file", "toy_recipe": "recipe"}
    name = str(names.get(table, table))
    assert name in {declared.name for declared in kinds()}
    return name


def case_of(thing: Any) -> Case:
    """The case that a thing is."""
    return find_case(kind_of(thing), thing.id)


def reported(actor: Any, thing: Any, reason: str = "spam", text: str = "", email: str = "") -> Report:
    """A report as someone sends it."""
    with unit_of_work():
        report = reporting.report_subject(actor, kind_of(thing), thing, ReportDraft(reason, text, email))
    db.session.refresh(thing)
    return report


def decided(actor: User, thing: Any, act: str = "hide", reason: str = "spam", **more: Any) -> Decision:
    """A decision as a moderator takes it."""
    with unit_of_work():
        decision = deciding.decide(actor, case_of(thing), DecisionDraft(act, reason, **more))
    db.session.refresh(thing)
    return decision


def appealed(decision: Decision, text: str = "C'était une erreur.", lang: str = "fr") -> Appeal:
    """An appeal as the person concerned files it."""
    assert decision.member
    with unit_of_work():
        return appealing.appeal(decision.member, decision, AppealDraft(text, lang))
