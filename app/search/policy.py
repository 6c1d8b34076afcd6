"""Who finds what: the tokens an actor bears, of which a document must have one. The database is asked again later."""

from __future__ import annotations

from app.core.policy import Actor
from app.core.subjects import kinds


def audiences(actor: Actor) -> frozenset[str]:
    """Everyone's, members', staff's, and those of each kind that keeps texts to some, such as the spaces one sees."""
    tokens = {"public"} if actor.is_visitor else {"public", "members"}
    if actor.is_staff:
        tokens.add("staff")
    for declared in kinds():
        if declared.audiences:
            tokens.update(declared.audiences(actor))
    return frozenset(tokens)
