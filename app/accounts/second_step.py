"""The second step of signing in: turned on and off by the member, asked of whoever signs in, owed by who decides.

Inside a unit of work, like every service.
"""

from __future__ import annotations

from app.accounts import authenticator
from app.accounts.events import RightsChanged
from app.accounts.models import SecondFactor, SessionRecord, User
from app.core.audit import audit
from app.core.db import db, lock
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import record
from app.core.i18n import lazy_pgettext

WRONG = lazy_pgettext("account", "This code is not right, or was used already. Wait for the next one and try again.")
OWED = lazy_pgettext("account", "Your role needs the second step: it cannot be turned off.")
THERE = lazy_pgettext("account", "The second step is turned on already.")


def factor_of(member_id: int) -> SecondFactor | None:
    """The second factor of a member, if any."""
    return db.session.get(SecondFactor, member_id)


def owes_second_step(member: User) -> bool:
    """Whether the member's role asks for a second step (domain rule: moderators, staff and administrators)."""
    return bool(member.role_name)


def turn_on(member: User, secret: str, code: str) -> list[str]:
    """Keep a secret once the member's program shows its code; returns the recovery codes, which are shown once."""
    if factor_of(member.id) is not None:
        raise Conflict(THERE)
    if not authenticator.is_made_by(code, secret):
        raise Invalid(WRONG, "code")
    codes = authenticator.new_recovery_codes()
    db.session.add(SecondFactor(user_id=member.id, secret=secret, recovery=[*map(authenticator.digest_of, codes)]))
    audit(member, "second_step_on", "member", member.id)
    record(RightsChanged(member.id))
    return codes


def renew_recovery(member: User, code: str) -> list[str]:
    """New recovery codes in place of those that are left. Raises Invalid."""
    factor = _proven(member, code)
    codes = authenticator.new_recovery_codes()
    factor.recovery = [*map(authenticator.digest_of, codes)]
    audit(member, "recovery_codes", "member", member.id)
    return codes


def turn_off(member: User, code: str) -> None:
    """Sign in without the second step again. Raises NotAllowed, Invalid."""
    if owes_second_step(member):
        raise NotAllowed(OWED)
    db.session.delete(_proven(member, code))
    audit(member, "second_step_off", "member", member.id)
    record(RightsChanged(member.id))


def take_step(member: User, waiting: SessionRecord, code: str, digest: str) -> None:
    """Open a session that waited, under a new token. Raises Invalid."""
    _proven(member, code)
    waiting.awaits_code, waiting.token = False, digest


def _proven(member: User, code: str) -> SecondFactor:
    factor = factor_of(member.id)
    if factor is None:
        raise Conflict(WRONG)
    lock(factor)
    if not authenticator.takes(factor, code):
        raise Invalid(WRONG, "code")
    return factor
