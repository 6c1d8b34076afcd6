"""Searches that members keep: at most fifty each, under a name, seen by nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.accounts.models import User
from app.core.db import db, lock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.search.models import LONGEST_ADDRESS, LONGEST_NAME, SavedSearch
from app.search.policy import can_change_saved_search, can_save_search

MOST_SAVED = 50
NO_NAME = lazy_pgettext("search", "Give the search a name.")
TOO_MANY = lazy_pgettext("search", "You keep %(num)d searches, which is the most: delete one first.")
NOTHING = lazy_pgettext("search", "There is nothing to look for in this search.")


def save_search(actor: User, name: str, query: str) -> SavedSearch:
    """Keep a search; one that is kept already gets the new name. Raises NotAllowed, Invalid, Conflict."""
    require(can_save_search(actor))
    called = _named(name)
    if not query or len(query) > LONGEST_ADDRESS:
        raise Invalid(NOTHING, "query")
    lock(actor)
    kept = select(SavedSearch).where(SavedSearch.user_id == actor.id, SavedSearch.query == query)
    saved = db.session.scalars(kept).first()
    if saved is None:
        if count_of(actor) >= MOST_SAVED:
            raise Conflict(TOO_MANY % {"num": MOST_SAVED})
        saved = SavedSearch(user_id=actor.id, query=query)
        db.session.add(saved)
    saved.name = called
    db.session.flush()
    return saved


def rename_search(actor: Actor, saved: SavedSearch, name: str) -> SavedSearch:
    """Give one's own search another name. Raises NotFound, Invalid."""
    _own(actor, saved)
    saved.name = _named(name)
    db.session.flush()
    return saved


def delete_search(actor: Actor, saved: SavedSearch) -> None:
    """Keep one's own search no longer. Raises NotFound."""
    _own(actor, saved)
    db.session.delete(saved)


def get_saved(actor: Actor, saved_id: int) -> SavedSearch:
    """One's own search. Raises NotFound."""
    saved = db.session.get(SavedSearch, saved_id)
    if saved is None:
        raise NotFound
    _own(actor, saved)
    return saved


def saved_searches(actor: Actor) -> Sequence[SavedSearch]:
    """One's own, the latest first: there are at most fifty."""
    own = select(SavedSearch).where(SavedSearch.user_id == (actor.actor_id or 0))
    return db.session.scalars(own.order_by(SavedSearch.id.desc())).all()


def count_of(actor: Actor) -> int:
    """How many the actor keeps."""
    if actor.is_visitor:
        return 0
    own = select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == actor.actor_id)
    return db.session.scalar(own) or 0


def _own(actor: Actor, saved: SavedSearch) -> None:
    if not can_change_saved_search(actor, saved):
        raise NotFound


def _named(name: str) -> str:
    called = name.strip()[:LONGEST_NAME].strip()
    if not called:
        raise Invalid(NO_NAME, "name")
    return called
