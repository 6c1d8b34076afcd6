"""Who opens doors to other software."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no

ADMINISTRATORS = lazy_pgettext("door rule", "Only administrators connect other software.")


def can_connect(actor: Actor) -> Ruling:
    """Webhooks are made, changed and read by administrators."""
    return YES if actor.is_administrator else no(ADMINISTRATORS)
