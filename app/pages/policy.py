"""Who changes the pages of the site; everyone reads them."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no


def can_edit_pages(actor: Actor) -> Ruling:
    """Administrators write the pages of the site."""
    if actor.is_administrator:
        return YES
    return no(lazy_pgettext("rule", "Only administrators change the pages of the site."))
