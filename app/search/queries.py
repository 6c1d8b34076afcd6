"""Searching for an actor: the engine proposes, the database decides what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil

from sqlalchemy import select

from app.accounts.models import User
from app.core.consumers import position
from app.core.db import db
from app.core.events import tail
from app.core.i18n import INTERFACE, current_lang
from app.core.policy import Actor
from app.core.subjects import SubjectHidden, SubjectPublished, SubjectRemoved, kind
from app.search.documents import indexed_kinds
from app.search.engine import Filters, Hit, Query, Result, Sort, key_of
from app.search.index import CONSUMER, current_index
from app.search.policy import audiences
from app.search.query import Typed, merged, parse
from app.search.thesaurus import widened

PAGE = 20
LAST_PAGE = 50
_ROUNDS = 3
_WIDE = 500
_UNREAD_EVENTS = 1_000


@dataclass(frozen=True)
class Search:
    """What was asked and what was found, one page of it."""

    typed: Typed
    filters: Filters
    result: Result
    page: int

    @property
    def last_page(self) -> int:
        """The last page that can be opened."""
        return min(LAST_PAGE, max(1, ceil(self.result.total / PAGE)))


def search(actor: Actor, text: str, chosen: Filters, page: int = 1, sort: Sort = Sort.RELEVANCE) -> Search:
    """Search for what a person typed, narrowed by the filters chosen on the page."""
    typed = widened(parse(text, languages_of(actor)))
    filters = merged(_resolved(typed.filters), chosen)
    if typed.is_empty and filters == Filters():
        return Search(typed, filters, Result(), 1)
    page = min(max(page, 1), LAST_PAGE)
    query = Query(
        required=typed.required,
        bonus=typed.bonus,
        without=typed.without,
        filters=filters,
        visibility=audiences(actor),
        unseen=withdrawn(),
        sort=sort,
        offset=(page - 1) * PAGE,
        limit=PAGE,
    )
    return Search(typed, filters, checked(actor, query), page)


def languages_of(actor: Actor) -> tuple[str, ...]:
    """The languages a word is sought in: the reader's, then the forum's."""
    return tuple(dict.fromkeys((current_lang(), *getattr(actor, "content_langs", ()), *INTERFACE)))


def _resolved(filters: Filters) -> Filters:
    """The labels a person types, as the index has them: spaces by slug, authors by handle."""
    authors = select(User.id).where(User.handle.in_([handle.lstrip("@").lower() for handle in filters.author]))
    by_slug = kind("space").by_public_id
    spaces = {slug: by_slug(slug) if by_slug else None for slug in filters.space}
    return replace(
        filters,
        # What is not known stays as it was typed, and finds nothing.
        author=frozenset(map(str, db.session.scalars(authors))) or filters.author,
        space=frozenset(str(space.id) if space else slug for slug, space in spaces.items()),
    )


def withdrawn() -> frozenset[str]:
    """What was hidden or removed since the indexer last looked: the index may still have it."""
    withdrawn: set[str] = set()
    for logged in tail(position(CONSUMER), _UNREAD_EVENTS):
        match logged.event:
            case SubjectHidden(kind=name, id=subject_id) | SubjectRemoved(kind=name, id=subject_id):
                withdrawn.add(key_of(name, subject_id))
            case SubjectPublished(kind=name, id=subject_id):
                withdrawn.discard(key_of(name, subject_id))
    return frozenset(withdrawn)


def checked(actor: Actor, query: Query) -> Result:
    """The engine's answer without what the database does not show this actor; total and facets leave it out too."""
    engine = current_index().engine
    for _ in range(_ROUNDS):
        result = engine.query(query)
        unseen = _unseen(actor, result.hits)
        if not unseen:
            return result
        # Where one hit is out of date others may be: look further before counting again.
        wide = engine.query(replace(query, offset=0, limit=_WIDE))
        query = replace(query, unseen=query.unseen | unseen | _unseen(actor, wide.hits))
    result = engine.query(query)
    unseen = _unseen(actor, result.hits)
    return replace(result, hits=tuple(hit for hit in result.hits if hit.key not in unseen))


def _unseen(actor: Actor, hits: Iterable[Hit]) -> frozenset[str]:
    ids: dict[str, set[int]] = defaultdict(set)
    for hit in hits:
        ids[hit.kind].add(hit.id)
    known = indexed_kinds()
    unseen: set[str] = set()
    for name, of_kind in ids.items():
        visible = known[name].visible_to(actor, of_kind) if name in known else set()
        unseen |= {key_of(name, subject_id) for subject_id in of_kind - visible}
    return frozenset(unseen)
