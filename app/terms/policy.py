"""Who changes vocabularies."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no


def can_edit_terms(actor: Actor) -> Ruling:
    """Administrators."""
    if actor.is_administrator:
        return YES
    return no(lazy_pgettext("rule", "Only administrators change vocabularies."))
