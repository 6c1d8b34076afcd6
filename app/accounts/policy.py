"""Who may decide about members."""

from __future__ import annotations

from app.accounts.models import ROLES, SPACE_ROLES, User
from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no


class Operator:
    """Whoever holds the machine's command line: may do everything, and is no member."""

    actor_id = None
    is_visitor = False
    is_staff = True
    is_administrator = True

    def moderates(self, _space_id: int) -> bool:
        """The operator moderates everywhere."""
        return True

    def belongs_to(self, _space_id: int) -> bool:
        """The operator goes in everywhere."""
        return True

    def is_excluded(self, _space_id: int) -> bool:
        """The operator is excluded from nothing."""
        return False


OPERATOR = Operator()


def can_change_profile(actor: Actor, member: User) -> Ruling:
    """Members change their own profile."""
    if actor.actor_id is not None and actor.actor_id == member.id:
        return YES
    return no(lazy_pgettext("rule", "Only the member can change this."))


def can_give_role(actor: Actor, member: User, role: str, space_id: int | None) -> Ruling:
    """Administrators give roles to active members; only a moderator's role may be held to one space.

    Those of a space, participant and facilitator, are given by whoever moderates it.
    """
    if role in SPACE_ROLES:
        return _can_give_space_role(actor, member, space_id)
    if not actor.is_administrator:
        return no(lazy_pgettext("rule", "Only administrators give roles."))
    if role not in ROLES:
        return no(lazy_pgettext("rule", "There is no such role."))
    if space_id is not None and role != "moderator":
        return no(lazy_pgettext("rule", "Only moderators can be held to one space."))
    if member.status != "active":
        return no(lazy_pgettext("rule", "Only active members can have a role."))
    return YES


def _can_give_space_role(actor: Actor, member: User, space_id: int | None) -> Ruling:
    if space_id is None:
        return no(lazy_pgettext("rule", "This role is held in a space."))
    if not actor.moderates(space_id):
        return no(lazy_pgettext("forum rule", "Only the moderators of this space may do this."))
    if member.status != "active":
        return no(lazy_pgettext("rule", "Only active members can have a role."))
    return YES


def can_take_role(actor: Actor, member: User, role: str, space_id: int | None = None) -> Ruling:
    """Administrators take roles back, moderators of a space those of that space; everyone leaves a space.

    Nobody stops being an administrator alone.
    """
    if role in SPACE_ROLES and space_id is not None:
        if actor.moderates(space_id) or (actor.actor_id is not None and actor.actor_id == member.id):
            return YES
        return no(lazy_pgettext("forum rule", "Only the moderators of this space may do this."))
    if not actor.is_administrator:
        return no(lazy_pgettext("rule", "Only administrators take roles back."))
    if role == "administrator" and actor.actor_id == member.id:
        return no(lazy_pgettext("rule", "Another administrator has to take this role from you."))
    return YES


def can_suspend(actor: Actor, member: User) -> Ruling:
    """Whoever moderates every space suspends members; staff also suspend moderators, administrators staff too.

    A moderator of some spaces excludes from these (`can_exclude`). Nobody suspends themselves.
    """
    if not actor.is_staff and not _moderates_everywhere(actor):
        return no(lazy_pgettext("rule", "Only those who moderate every space suspend members."))
    if actor.actor_id == member.id:
        return no(lazy_pgettext("rule", "You cannot suspend yourself."))
    if member.is_staff and not actor.is_administrator:
        return no(lazy_pgettext("rule", "Only administrators suspend staff."))
    if _moderates_somewhere(member) and not actor.is_staff:
        return no(lazy_pgettext("rule", "Only staff suspend moderators."))
    return YES


def _moderates_everywhere(actor: Actor) -> bool:
    held = getattr(actor, "roles", ())
    return any(role.name == "moderator" and role.space_id is None and role.is_in_force for role in held)


def _moderates_somewhere(member: User) -> bool:
    return any(role.name in {"moderator", "facilitator"} and role.is_in_force for role in member.roles)


def can_exclude(actor: Actor, member: User, space_id: int) -> Ruling:
    """Moderators of a space exclude members from it; staff alone exclude others who moderate it."""
    if not actor.moderates(space_id):
        return no(lazy_pgettext("forum rule", "Only the moderators of this space may do this."))
    if actor.actor_id == member.id:
        return no(lazy_pgettext("rule", "You cannot exclude yourself."))
    if member.moderates(space_id) and not actor.is_staff:
        return no(lazy_pgettext("rule", "Only staff exclude moderators."))
    return YES


def can_end_session(actor: Actor, owner_id: int) -> Ruling:
    """Members sign out their own devices."""
    if actor.actor_id == owner_id:
        return YES
    return no(lazy_pgettext("rule", "Only the member can sign this device out."))
