"""Finding for an actor: the engine proposes, the database decides what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import ceil

from app.core.consumers import position
from app.core.events import tail
from app.core.i18n import INTERFACE, current_lang
from app.core.policy import Actor
from app.core.subjects import SubjectHidden, SubjectPublished, SubjectRemoved
from app.search.breadth import ENOUGH
from app.search.documents import indexed_kinds
from app.search.engine import NOBODY, Filters, Hit, Lift, Query, Result, Sort, key_of
from app.search.index import CONSUMER, current_index
from app.search.naming import resolved
from app.search.policy import audiences
from app.search.query import Typed, merged, parse
from app.search.remarks import Reason, Remark
from app.search.thesaurus import widened

PAGE = 20
LAST_PAGE = 50
LIFTS = (Lift("kind", "topic", 1.4), Lift("kind", "member", 0.7), Lift("mark", "solved", 1.2))
"""What begins a conversation comes before what follows in it, what was said before who is called so, and what was
solved before what was not."""
OWN_LANGUAGE = 1.1
"""What is said in the reader's language comes before what says as much in another."""
_ROUNDS = 3
_WIDE = 500
_UNREAD_EVENTS = 1_000


@dataclass(frozen=True)
class Search:
    """What was asked and what was found, one page of it.

    `filters` are all that apply, `chosen` those of them that were chosen on the page and not typed; values as in the
    index.
    """

    typed: Typed
    filters: Filters
    result: Result
    page: int
    chosen: Filters = field(default_factory=Filters)
    remarks: tuple[Remark, ...] = ()
    besides: frozenset[str] = NOBODY
    """Keys of what is found because a part of it is."""
    spelled: str = ""
    """The query as it was taken, where a word that nothing holds was taken for the nearest one that something does."""

    @property
    def last_page(self) -> int:
        """The last page that can be opened."""
        return min(LAST_PAGE, max(1, ceil(self.result.total / PAGE)))


def as_typed(actor: Actor, text: str, chosen: Filters, page: int = 1, sort: Sort = Sort.RELEVANCE) -> Search:
    """What is found of these very words, narrowed by filters chosen on the page, which are named as typed ones are."""
    typed = widened(parse(text, languages_of(actor)))
    wanted, unknown = resolved(actor, typed.filters)
    narrowed, unknown_here = resolved(actor, chosen)
    unwanted, not_unwanted = resolved(actor, typed.unwanted)
    filters = merged(wanted, narrowed)
    remarks = tuple(dict.fromkeys((*typed.remarks, *unknown, *unknown_here, *not_unwanted)))
    if typed.is_empty and filters == Filters():
        return Search(typed, filters, Result(), 1, narrowed, remarks)
    remarks = tuple(remark for remark in remarks if remark.reason is not Reason.NOTHING_SOUGHT or filters == Filters())
    page = min(max(page, 1), LAST_PAGE)
    query = Query(
        required=typed.required,
        bonus=typed.bonus,
        without=typed.without,
        filters=filters,
        unwanted=unwanted,
        lifts=(*LIFTS, Lift("lang", current_lang(), OWN_LANGUAGE)),
        visibility=audiences(actor),
        unseen=withdrawn(),
        sort=sort,
        offset=(page - 1) * PAGE,
        limit=PAGE,
    )
    result = checked(actor, query)
    if besides := _wholes(actor, query, result):
        result = checked(actor, replace(query, besides=besides))
    return Search(typed, filters, result, page, narrowed, remarks, besides=besides)


def _wholes(actor: Actor, query: Query, result: Result) -> frozenset[str]:
    """Where little is found, what the parts found belong to is found too: the topic in which a reply says it.

    It depends on the words alone, so that each filter leaves as many as the facets said. What stands between quotation
    marks is found where it stands.
    """
    is_phrase = any(len(group[0].tokens) > 1 for group in query.required)
    if query.sort is not Sort.RELEVANCE or not query.required or is_phrase:
        return NOBODY
    if result.total >= ENOUGH and not result.relaxed:
        return NOBODY
    little = checked(actor, replace(query, filters=Filters(), offset=0, limit=ENOUGH))
    if little.total >= ENOUGH:
        return NOBODY
    found: set[str] = set()
    known = indexed_kinds()
    for name, ids in _by_kind(little.hits).items():
        if name in known and (part_of := known[name].part_of):
            found.update(key_of(kind, subject_id) for kind, subject_id in part_of(ids).values())
    return frozenset(found)


def languages_of(actor: Actor) -> tuple[str, ...]:
    """The languages a word is sought in: the reader's, then the forum's."""
    return tuple(dict.fromkeys((current_lang(), *getattr(actor, "content_langs", ()), *INTERFACE)))


def withdrawn() -> frozenset[str]:
    """What was hidden or removed since the indexer last looked: the index may still have it."""
    read, withdrawn = position(CONSUMER), set[str]()
    if not tail(read, 1, only=(SubjectHidden, SubjectRemoved)):
        return NOBODY
    for logged in tail(read, _UNREAD_EVENTS, only=(SubjectHidden, SubjectRemoved, SubjectPublished)):
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


def _by_kind(hits: Iterable[Hit]) -> dict[str, set[int]]:
    ids: dict[str, set[int]] = defaultdict(set)
    for hit in hits:
        ids[hit.kind].add(hit.id)
    return ids


def _unseen(actor: Actor, hits: Iterable[Hit]) -> frozenset[str]:
    known = indexed_kinds()
    unseen: set[str] = set()
    for name, of_kind in _by_kind(hits).items():
        visible = known[name].visible_to(actor, of_kind) if name in known else set()
        unseen |= {key_of(name, subject_id) for subject_id in of_kind - visible}
    return frozenset(unseen)
