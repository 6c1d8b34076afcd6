"""Levels of trust: what a member may do grows with the time spent here. One table holds every effect."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.core.i18n import lazy_pgettext
from app.core.policy import Actor

NEW, BASIC, MEMBER, REGULAR = range(4)
NAMES = (
    lazy_pgettext("trust", "New"),
    lazy_pgettext("trust", "Settled in"),
    lazy_pgettext("trust", "Taking part"),
    lazy_pgettext("trust", "Regular"),
)


class Effects(NamedTuple):
    """What a level allows."""

    links: int
    """Links in one message before it waits for a moderator."""
    images: int
    """Images in one message before it waits for a moderator."""
    uploads: int
    """Files sent in an hour."""
    posts: int
    """Messages sent in a minute."""
    flags: int
    """Reports sent in an hour."""
    edits_wiki: bool
    """Whether the member edits messages that are open to all."""
    is_sifted: bool
    """Whether messages are read by the classifier."""
    links_in_profile: bool
    """Whether the presentation may hold links."""


EFFECTS = (
    Effects(
        links=2, images=2, uploads=10, posts=10, flags=10, edits_wiki=False, is_sifted=True, links_in_profile=False
    ),
    Effects(links=10, images=5, uploads=30, posts=10, flags=15, edits_wiki=True, is_sifted=True, links_in_profile=True),
    Effects(
        links=30, images=20, uploads=60, posts=15, flags=20, edits_wiki=True, is_sifted=False, links_in_profile=True
    ),
    Effects(
        links=100, images=50, uploads=120, posts=20, flags=40, edits_wiki=True, is_sifted=False, links_in_profile=True
    ),
)


def level_of(actor: Actor) -> int:
    """The level of an actor; whoever keeps order is trusted fully, a visitor not yet."""
    if actor.is_staff or any(role.is_in_force for role in getattr(actor, "roles", ()) if role.name == "moderator"):
        return REGULAR
    return int(getattr(actor, "trust", NEW))


def effects(actor: Actor) -> Effects:
    """What the actor's level allows."""
    return EFFECTS[level_of(actor)]


def name_of(level: int) -> Any:
    """What a level is called."""
    return NAMES[level]
