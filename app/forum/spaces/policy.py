"""Who enters a space, who lets others in, who decides what the space is."""

from __future__ import annotations

from app.accounts.models import SPACE_ROLES
from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.forum.models import Space
from app.forum.policy import ARCHIVED, EXCLUDED, MODERATORS, SIGN_IN, can_see_space

ALREADY_IN = lazy_pgettext("forum rule", "You take part in this space already.")
BY_REQUEST = lazy_pgettext("forum rule", "Those who lead this space decide who enters it: ask them.")
NOT_IN = lazy_pgettext("forum rule", "You do not take part in this space.")
NO_REQUESTS = lazy_pgettext("forum rule", "This space takes no requests.")
ADMINISTRATORS = lazy_pgettext("forum rule", "Only administrators do this.")
TEAM_SPACE = lazy_pgettext("forum rule", "Only staff make a space the team's own, or open one that is.")


def is_in(actor: Actor, space_id: int) -> bool:
    """Whether the actor holds a role in that very space, which is what one can leave."""
    held = getattr(actor, "roles", ())
    return any(role.space_id == space_id and role.name in SPACE_ROLES and role.is_in_force for role in held)


def can_join(actor: Actor, space: Space) -> Ruling:
    """Members enter by themselves what is open to them all."""
    if actor.is_visitor:
        return no(SIGN_IN)
    if is_in(actor, space.id):
        return no(ALREADY_IN)
    if actor.is_excluded(space.id):
        return no(EXCLUDED)
    if space.is_archived:
        return no(ARCHIVED)
    return YES if space.visibility in {"public", "members"} else no(BY_REQUEST)


def can_ask(actor: Actor, space: Space) -> Ruling:
    """Members ask to enter a space that is by request."""
    if actor.is_visitor:
        return no(SIGN_IN)
    if actor.belongs_to(space.id):
        return no(ALREADY_IN)
    if actor.is_excluded(space.id):
        return no(EXCLUDED)
    if space.is_archived:
        return no(ARCHIVED)
    return YES if space.visibility == "request" else no(NO_REQUESTS)


def can_accept_invitation(actor: Actor, space: Space) -> Ruling:
    """Whoever is invited enters, but for the team's own spaces, which take nobody in."""
    if actor.is_visitor:
        return no(SIGN_IN)
    if is_in(actor, space.id):
        return no(ALREADY_IN)
    if actor.is_excluded(space.id):
        return no(EXCLUDED)
    if space.visibility == "staff":
        return no(NO_REQUESTS)
    return no(ARCHIVED) if space.is_archived else YES


def can_leave(actor: Actor, space: Space) -> Ruling:
    """Whoever holds a role in a space gives it back at any time."""
    return YES if is_in(actor, space.id) else no(SIGN_IN if actor.is_visitor else NOT_IN)


def can_see_people(actor: Actor, space: Space) -> Ruling:
    """Members who see a space see who takes part in it; visitors never."""
    if actor.is_visitor:
        return no(SIGN_IN)
    return can_see_space(actor, space)


def can_lead(actor: Actor, space: Space) -> Ruling:
    """Requests, invitations, participants and settings: the facilitators and moderators of the space."""
    return YES if actor.moderates(space.id) else no(MODERATORS)


def can_invite(actor: Actor, space: Space) -> Ruling:
    """Whoever leads a space invites into it, while it is alive and takes participants."""
    if not (leads := can_lead(actor, space)):
        return leads
    if space.visibility == "staff":
        return no(NO_REQUESTS)
    return no(ARCHIVED) if space.is_archived else YES


def can_give_visibility(actor: Actor, space: Space, visibility: str) -> Ruling:
    """Facilitators choose between all audiences but the team's, which staff alone gives and takes."""
    if not (leads := can_lead(actor, space)):
        return leads
    changes_the_team_s = visibility != space.visibility and "staff" in {visibility, space.visibility}
    if changes_the_team_s and not actor.is_staff:
        return no(TEAM_SPACE)
    return YES


def can_run_spaces(actor: Actor) -> Ruling:
    """Administrators create spaces, archive them and open them again."""
    return YES if actor.is_administrator else no(ADMINISTRATORS)
