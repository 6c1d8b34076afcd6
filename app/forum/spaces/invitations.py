"""Inviting into a space: a member, an address, many addresses, or whoever holds a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, and_, func, or_, select

from app.accounts.models import User
from app.accounts.services import hold_role
from app.core import mail
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid, NotFound, TooMany
from app.core.i18n import current_lang, lazy_pgettext
from app.core.policy import Actor, require
from app.forum.models import Space
from app.forum.spaces import policy
from app.forum.spaces.invitation_links import admits, find_invitation, way_in
from app.forum.spaces.models import InvitationHold, SpaceInvitation, SpaceRequest

LASTS = timedelta(days=14)
MOST_DAYS, MOST_USES = 90, 500
MOST_ADDRESSES = 200
MOST_A_DAY = 300
"""Mails of invitation that one member may have sent in a day."""
KEPT = timedelta(days=30)
"""How long the address of an invitation that ended is kept."""
NO_MEMBER = lazy_pgettext("forum rule", "There is no member of this name: check the handle.")
NO_ADDRESS = lazy_pgettext("form", "This address is not complete, for example name@example.org.")
IN_ALREADY = lazy_pgettext("forum rule", "This person takes part in the space, or is invited already.")
A_DAY = lazy_pgettext("forum rule", "You have sent as many invitations as one may send in a day. Go on tomorrow.")
DAYS = lazy_pgettext("option rule", "Write a whole number between %(least)s and %(most)s.")
ENDED = lazy_pgettext("forum rule", "This invitation has been used, has ended or was taken back.")
TOO_MANY_LINES = lazy_pgettext("forum rule", "At most %(most)s addresses at once: send the rest afterwards.")
_ADDRESS = re.compile(r"[^\s,;<>\"']+@[^\s,;<>\"']+")


@dataclass(frozen=True)
class Listed:
    """A pasted list: its addresses, each once, and the numbers of the lines that hold none."""

    addresses: Sequence[str]
    unread: Sequence[int]


def read_list(pasted: str) -> Listed:
    """The addresses of a text or a CSV table, one or more a line. Raises Invalid where there are too many."""
    addresses: dict[str, None] = {}
    unread: list[int] = []
    for number, line in enumerate(pasted.splitlines(), start=1):
        if not line.strip():
            continue
        found = [address for written in _ADDRESS.findall(line) if (address := _normal(written))]
        addresses.update(dict.fromkeys(found))
        if not found:
            unread.append(number)
        if len(addresses) > MOST_ADDRESSES:
            raise Invalid(TOO_MANY_LINES % {"most": MOST_ADDRESSES}, "addresses")
    return Listed(tuple(addresses), tuple(unread[:20]))


def _normal(written: str) -> str:
    if len(written) > 254:
        return ""
    try:
        return validate_email(written, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return ""


def invite_member(actor: User, space: Space, handle: str) -> SpaceInvitation:
    """Invite a member by handle; they are told by mail. Raises NotAllowed, Invalid(handle), TooMany."""
    require(policy.can_invite(actor, space))
    _spend(actor)
    wanted = handle.strip().lower().removeprefix("@")
    member = db.session.scalars(select(User).where(User.handle == wanted, User.status == "active")).unique().first()
    if member is None:
        raise Invalid(NO_MEMBER, "handle")
    if policy.is_in(member, space.id) or _open_for(space.id, member.id, member.email):
        raise Invalid(IN_ALREADY, "handle")
    made = _made(actor, space, "member", user_id=member.id, lang=member.ui_lang, most_uses=1)
    if member.email:
        mail.send(member.email, "forum/invited_member", member.ui_lang,
                  user=member, host=actor, space=space, way=way_in(made))  # fmt: skip
    return made


def invite_address(actor: User, space: Space, address: str) -> SpaceInvitation:
    """Invite whoever reads a letter box, member or not. Raises NotAllowed, Invalid(email), TooMany."""
    require(policy.can_invite(actor, space))
    _spend(actor)
    normal = _normal(address.strip())
    if not normal:
        raise Invalid(NO_ADDRESS, "email")
    query = select(User).where(func.lower(User.email) == normal, User.status == "active")
    member = db.session.scalars(query).unique().first()
    if (member and policy.is_in(member, space.id)) or _open_for(space.id, member.id if member else None, normal):
        raise Invalid(IN_ALREADY, "email")
    lang = member.ui_lang if member else current_lang()
    made = _made(actor, space, "mail", email=normal, lang=lang, most_uses=1)
    mail.send(normal, "forum/invited", lang, host=actor, space=space, way=way_in(made), until=made.expires_at)
    return made


def make_link(actor: User, space: Space, days: int, uses: int) -> SpaceInvitation:
    """A link by which so many people may enter in so many days. Raises NotAllowed, Invalid(days, uses)."""
    require(policy.can_invite(actor, space))
    for field, number, most in (("days", days, MOST_DAYS), ("uses", uses, MOST_USES)):
        if not 1 <= number <= most:
            raise Invalid(DAYS % {"least": 1, "most": most}, field)
    return _made(actor, space, "link", lang=current_lang(), most_uses=uses, expires_at=now() + timedelta(days=days))


def revoke_invitation(actor: User, invitation: SpaceInvitation) -> None:
    """Close a way into a space at once. Raises NotAllowed, Conflict."""
    require(policy.can_lead(actor, invitation.space))
    lock(invitation)
    if invitation.state != "open":
        raise Conflict(ENDED)
    invitation.revoked_at = now()
    audit(actor, "revoke_invitation", "space", invitation.space_id, space_id=invitation.space_id)


def accept_invitation(actor: User, invitation: SpaceInvitation) -> Space:
    """Enter by an invitation; a request that waited is settled with it. Raises NotAllowed, NotFound, Conflict."""
    space = invitation.space
    if invitation.kind == "member" and invitation.user_id != actor.id:
        raise NotFound
    require(policy.can_accept_invitation(actor, space))
    _locked(invitation)
    kept = hold_of(actor, invitation)
    if not lets_in(actor, invitation):
        raise Conflict(ENDED)
    invitation.uses += 1
    if kept is not None:
        db.session.delete(kept)
    if invitation.kind == "mail":
        invitation.user_id = actor.id
    hold_role(actor, actor, "participant", space.id)
    audit(actor, "accept_invitation", "space", space.id, space_id=space.id, invitation=invitation.id)
    waiting = select(SpaceRequest).where(
        SpaceRequest.user_id == actor.id, SpaceRequest.space_id == space.id, SpaceRequest.state == "waiting"
    )
    for asked in db.session.scalars(waiting):
        asked.state, asked.decided_at = "accepted", now()
    return space


def hold_of(actor: Actor, invitation: SpaceInvitation) -> InvitationHold | None:
    """The use of an invitation that is kept for the actor since they signed up by it."""
    return None if actor.actor_id is None else db.session.get(InvitationHold, (actor.actor_id, invitation.id))


def lets_in(actor: Actor, invitation: SpaceInvitation) -> bool:
    """Whether an invitation is open, or its last use is kept for the actor."""
    if invitation.state == "used" and invitation.expires_at > now():
        return hold_of(actor, invitation) is not None
    return invitation.state == "open"


def keep_a_use(member: User, token: str) -> bool:
    """Keep a use of an invitation for whoever signs up by it, in the unit of the sign-up; False where none is left.

    Two who sign up at once never share the last one: the invitation is locked before its uses are counted.
    """
    if not admits(token):
        return False
    invitation = _locked(find_invitation(token))
    if invitation.state != "open":
        return False
    db.session.add(InvitationHold(user_id=member.id, invitation_id=invitation.id))
    db.session.flush()
    db.session.expire(invitation, ["held"])
    return True


def _locked(invitation: SpaceInvitation) -> SpaceInvitation:
    """Locked first, and its kept uses counted then: the lock alone would count those seen before it was waited for."""
    lock(invitation)
    db.session.refresh(invitation, ["held"])
    return invitation


def decline_invitation(actor: User, invitation: SpaceInvitation) -> None:
    """Say no to an invitation of one's own. Raises NotFound, Conflict."""
    if not is_for(actor, invitation):
        raise NotFound
    lock(invitation)
    if not lets_in(actor, invitation):
        raise Conflict(ENDED)
    invitation.revoked_at = now()
    audit(actor, "decline_invitation", "space", invitation.space_id, space_id=invitation.space_id)


