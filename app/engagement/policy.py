"""Who may do what with a subject that they may see; seeing itself is the rule of the subject's room."""

from __future__ import annotations

from typing import Any

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.core.subjects import SubjectKind

SIGN_IN = lazy_pgettext("engagement rule", "Sign in to take part.")
NOT_SHOWN = lazy_pgettext("engagement rule", "This is no longer shown: it takes no reactions.")
NOT_YOURS = lazy_pgettext("engagement rule", "Only its author may change the tags and files of this.")
TEAM = lazy_pgettext("engagement rule", "Only the team keeps the tags in order.")


def can_react(actor: Actor, declared: SubjectKind, subject: Any) -> Ruling:
    """Members react to what is shown; a moderator who still sees a hidden post does not."""
    if actor.is_visitor:
        return no(SIGN_IN)
    return YES if declared.is_open(subject) else no(NOT_SHOWN)


def can_take_back(actor: Actor) -> Ruling:
    """A member takes a reaction back at any time."""
    return no(SIGN_IN) if actor.is_visitor else YES


def can_follow(actor: Actor) -> Ruling:
    """Members follow whatever they may see, and note how far they have read it."""
    return no(SIGN_IN) if actor.is_visitor else YES


def can_edit(actor: Actor, declared: SubjectKind, subject: Any) -> Ruling:
    """Tags and files: as the subject's room rules, else its owner and staff."""
    if actor.is_visitor:
        return no(SIGN_IN)
    if declared.may_edit:
        return declared.may_edit(actor, subject)
    return YES if actor.is_staff or declared.owner_id(subject) == actor.actor_id else no(NOT_YOURS)


def can_bookmark(actor: Actor) -> Ruling:
    """Members bookmark whatever they may see."""
    return no(SIGN_IN) if actor.is_visitor else YES


def can_keep_tags(actor: Actor) -> Ruling:
    """Tags are the same in every space: staff rename, merge and withdraw them."""
    return YES if actor.is_staff else no(TEAM)


def can_send_files(actor: Actor) -> Ruling:
    """Members keep files for what they are writing."""
    return no(SIGN_IN) if actor.is_visitor else YES
