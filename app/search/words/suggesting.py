"""What the search box offers while a search is typed: what begins so, in groups, for this reader alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, bindparam, func, select, union_all

from app.accounts.actor import VISITOR
from app.core.db import db
from app.core.i18n import current_lang, lazy_pgettext, text_lang
from app.core.policy import Actor
from app.core.subjects import SubjectKind, kind, links_of
from app.engagement.models import Tag, Tagging
from app.places.queries import country_name
from app.search.analysis import base_language
from app.search.analysis.words import words
from app.search.documents import indexed_kinds
from app.search.finding import languages_of
from app.search.policy import audiences
from app.search.words.models import PLACE, TAG, TERM, WORD, SearchWord
from app.search.words.taking import folded
from app.terms.queries import vocabulary

MOST, OF_A_GROUP, LOOKED_AT = 8, 3, 30
FEWEST_SIGNS = 2
LEAST = 2
"""Documents that hold a word before anybody is told of it."""
OWN_LANGUAGES = 2.0
"""How much more a word in a language of the reader's own weighs."""
_LAST = "\U0010ffff"

GROUPS: dict[str, Any] = {
    TAG: lazy_pgettext("engagement", "Tags"),
    PLACE: lazy_pgettext("search", "Places"),
    TERM: lazy_pgettext("forum", "Themes"),
    WORD: lazy_pgettext("search", "Words"),
}


@dataclass(frozen=True)
class Suggestion:
    """One line of the list: a page to open, or else words to search for."""

    kind: str
    group: Any
    label: str
    lang: str
    words: str
    url: str = ""


def suggestions(actor: Actor, typed: str) -> list[Suggestion]:
    """At most eight: people, topics and other subjects, tags, places, terms, words; what there is more of first."""
    start = folded(typed)
    if len(start) < FEWEST_SIGNS:
        return []
    seen = audiences(actor)
    langs = own_languages(actor)
    declared = _named_kinds()
    named = _beginning_so((*(each.name for each in declared), PLACE, TERM), start, seen)
    groups = [_subjects(actor, each, named[each.name], langs) for each in declared]
    groups += [_tags(actor, start, seen), _listed(PLACE, named[PLACE]), _listed(TERM, named[TERM])]
    groups.append(_words(typed, seen if actor.is_visitor else public_tokens(), langs))
    return _shared_out(groups)


def begins(start: str | ColumnElement[str], column: Any = SearchWord.folded) -> ColumnElement[bool]:
    """What begins so, read off the index."""
    return and_(column >= start, column < start + _LAST)


def public_tokens() -> frozenset[str]:
    """What a visitor bears now: a space that is closed a moment later tells no word any more."""
    return audiences(VISITOR)


def own_languages(actor: Actor) -> frozenset[str]:
    """Base languages that the reader reads: of the pages, and those they named."""
    tags = (current_lang(), *getattr(actor, "content_langs", ()))
    return frozenset(base_language(tag) for tag in languages_of(actor) if tag in tags)


def weight(row: Any, langs: Collection[str]) -> float:
    """How much a row counts for a reader of these languages."""
    return float(row.frequency) * (OWN_LANGUAGES if base_language(row.lang) in langs else 1.0)


def _named_kinds() -> list[SubjectKind]:
    """People first, then topics, then what other rooms have."""
    first = {"member": 0, "topic": 1}
    return sorted(indexed_kinds().values(), key=lambda declared: first.get(declared.name, 2))


@lru_cache(maxsize=16)
def _beginning(kinds: tuple[str, ...]) -> CompoundSelect[Any]:
    """The commonest of each of these kinds, in one statement."""
    row = SearchWord
    columns: tuple[Any, ...] = (
        row.kind, row.shown, row.lang, row.subject_id, row.code, row.frequency, row.folded, row.id,
    )  # fmt: skip
    here = select(*columns).where(begins(_START), _IS_SEEN)
    each = (here.where(row.kind == name).order_by(*_FIRST).limit(LOOKED_AT).subquery() for name in kinds)
    return union_all(*(select(part) for part in each))


def _beginning_so(kinds: tuple[str, ...], start: str, seen: Collection[str]) -> dict[str, list[Any]]:
    """What the reader may be told of each kind that begins so, what there is more of first."""
    found: dict[str, list[Any]] = {name: [] for name in kinds}
    for row in db.session.execute(_beginning(kinds), {"start": start, "seen": list(seen)}):
        found[row.kind].append(row)
    return {name: sorted(rows, key=lambda row: (-row.frequency, row.folded, row.id)) for name, rows in found.items()}


# Asked for at each sign that is typed: built once.
_START: ColumnElement[str] = bindparam("start", type_=SearchWord.folded.type)
_IS_SEEN = SearchWord.scope.in_(bindparam("seen", expanding=True))
_FIRST: tuple[Any, ...] = (SearchWord.frequency.desc(), SearchWord.folded, SearchWord.id)
_COUNT = func.sum(SearchWord.frequency)
_TAGS = (
    select(SearchWord.code)
    .where(SearchWord.kind == TAG, begins(_START), _IS_SEEN)
    .group_by(SearchWord.code)
    .order_by(_COUNT.desc(), SearchWord.code)
    .limit(MOST)
)
_COMMON = (
    select(SearchWord.folded)
    .where(SearchWord.kind == WORD, _IS_SEEN, begins(_START))
    .group_by(SearchWord.folded)
    .having(_COUNT >= LEAST)
    .order_by(_COUNT.desc(), SearchWord.folded)
    .limit(LOOKED_AT)
)


