"""Coming into a space and going: joining, asking, deciding on who asks, removing, giving facilitators their role."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import SPACE_ROLES, User
from app.accounts.services import grant_role, hold_role, revoke_role
from app.core import mail
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy_pgettext
from app.core.policy import require
from app.forum.lifecycle import OUT_OF_STEP, next_state
from app.forum.models import Space
from app.forum.spaces import policy
from app.forum.spaces.models import SpaceRequest
from app.forum.spaces.participants import facilitators_of, waiting_request

REQUEST_STATES: dict[str, dict[str, str]] = {
    "accept": {"waiting": "accepted"},
    "refuse": {"waiting": "refused"},
    "withdraw": {"waiting": "withdrawn"},
}
NO_REASON = lazy_pgettext("forum rule", "Say why: the person is told.")
NOTE_TOO_LONG = lazy_pgettext("form", "This is too long: at most %(max)d characters.")
ALREADY_ASKED = lazy_pgettext("forum rule", "You have asked already: those who lead the space will answer you.")
NOT_YOURSELF = lazy_pgettext("forum rule", "To go yourself, leave the space.")
NOTE_MAX, REASON_MAX = 1000, 500


def join_space(actor: User, space: Space) -> None:
    """Enter a space that is open to all members. Raises NotAllowed."""
    require(policy.can_join(actor, space))
    hold_role(actor, actor, "participant", space.id)


def leave_space(actor: User, space: Space) -> None:
    """Give back every role held in a space. Raises NotAllowed."""
    require(policy.can_leave(actor, space))
    for role in SPACE_ROLES:
        revoke_role(actor, actor, role, space.id)


def ask_to_join(actor: User, space: Space, note: str) -> SpaceRequest:
    """Ask those who lead a space to be let in; they are told by mail. Raises NotAllowed, Conflict, Invalid(note)."""
    require(policy.can_ask(actor, space))
    if len(note) > NOTE_MAX:
        raise Invalid(NOTE_TOO_LONG % {"max": NOTE_MAX}, "note")
    lock(actor)
    if waiting_request(actor, space.id):
        raise Conflict(ALREADY_ASKED)
    asked = SpaceRequest(space_id=space.id, user_id=actor.id, note=note)
    db.session.add(asked)
    db.session.flush()
    audit(actor, "ask_to_join", "space", space.id, space_id=space.id)
    for leader in facilitators_of(space.id):
        if leader.email:
            mail.send(leader.email, "forum/request", leader.ui_lang, user=leader, asker=actor, space=space, note=note)
    return asked


def withdraw_request(actor: User, asked: SpaceRequest) -> None:
    """Take one's own request back. Raises NotFound, Conflict."""
    if asked.user_id != actor.id:
        raise NotFound
    lock(asked)
    _decide(actor, asked, "withdraw")


def accept_request(actor: User, asked: SpaceRequest) -> None:
    """Let in who asked; they are told by mail. Raises NotAllowed, Conflict."""
    require(policy.can_invite(actor, asked.space))
    lock(asked)
    _decide(actor, asked, "accept")
    grant_role(actor, asked.user, "participant", asked.space_id)
    _tell(asked)


def refuse_request(actor: User, asked: SpaceRequest, reason: str) -> None:
    """Do not let in who asked, and say why. Raises NotAllowed, Conflict, Invalid(reason)."""
    require(policy.can_lead(actor, asked.space))
    asked_reason = _reason(reason)
    lock(asked)
    asked.reason = asked_reason
    _decide(actor, asked, "refuse")
    _tell(asked)


def _decide(actor: User, asked: SpaceRequest, action: str) -> None:
    asked.state = next_state(REQUEST_STATES, action, asked.state)
    asked.decided_at, asked.decided_by_id = now(), actor.id
    audit(actor, f"{action}_request", "space", asked.space_id, reason=asked.reason, space_id=asked.space_id,
          member=asked.user_id)  # fmt: skip


def _tell(asked: SpaceRequest) -> None:
    member = asked.user
    if member.email and member.status == "active":
        mail.send(member.email, "forum/request_decided", member.ui_lang, user=member, asked=asked, space=asked.space)


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if not said:
        raise Invalid(NO_REASON, "reason")
    if len(said) > REASON_MAX:
        raise Invalid(NOTE_TOO_LONG % {"max": REASON_MAX}, "reason")
    return said


def remove_participant(actor: User, space: Space, member: User, reason: str) -> None:
    """Take every role in a space from a member, who is told why. Raises NotAllowed, Conflict, Invalid(reason)."""
    require(policy.can_lead(actor, space))
    if member.id == actor.id:
        raise Conflict(NOT_YOURSELF)
    said = _reason(reason)
    _held_here(member, space)
    for role in SPACE_ROLES:
        revoke_role(actor, member, role, space.id)
    audit(actor, "remove_participant", "member", member.id, reason=said, space_id=space.id)
    if member.email and member.status == "active":
        mail.send(member.email, "forum/removed", member.ui_lang, user=member, space=space, why=said)


def make_facilitator(actor: User, space: Space, member: User, until: datetime | None = None) -> None:
    """Give a participant the lead of a space, until a date or without end. Raises NotAllowed, Conflict."""
    require(policy.can_lead(actor, space))
    _held_here(member, space)
    grant_role(actor, member, "participant", space.id)  # still a participant when the lead has ended
    grant_role(actor, member, "facilitator", space.id, until)


def make_participant(actor: User, space: Space, member: User) -> None:
    """Take the lead back; the member stays in the space. Raises NotAllowed, Conflict."""
    require(policy.can_lead(actor, space))
    _held_here(member, space)
    grant_role(actor, member, "participant", space.id)
    revoke_role(actor, member, "facilitator", space.id)


def _held_here(member: User, space: Space) -> None:
    if not any(role.space_id == space.id and role.name in SPACE_ROLES for role in member.roles):
        raise Conflict(OUT_OF_STEP)


def purge_requests(before: datetime) -> None:
    """Forget what people said of themselves in requests decided before a moment."""
    query = select(SpaceRequest).where(SpaceRequest.decided_at < before, SpaceRequest.note != "")
    for asked in db.session.scalars(query):
        asked.note = ""
