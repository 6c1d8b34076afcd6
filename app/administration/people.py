"""What administrators decide about members: roles with an end and a space, confirmation, closing."""

from __future__ import annotations

from datetime import datetime

from app.accounts import services
from app.accounts.models import EXCLUDED, User
from app.administration.members import counted_administrators
from app.administration.policy import can_administer
from app.core.db import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require

LAST_ONE = lazy_pgettext("desk", "This is the last administrator: name another one first.")
PAST = lazy_pgettext("desk", "Choose a day to come.")


def give_role(
    actor: Actor, member: User, role: str, space_id: int | None = None, until: datetime | None = None
) -> None:
    """Give a role. Raises NotAllowed, Invalid(until), Conflict where nobody would stay administrator."""
    require(can_administer(actor))
    if until is not None and until <= now():
        raise Invalid(PAST, "until")
    if role == "administrator":
        services.lock_administrators()
    if role == "administrator" and until is not None and not counted_administrators(member.id):
        raise Conflict(LAST_ONE)
    services.grant_role(actor, member, role, space_id, until)


def take_role(actor: Actor, member: User, role: str, space_id: int | None = None) -> None:
    """Take a role back. Being excluded is none: moderators end it, with a reason. Raises NotAllowed, NotFound, Conflict
    where nobody would stay administrator."""
    require(can_administer(actor))
    if role == EXCLUDED:
        raise NotFound
    if role == "administrator":
        services.lock_administrators()
    if role == "administrator" and not counted_administrators(member.id):
        raise Conflict(LAST_ONE)
    services.revoke_role(actor, member, role, space_id)
