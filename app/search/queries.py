"""Searching for an actor: what was typed is looked for, and where nothing holds a word, the nearest one is."""

from __future__ import annotations

from dataclasses import replace

from app.core.policy import Actor
from app.search.engine import Filters, Sort
from app.search.finding import Search, as_typed
from app.search.words.correcting import FEW, respelled

__all__ = ["Search", "search"]


def search(actor: Actor, text: str, chosen: Filters, page: int = 1, sort: Sort = Sort.RELEVANCE) -> Search:
    """Search for what a person typed, narrowed by the filters chosen on the page, which are named as typed ones are.

    A word that nothing holds is taken for the nearest one the reader may know of, where that finds more; `spelled`
    then says what was looked for.
    """
    found = as_typed(actor, text, chosen, page, sort)
    if found.result.total >= FEW and not found.result.relaxed:
        return found
    spelled = respelled(actor, text, chosen, found)
    return replace(as_typed(actor, spelled, chosen, page, sort), spelled=spelled) if spelled else found
