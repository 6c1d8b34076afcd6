"""Who reads the desk of the administrators, and who changes what is on it (domain rule: staff read)."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no


def can_read_desk(actor: Actor) -> Ruling:
    """Staff and administrators."""
    if actor.is_staff:
        return YES
    return no(lazy_pgettext("rule", "Only staff and administrators see the administration of the site."))


def can_administer(actor: Actor) -> Ruling:
    """Administrators."""
    if actor.is_administrator:
        return YES
    return no(lazy_pgettext("rule", "Only administrators change how the site is run."))
