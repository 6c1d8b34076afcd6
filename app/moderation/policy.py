"""Who reports, decides, appeals, and decides on appeals. Nobody decides on what is their own or what they reported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.accounts.models import User
from app.accounts.policy import can_exclude, can_suspend
from app.core.db import now
from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.core.subjects import SubjectKind
from app.forum.reach import moderated_spaces
from app.moderation.acts import IN_FAVOUR
from app.moderation.models import Appeal, Decision, Report

NOT_REPORTABLE = lazy_pgettext("moderation rule", "This cannot be reported.")
YOURS = lazy_pgettext("moderation rule", "This is yours: you can change it or take it back yourself.")
MODERATORS = lazy_pgettext("moderation rule", "Only moderators may do this.")
ELSEWHERE = lazy_pgettext("moderation rule", "This belongs to the moderators of another space.")
OWN = lazy_pgettext("moderation rule", "Nobody decides on what is their own: another moderator will.")
REPORTED = lazy_pgettext("moderation rule", "You reported this yourself: another moderator decides.")
NOBODY = lazy_pgettext("moderation rule", "There is nobody whom this could concern.")
IN_A_SPACE = lazy_pgettext("moderation rule", "This is in no space that someone could be excluded from.")
NOT_OFFERED = lazy_pgettext("moderation rule", "Its state does not allow this decision.")
NOT_ABOUT_YOU = lazy_pgettext("moderation rule", "Only the person concerned appeals.")
NOT_APPEALABLE = lazy_pgettext("moderation rule", "There is no appeal against this decision.")
ONCE = lazy_pgettext("moderation rule", "You have appealed against this decision already.")
TOO_LATE = lazy_pgettext("moderation rule", "The time to appeal is over.")
TAKEN_BACK = lazy_pgettext("moderation rule", "This decision is no longer in force.")
YOUR_DECISION = lazy_pgettext("moderation rule", "You took this decision: another moderator decides on the appeal.")
ADMINISTRATORS = lazy_pgettext("moderation rule", "Only administrators change these texts.")
NOT_YOURS = lazy_pgettext("moderation rule", "Only whoever sent a report reads what became of it.")


@dataclass(frozen=True)
class Matter:
    """What a ruling on a decision asks of its subject."""

    owner: User | None
    space_id: int | None
    reporters: Collection[int]
    """Members whose reports about it are open."""
    offered: Collection[str]
    """Acts that its state allows now."""


def moderates_everywhere(actor: Actor) -> bool:
    """Whether the actor keeps order in every space, and in what is in none."""
    return moderated_spaces(actor) is None


def can_open_desk(actor: Actor) -> Ruling:
    """Whoever keeps order somewhere has a desk."""
    spaces = moderated_spaces(actor)
    return YES if spaces is None or spaces else no(MODERATORS)


def is_in_scope(actor: Actor, space_id: int | None) -> bool:
    """Whether it falls to the actor: in a space of theirs, or anywhere for those who moderate everywhere."""
    return moderates_everywhere(actor) if space_id is None else actor.moderates(space_id)


def can_report(actor: Actor, declared: SubjectKind, subject: Any) -> Ruling:
    """Everyone reports what they can see, visitors too, except what is their own."""
    if declared.oversight is None:
        return no(NOT_REPORTABLE)
    if not actor.is_visitor and declared.owner_id(subject) == actor.actor_id:
        return no(YOURS)
    return YES


def can_see_report(actor: Actor, report: Report, has_key: bool) -> Ruling:
    """Who sent it, signed in or by the signed link of the receipt."""
    is_theirs = not actor.is_visitor and report.reporter_id == actor.actor_id
    return YES if has_key or is_theirs else no(NOT_YOURS)


def can_handle(actor: Actor, matter: Matter) -> Ruling:
    """Look at a case and decide on it: moderators in scope, never on what is their own or what they reported."""
    if not can_open_desk(actor):
        return no(MODERATORS)
    if not is_in_scope(actor, matter.space_id):
        return no(ELSEWHERE)
    if actor.actor_id is not None and matter.owner is not None and matter.owner.id == actor.actor_id:
        return no(OWN)
    return no(REPORTED) if actor.actor_id in matter.reporters else YES


def can_decide(actor: Actor, act: str, matter: Matter) -> Ruling:
    """One decision: the right to handle the case, and what the act itself asks."""
    if not (handles := can_handle(actor, matter)):
        return handles
    if act in {"warn", "exclude", "suspend", "ban"}:
        return _can_concern(actor, act, matter)
    return YES if act == "dismiss" or act in matter.offered else no(NOT_OFFERED)


def _can_concern(actor: Actor, act: str, matter: Matter) -> Ruling:
    owner = matter.owner
    if owner is None or owner.status in {"closed", "anonymised"}:
        return no(NOBODY)
    if act == "warn":
        return YES
    if act == "exclude":
        return can_exclude(actor, owner, matter.space_id) if matter.space_id else no(IN_A_SPACE)
    if owner.status != "active":
        return no(NOT_OFFERED)
    return can_suspend(actor, owner)


def can_see_decision(actor: Actor, decision: Decision, has_key: bool) -> Ruling:
    """The person concerned, signed in or by the signed link of the mail, and moderators in scope."""
    is_theirs = not actor.is_visitor and decision.member_id == actor.actor_id
    if has_key or is_theirs or (can_open_desk(actor) and is_in_scope(actor, decision.space_id)):
        return YES
    return no(NOT_ABOUT_YOU)


def can_appeal(actor: Actor, decision: Decision, has_key: bool) -> Ruling:
    """The person concerned, once, in time, while the decision is in force. Who reported contests by their report."""
    if decision.act in IN_FAVOUR:
        return no(NOT_APPEALABLE if has_key or decision.member_id == actor.actor_id else NOT_ABOUT_YOU)
    if not has_key and (actor.is_visitor or decision.member_id != actor.actor_id):
        return no(NOT_ABOUT_YOU)
    if decision.appeal_until is None:
        return no(NOT_APPEALABLE)
    if decision.appeal is not None:
        return no(ONCE)
    if decision.state != "in_force":
        return no(TAKEN_BACK)
    return YES if now() < decision.appeal_until else no(TOO_LATE)


def can_contest(actor: Actor, report: Report, has_key: bool) -> Ruling:
    """Who sent a report that led to nothing, signed in or by their link; once, in time, while it stays so."""
    decision = report.decision
    if not can_see_report(actor, report, has_key):
        return no(NOT_YOURS)
    if report.state != "dismissed" or decision is None or decision.appeal_until is None:
        return no(NOT_APPEALABLE)
    if decision.appeal is not None:
        return no(ONCE)
    if decision.state != "in_force":
        return no(TAKEN_BACK)
    return YES if now() < decision.appeal_until else no(TOO_LATE)


def can_decide_appeal(actor: Actor, appeal: Appeal) -> Ruling:
    """Another moderator than the first, in scope; staff where the account is at stake."""
    decision = appeal.decision
    if not can_open_desk(actor) or not is_in_scope(actor, decision.space_id):
        return no(ELSEWHERE if can_open_desk(actor) else MODERATORS)
    if decision.member_id == actor.actor_id or (appeal.report and appeal.report.owner_id == actor.actor_id):
        return no(OWN)
    if decision.actor_id == actor.actor_id:
        return no(YOUR_DECISION)
    if appeal.report and appeal.report.reporter_id == actor.actor_id:
        return no(REPORTED)
    if decision.act in {"suspend", "ban"} and decision.member is not None:
        return can_suspend(actor, decision.member)
    return YES


def can_edit_texts(actor: Actor) -> Ruling:
    """Administrators word the reasons."""
    return YES if actor.is_administrator else no(ADMINISTRATORS)
