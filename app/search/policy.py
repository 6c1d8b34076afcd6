"""Who finds what: the tokens an actor bears, of which a document must have one. The database is asked again later."""

from __future__ import annotations

from app.core.policy import Actor
from app.search.documents import EVERY_SPACE


def audiences(actor: Actor) -> frozenset[str]:
    """Everyone's, members', and those of the spaces the actor moderates; staff bear all."""
    if actor.is_visitor:
        return frozenset({"public"})
    held = [role for role in getattr(actor, "roles", ()) if role.name == "moderator" and role.is_in_force]
    spaces = {EVERY_SPACE if role.space_id is None else f"space:{role.space_id}" for role in held}
    everything = {"staff", EVERY_SPACE} if actor.is_staff else set()
    return frozenset({"public", "members"} | spaces | everything)
