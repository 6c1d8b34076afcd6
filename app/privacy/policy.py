"""Who copies, closes and erases an account: the member; staff where somebody asked them to."""

from __future__ import annotations

from app.accounts.models import User
from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no

OWN_ALONE = lazy_pgettext("privacy rule", "Only the member may do this.")
STAFF = lazy_pgettext("privacy rule", "Only the member or staff close an account.")
LAST = lazy_pgettext("privacy rule", "You are the only administrator: name another one first.")
HIGHER = lazy_pgettext("privacy rule", "Only administrators close accounts of staff.")
NOT_CLOSED = lazy_pgettext("privacy rule", "This account is not closed.")


def can_copy(actor: Actor, member: User) -> Ruling:
    """One's own data alone, whoever one is."""
    return YES if not actor.is_visitor and actor.actor_id == member.id else no(OWN_ALONE)


def can_close(actor: Actor, member: User, administrators: int) -> Ruling:
    """One's own account, unless nobody would be left to run the site; staff close others' on request."""
    is_own = actor.actor_id is not None and actor.actor_id == member.id
    if not is_own and not actor.is_staff:
        return no(STAFF)
    if not is_own and member.is_staff and not actor.is_administrator:
        return no(HIGHER)
    if member.is_administrator and administrators <= 1:
        return no(LAST)
    return YES


def can_erase(actor: Actor, member: User) -> Ruling:
    """Staff, of a closed account: its owner asked not to wait. Administrators alone erase who was staff."""
    if not actor.is_staff:
        return no(STAFF)
    if member.is_staff and not actor.is_administrator:
        return no(HIGHER)
    return YES if member.status == "closed" else no(NOT_CLOSED)
