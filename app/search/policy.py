"""Who finds what: the tokens an actor bears, of which a document must have one. The database is asked again later.

And whose the searches are that members keep.
"""

from __future__ import annotations

from app.core.policy import YES, Actor, Ruling, no
from app.core.subjects import kinds
from app.engagement.policy import SIGN_IN
from app.search.models import SavedSearch


def audiences(actor: Actor) -> frozenset[str]:
    """Everyone's, members', staff's, and those of each kind that keeps texts to some, such as the spaces one sees."""
    tokens = {"public"} if actor.is_visitor else {"public", "members"}
    if actor.is_staff:
        tokens.add("staff")
    for declared in kinds():
        if declared.audiences:
            tokens.update(declared.audiences(actor))
    return frozenset(tokens)


def can_save_search(actor: Actor) -> Ruling:
    """Members keep searches."""
    return no(SIGN_IN) if actor.is_visitor else YES


def can_change_saved_search(actor: Actor, saved: SavedSearch) -> Ruling:
    """Each their own."""
    return YES if actor.actor_id is not None and saved.user_id == actor.actor_id else no("")
