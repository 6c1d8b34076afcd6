"""Closing an account: thirty days to come back, then what was written stays and whose it was is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select

from app.accounts.events import MemberChanged, RightsChanged
from app.accounts.lifecycle import ACCOUNT_STATES
from app.accounts.models import Role, User
from app.accounts.policy import OPERATOR
from app.accounts.services import end_all_sessions, lock_administrators
from app.config import Settings
from app.core import mail, options, personal
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import NotFound
from app.core.events import record, unit_of_work
from app.core.i18n import lazy_pgettext
from app.core.lifecycle import next_state
from app.core.options import Option, declare
from app.core.policy import Actor, require
from app.core.subjects import SubjectHidden, SubjectPublished, SubjectRemoved
from app.forum.models import Space
from app.moderation import suspensions
from app.privacy.exporting import drop_files
from app.privacy.models import AccountClosing
from app.privacy.policy import can_close, can_erase

COMES_BACK = timedelta(days=30)
IDLE_AT_ONCE = 200
IDLE_MONTHS = declare(
    Option(
        name="privacy.idle_months",
        kind="int",
        default=0,
        most=120,
        group="members",
        label=lazy_pgettext("option", "Months after which an unused account is closed"),
        help=lazy_pgettext("option", "Its owner has 30 days to open it again by a mailed link; 0 closes none."),
    )
)


def close_account(actor: Actor, member: User, reason: str = "") -> AccountClosing:
    """Close an account, at once and on every device; a mail holds the way back. Raises NotAllowed, Conflict."""
    if member.is_administrator:
        lock_administrators()
    require(can_close(actor, member, administrators()))
    lock(member)
    is_own, was = actor.actor_id == member.id, member.status
    member.status, member.active = next_state(ACCOUNT_STATES, "close", was), False
    closing = AccountClosing(
        user_id=member.id, due_at=now() + COMES_BACK, was=was, by_id=None if is_own else actor.actor_id
    )
    db.session.add(closing)
    audit(actor, "close", "member", member.id, reason)
    end_all_sessions(member)
    record(RightsChanged(member.id))
    record(SubjectHidden("member", member.id))
    db.session.flush()
    if member.email:
        link = f"{_settings().site_url}/{member.ui_lang}/account/return/{return_token(closing)}"
        mail.send(member.email, "privacy/closed", member.ui_lang, user=member, link=link)
    return closing


def return_token(closing: AccountClosing) -> str:
    """What opens a closed account again: of this closing alone."""
    return str(_signer().dumps([closing.user_id, int(closing.closed_at.timestamp())]))


def find_closing(token: str) -> AccountClosing:
    """The closing that a mailed token names, while one can come back. Raises NotFound."""
    try:
        member_id, closed_at = _signer().loads(token)
    except (BadSignature, TypeError, ValueError):
        raise NotFound from None
    closing = db.session.get(AccountClosing, member_id)
    if closing is None or int(closing.closed_at.timestamp()) != closed_at or closing.due_at <= now():
        raise NotFound
    return closing


def reopen(closing: AccountClosing) -> User:
    """The member comes back: suspended while what had suspended the account runs on, else active. Raises Conflict."""
    member = lock(closing.user)
    is_out = closing.was == "suspended" and not suspensions.is_over(member)
    action = "reopen_suspended" if is_out else "reopen"
    before, member.status = member.status, next_state(ACCOUNT_STATES, action, member.status)
    member.active = member.status == "active"
    audit(member, "reopen", "member", member.id, before=before, after=member.status)
    db.session.delete(closing)
    record(RightsChanged(member.id))
    if member.active:
        record(SubjectPublished("member", member.id))
    return member


def erase_now(actor: Actor, member: User, reason: str) -> None:
    """Staff end the waiting of a closed account whose owner asked for it. Raises NotAllowed, Conflict."""
    require(can_erase(actor, member))
    audit(actor, "erase", "member", member.id, reason)
    anonymise(member)


def anonymise(member: User) -> None:
    """Leave nothing of whose an account was, in any table, page or index. Raises Conflict."""
    lock(member)
    member.status = next_state(ACCOUNT_STATES, "anonymise", member.status)
    drop_files(member)
    personal.erase(member)
    db.session.expire_all()
    record(MemberChanged(member.id))
    record(RightsChanged(member.id))
    record(SubjectRemoved("member", member.id))


def anonymise_due() -> int:
    """Anonymise every account whose time to come back is over; each in a unit of its own. Returns how many."""
    due = db.session.scalars(select(AccountClosing.user_id).where(AccountClosing.due_at <= now())).all()
    for member_id in due:
        with unit_of_work():
            member = db.session.get(User, member_id)
            if member is not None and member.status == "closed":
                anonymise(member)
    return len(due)


def close_idle() -> int:
    """Close accounts that nobody has used for as long as the operator says; staff's stay. Returns how many."""
    months = int(options.value(IDLE_MONTHS.name))
    if not months:
        return 0
    before = now() - timedelta(days=30 * months)
    seen = func.coalesce(User.last_seen_at, User.created_at)
    idle = select(User.id).where(User.status == "active", seen < before).order_by(User.id).limit(IDLE_AT_ONCE)
    closed = 0
    for member_id in db.session.scalars(idle).all():
        with unit_of_work():
            member = db.session.get(User, member_id)
            if member is not None and not member.is_staff:
                close_account(OPERATOR, member, "idle")
                closed += 1
    return closed


def administrators() -> int:
    """How many members run the site."""
    query = select(func.count(func.distinct(Role.user_id))).join(User, User.id == Role.user_id)
    held = (Role.name == "administrator", (Role.until.is_(None)) | (Role.until > now()), User.status == "active")
    return db.session.scalar(query.where(*held)) or 0


def led_alone(member: User) -> list[Space]:
    """Spaces that would be left without a facilitator."""
    leads = (Role.name == "facilitator", (Role.until.is_(None)) | (Role.until > now()))
    others = select(Role.space_id).where(*leads, Role.user_id != member.id, Role.space_id.is_not(None))
    own = select(Role.space_id).where(*leads, Role.user_id == member.id)
    query = select(Space).where(Space.id.in_(own), Space.id.not_in(others)).order_by(Space.position)
    return list(db.session.scalars(query))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(_settings().derived_secret("return"))


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