def _subjects(actor: Actor, declared: SubjectKind, rows: Sequence[Any], langs: Collection[str]) -> list[Suggestion]:
    best = dict.fromkeys(row.subject_id for row in sorted(rows, key=lambda row: -weight(row, langs)))
    visible = declared.visible_to(actor, list(best)) if best else set()
    wanted = [subject_id for subject_id in best if subject_id in visible][:MOST]
    found = links_of(declared, wanted)
    links = [found[subject_id] for subject_id in wanted if subject_id in found]
    return [Suggestion(declared.name, declared.label, link.title, link.lang, link.title, link.url) for link in links]


def _tags(actor: Actor, start: str, seen: Collection[str]) -> list[Suggestion]:
    """Tags on what the reader may find; the room that has them says whether they may be seen."""
    slugs = db.session.scalars(_TAGS, {"start": start, "seen": list(seen)}).all()
    if not slugs:
        return []
    found = {tag.slug: tag for tag in db.session.scalars(select(Tag).where(Tag.slug.in_(slugs)))}
    declared = kind(TAG)
    visible = _visible_tags(actor, {tag.id for tag in found.values()})
    shown = [found[slug] for slug in slugs if slug in found and found[slug].id in visible]
    return [Suggestion(TAG, GROUPS[TAG], tag.label, "", f"tag:{tag.slug}", declared.link(tag).url) for tag in shown]


def _visible_tags(actor: Actor, ids: set[int]) -> set[int]:
    """Which of these tags something bears that the actor may see. Mostly the newest bearer says so, for all at once."""
    tagging = (Tagging.tag_id, Tagging.subject_kind, func.max(Tagging.subject_id))
    newest = db.session.execute(
        select(*tagging).where(Tagging.tag_id.in_(ids)).group_by(Tagging.tag_id, Tagging.subject_kind)
    ).all()
    seen: set[int] = set()
    for name in {row[1] for row in newest}:
        visible = kind(name).visible_to(actor, {row[2] for row in newest if row[1] == name})
        seen |= {tag_id for tag_id, of_kind, subject_id in newest if of_kind == name and subject_id in visible}
    return seen | (kind(TAG).visible_to(actor, ids - seen) if ids - seen else set())


def _listed(kind_name: str, rows: Sequence[Any]) -> list[Suggestion]:
    """Terms and countries, named in the language of the pages."""
    lang = current_lang()
    best: dict[str, Any] = {}
    for row in rows:
        if row.code not in best or row.lang == lang:
            best[row.code] = row
    ordered = sorted(best.values(), key=lambda row: row.lang != lang)
    found = []
    for row in ordered:
        label, of = country_name(row.code, lang), lang
        if kind_name == TERM and (term := vocabulary().get(row.code)):
            if not term.is_active:
                continue
            label, of = term.label(lang), text_lang(term.labels)
        words = f"tag:{row.code.replace('_', '-')}" if kind_name == TERM else label
        found.append(Suggestion(kind_name, GROUPS[kind_name], label, of, words))
    return found


def _words(typed: str, public: Collection[str], langs: Collection[str]) -> list[Suggestion]:
    """The last word typed, ended as it is ended in at least two documents that everybody may read."""
    *_, last = words(typed)
    stub = folded(last.text)
    if len(stub) < FEWEST_SIGNS or last.end < len(typed):
        return []
    common = db.session.scalars(_COMMON, {"start": stub, "seen": list(public)})
    forms = [form for form in common if form != stub]
    if not forms:
        return []
    spelled = spellings(forms, public, langs)
    ordered = sorted(forms, key=lambda form: -weight(spelled[form], langs))
    head = typed[: last.start]
    return [
        Suggestion(WORD, GROUPS[WORD], row.shown, row.lang, f"{head}{row.shown}")
        for row in (spelled[form] for form in ordered)
    ]


def spellings(forms: Iterable[str], public: Collection[str], langs: Collection[str]) -> dict[str, Any]:
    """Of each folded word the spelling that is the commonest, first in the reader's languages."""
    row = SearchWord
    query = select(row.folded, row.shown, row.lang, func.sum(row.frequency).label("frequency"))
    here = (row.kind == WORD, row.scope.in_(public), row.folded.in_(list(forms)))
    found: dict[str, list[Any]] = defaultdict(list)
    for each in db.session.execute(query.where(*here).group_by(row.folded, row.shown, row.lang)):
        found[each.folded].append(each)
    return {form: max(rows, key=lambda each: (weight(each, langs), each.shown)) for form, rows in found.items()}


def _shared_out(groups: Iterable[list[Suggestion]]) -> list[Suggestion]:
    """Some of each group, and more of the first ones where there is room."""
    filled = [group for group in groups if group]
    places = [min(len(group), OF_A_GROUP if len(filled) > 1 else MOST) for group in filled]
    while sum(places) > MOST:
        places[places.index(max(places))] -= 1
    for at, group in enumerate(filled):
        places[at] += min(len(group) - places[at], MOST - sum(places))
    return [each for group, place in zip(filled, places, strict=True) for each in group[:place]]