def is_for(actor: User, invitation: SpaceInvitation) -> bool:
    """Whether an invitation names this very member."""
    if invitation.kind == "mail":
        return invitation.email is not None and invitation.email == (actor.email or "").lower()
    return invitation.kind == "member" and invitation.user_id == actor.id


def _made(actor: User, space: Space, kind: str, **fields: object) -> SpaceInvitation:
    made = SpaceInvitation(
        space=space, kind=kind, created_by_id=actor.id, **{"expires_at": now() + LASTS} | fields
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit(actor, "invite", "space", space.id, space_id=space.id, way=kind, invitation=made.id)
    return made


def _spend(actor: User) -> None:
    recent = select(func.count(SpaceInvitation.id)).where(
        SpaceInvitation.created_by_id == actor.id, SpaceInvitation.created_at > now() - timedelta(days=1)
    )
    if (db.session.scalar(recent) or 0) >= MOST_A_DAY:
        raise TooMany(A_DAY)


def is_open() -> ColumnElement[bool]:
    """The condition that an invitation still lets someone in."""
    unused = or_(
        SpaceInvitation.most_uses.is_(None), SpaceInvitation.uses + SpaceInvitation.held < SpaceInvitation.most_uses
    )
    return and_(SpaceInvitation.revoked_at.is_(None), SpaceInvitation.expires_at > now(), unused)


def _open_for(space_id: int, user_id: int | None, email: str | None) -> bool:
    named = [SpaceInvitation.email == email.lower()] if email else []
    if user_id is not None:
        named.append(SpaceInvitation.user_id == user_id)
    query = select(SpaceInvitation.id).where(SpaceInvitation.space_id == space_id, or_(*named), is_open())
    return db.session.scalar(query.limit(1)) is not None


def purge_invitations(before: datetime) -> None:
    """Forget the addresses of invitations that ended before a moment."""
    ended = or_(SpaceInvitation.expires_at < before, SpaceInvitation.revoked_at < before)
    query = select(SpaceInvitation).where(SpaceInvitation.email.is_not(None), ended)
    for invitation in db.session.scalars(query):
        invitation.email = None
