"""Topics like a title that is being typed: what the composer shows before the same thing is asked twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.policy import Actor
from app.search.engine import Filters
from app.search.queries import search

_SIGNS = re.compile(r"[^\w\s'’-]|(?<!\w)-")
"""What a search reads as an operator: a title has none."""


def similar_topics(actor: Actor, title: str, limit: int) -> Sequence[int]:
    """Ids of the topics that share most words with a title, those that the actor may find, the likest first."""
    words = " ".join(_SIGNS.sub(" ", title).split())
    if not words:
        return ()
    found = search(actor, words, Filters(kind=frozenset({"topic"})))
    return [hit.id for hit in found.result.hits[:limit]]
