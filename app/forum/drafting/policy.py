"""Who may do what with drafts: each member with their own, nobody with another's."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.forum.drafting.models import Draft
from app.forum.policy import SIGN_IN

NOT_YOURS = lazy_pgettext("draft rule", "This draft is not yours.")
NOT_AN_EDIT = lazy_pgettext(
    "draft rule", "A change to a message is made at once: only new messages are published later."
)


def can_keep_drafts(actor: Actor) -> Ruling:
    """Members keep drafts."""
    return no(SIGN_IN) if actor.is_visitor else YES


def can_use_draft(actor: Actor, draft: Draft) -> Ruling:
    """Its author alone reads, changes and discards a draft; no role opens another's."""
    if actor.is_visitor:
        return no(SIGN_IN)
    return YES if draft.user_id == actor.actor_id else no(NOT_YOURS)


def can_schedule_draft(actor: Actor, draft: Draft) -> Ruling:
    """Topics and replies are published later; whether their author may write there is asked again when they are due."""
    if not (own := can_use_draft(actor, draft)):
        return own
    return no(NOT_AN_EDIT) if draft.place == "edit" else YES
