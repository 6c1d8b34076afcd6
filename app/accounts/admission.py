"""Who may join: everyone, those a moderator lets in, or those who were invited."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.lifecycle import ACCOUNT_STATES
from app.accounts.models import User
from app.accounts.services import announce
from app.core import mail, options
from app.core.audit import audit
from app.core.db import Base, CreatedAt, IntPk, db, lock, now
from app.core.errors import Invalid, NotFound
from app.core.i18n import lazy_pgettext
from app.core.lifecycle import next_state
from app.core.options import Option, declare
from app.core.policy import YES, Actor, Ruling, no, require

REGISTRATION = declare(
    Option(
        name="accounts.registration",
        kind="choice",
        default="open",
        group="members",
        label=lazy_pgettext("option", "Who may join"),
        choices=(
            ("open", lazy_pgettext("option", "Everyone")),
            ("approval", lazy_pgettext("option", "Whoever a moderator lets in")),
            ("invitation", lazy_pgettext("option", "Whoever was invited")),
        ),
    )
)
SAY_WHY = lazy_pgettext("account rule", "Say why: the person reads it.")
NEEDS_END = lazy_pgettext("account rule", "An invitation ends on a day to come.")
STAFF = lazy_pgettext("account rule", "Only staff decide who may join.")
MOST_USES = 500


@dataclass(frozen=True)
class Invites:
    """A room whose invitations let people join too."""

    knows: Callable[[str], bool]
    """Whether a token is of an invitation that is still good."""
    keep: Callable[[User, str], bool]
    """Keep a use of it for a new account, in the unit of the sign-up; False where none is left."""


admitting: list[Invites] = []
"""The rooms that have invitations of their own."""


class JoinRequest(Base):
    """Someone who confirmed their address, or has yet to, and whom a moderator must let in."""

    __tablename__ = "join_request"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[CreatedAt]
    """When it was asked; once refused, when that was."""
    motive: Mapped[str] = mapped_column(String(500), default="")

    user: Mapped[User] = relationship()


class SiteInvitation(Base):
    """A link that lets some people join until a day. The table holds a digest of what the link holds."""

    __tablename__ = "site_invitation"

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    note: Mapped[str] = mapped_column(String(120), default="")
    until: Mapped[datetime]
    uses_left: Mapped[int]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    created_by: Mapped[User | None] = relationship()


def mode() -> str:
    """open, approval or invitation."""
    return str(options.value(REGISTRATION.name))


def can_admit(actor: Actor) -> Ruling:
    """Staff let people in, and invite them to the site."""
    return YES if actor.is_staff else no(STAFF)


def is_invited(token: str) -> bool:
    """Whether an invitation is good: one to the site, or one of a room that has its own."""
    return bool(token) and (_invitation(token) is not None or any(room.knows(token) for room in admitting))


def note_sign_up(member: User, token: str, motive: str) -> None:
    """Use an invitation up, or note that the new account waits to be let in. Part of the sign-up's own unit.

    Whoever comes a moment after the last use of an invitation waits to be let in, like one who asked.
    """
    db.session.flush()
    if _use_up(token) or mode() == "open" or any(room.keep(member, token) for room in admitting if token):
        return
    db.session.add(JoinRequest(user_id=member.id, motive=motive.strip()[:500]))


def _use_up(token: str) -> bool:
    """Use an invitation to the site once; one statement, so that two sign-ups never share the last use."""
    good = (SiteInvitation.until > now(), SiteInvitation.uses_left > 0, SiteInvitation.token == _digest(token))
    used = update(SiteInvitation).where(*good).values(uses_left=SiteInvitation.uses_left - 1)
    return db.session.scalar(used.returning(SiteInvitation.id)) is not None


def welcome(member: User) -> None:
    """Whoever signed up has confirmed the address: the account becomes active, or waits to be let in."""
    waits = db.session.get(JoinRequest, member.id) is not None
    member.status = next_state(ACCOUNT_STATES, "ask_to_join" if waits else "confirm", member.status)
    db.session.flush()
    if not waits:
        announce(member)


def requests(actor: Actor) -> list[JoinRequest]:
    """Who waits to be let in, the longest waiting first. Raises NotAllowed."""
    require(can_admit(actor))
    query = select(JoinRequest).join(JoinRequest.user).where(User.status == "waiting")
    return list(db.session.scalars(query.order_by(JoinRequest.created_at, JoinRequest.user_id).limit(200)).unique())


def let_in(actor: Actor, member_id: int) -> User:
    """Accept a request. Raises NotAllowed, NotFound, Conflict."""
    asked = _asked(actor, member_id)
    member = lock(asked.user)
    member.status = next_state(ACCOUNT_STATES, "approve", member.status)
    db.session.delete(asked)
    audit(actor, "let_in", "member", member.id)
    db.session.flush()
    announce(member)
    if member.email:
        mail.send(member.email, "accounts/let_in", member.ui_lang, user=member)
    return member


def turn_away(actor: Actor, member_id: int, reason: str) -> User:
    """Refuse a request, with a mail that says why. Raises NotAllowed, NotFound, Invalid, Conflict."""
    asked = _asked(actor, member_id)
    if not (why := reason.strip()[:500]):
        raise Invalid(SAY_WHY, "reason")
    member = lock(asked.user)
    member.status = next_state(ACCOUNT_STATES, "refuse", member.status)
    asked.motive, asked.created_at = "", now()
    audit(actor, "turn_away", "member", member.id, why)
    if member.email:
        mail.send(member.email, "accounts/turned_away", member.ui_lang, user=member, reason=why)
    return member


def purge_refused() -> None:
    """Forget people who were turned away, a month later."""
    old = select(User).join(JoinRequest, JoinRequest.user_id == User.id)
    old = old.where(User.status == "refused", JoinRequest.created_at < now() - timedelta(days=30))
    for member in db.session.scalars(old).unique():
        db.session.delete(member)


def invitations(actor: Actor) -> list[SiteInvitation]:
    """Invitations that can still be used, the newest first. Raises NotAllowed."""
    require(can_admit(actor))
    query = select(SiteInvitation).where(SiteInvitation.until > now(), SiteInvitation.uses_left > 0)
    return list(db.session.scalars(query.order_by(SiteInvitation.id.desc()).limit(100)).unique())


def invite(actor: Actor, note: str, uses: int, until: datetime) -> str:
    """Make an invitation to the site; its token is known now and never again. Raises NotAllowed, Invalid."""
    require(can_admit(actor))
    if until <= now():
        raise Invalid(NEEDS_END, "until")
    token = secrets.token_urlsafe(18)
    invitation = SiteInvitation(
        token=_digest(token), note=note.strip()[:120], uses_left=max(1, min(uses, MOST_USES)), until=until,
        created_by_id=actor.actor_id,
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    audit(actor, "invite", "site_invitation", invitation.id, uses=invitation.uses_left)
    return token


def withdraw_invitation(actor: Actor, invitation_id: int) -> None:
    """Nobody joins by it any more. Raises NotAllowed, NotFound."""
    require(can_admit(actor))
    invitation = db.session.get(SiteInvitation, invitation_id)
    if invitation is None:
        raise NotFound
    audit(actor, "withdraw_invitation", "site_invitation", invitation.id)
    db.session.delete(invitation)


def _asked(actor: Actor, member_id: int) -> JoinRequest:
    require(can_admit(actor))
    asked = db.session.get(JoinRequest, member_id)
    if asked is None or asked.user.status != "waiting":
        raise NotFound
    return asked


def _invitation(token: str) -> SiteInvitation | None:
    good = (SiteInvitation.until > now(), SiteInvitation.uses_left > 0)
    return db.session.scalars(select(SiteInvitation).where(SiteInvitation.token == _digest(token), *good)).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:43]
