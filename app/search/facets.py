"""The choices that narrow a search, with the number of hits each would leave, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select

from app.core import subjects
from app.core.db import db
from app.core.i18n import language_name, lazy_pgettext
from app.core.policy import Actor
from app.core.subjects import kind
from app.engagement.models import Tag
from app.engagement.queries import tag_label
from app.search.documents import indexed_kinds
from app.search.finding import Search
from app.search.marks import MARKS

SHOWN = 12
"""Values of a facet that are offered, besides those chosen."""
LONGEST_ID = 15
"""Digits of a number that can be an id."""


@dataclass(frozen=True)
class Choice:
    """A value of a facet as it stands in an address, with the number of hits it would leave.

    One that was typed in the box is chosen too, and taken away there.
    """

    value: str
    label: Any
    count: int
    is_chosen: bool
    lang: str = ""
    is_typed: bool = False


@dataclass(frozen=True)
class Facet:
    """A way to narrow: `name` is its parameter; of a single one one value at most is chosen."""

    name: str
    title: Any
    choices: list[Choice]
    is_single: bool = False


Named = Mapping[str, tuple[str, Any, str]]
"""By value of the index: the value in an address, what it is called, and in which language."""


def kind_choices(search: Search) -> list[Choice]:
    """The kinds that have hits, in the order of the rooms."""
    named = {name: (name, declared.label, "") for name, declared in indexed_kinds().items()}
    choices = _choices(search, "kind", named)
    return [choice for choice in choices if choice.count or choice.is_chosen]


def facets(actor: Actor, search: Search, year: int | None) -> list[Facet]:
    """All the others, without those that have nothing to choose."""
    found = [
        Facet(
            "language", lazy_pgettext("search", "Language of the text"), _commonest(search, "lang", _languages(search))
        ),
        Facet("space", lazy_pgettext("search", "Space"), _commonest(search, "space", _spaces(actor, search))),
        Facet("tag", lazy_pgettext("search", "Tag"), _commonest(search, "tag", _tags(search))),
        Facet("author", lazy_pgettext("search", "Author"), _commonest(search, "author", _members(actor, search))),
        Facet("year", lazy_pgettext("search", "Year"), _years(search, year), is_single=True),
        Facet("state", lazy_pgettext("search", "State"), _choices(search, "mark", _states(search))),
    ]
    return [facet for facet in found if facet.choices]


def _languages(search: Search) -> Named:
    return {tag: (tag, language_name(tag), "") for tag in _values(search, "lang") if not tag.startswith("?")}


def _spaces(actor: Actor, search: Search) -> Named:
    """As far as the actor may see them."""
    return _subjects(actor, "space", "slug", _leading(search, "space"))


def _members(actor: Actor, search: Search) -> Named:
    """As far as they are shown to the actor."""
    return _subjects(actor, "member", "handle", _leading(search, "author"))


def _subjects(actor: Actor, name: str, key: str, values: Iterable[str]) -> Named:
    declared = kind(name)
    ids = [int(value) for value in values if value.isdecimal() and len(value) <= LONGEST_ID]
    rows = subjects.named(declared, declared.visible_to(actor, ids)) if ids else {}
    links = {row_id: declared.link(row) for row_id, row in rows.items()}
    return {str(row_id): (getattr(rows[row_id], key), link.title, link.lang) for row_id, link in links.items()}


def _tags(search: Search) -> Named:
    """Tags by their slugs alone: documents bear free words as they were written besides."""
    values = _values(search, "tag")
    rows = db.session.execute(select(Tag.slug, Tag.label).where(Tag.slug.in_(values))) if values else ()
    return {slug: (slug, tag_label(slug, label).label, "") for slug, label in rows}


def _states(search: Search) -> Named:
    values = _values(search, "mark")
    return {mark: (mark, label, "") for mark, label in MARKS.items() if mark in values}


def _years(search: Search, chosen: int | None) -> list[Choice]:
    """The latest first."""
    counts = dict(search.result.facets.get("year", {}))
    if chosen is not None:
        counts.setdefault(str(chosen), 0)
    years = sorted(counts, key=int, reverse=True)
    return [Choice(year, year, counts[year], chosen is not None and int(year) == chosen) for year in years]


def _values(search: Search, facet: str) -> set[str]:
    chosen: frozenset[str] = getattr(search.filters, facet)
    return set(search.result.facets.get(facet, {})) | chosen


def _leading(search: Search, facet: str) -> set[str]:
    """The commonest, and those chosen: twice as many as are offered, for not all of them may be shown to the actor."""
    chosen: frozenset[str] = getattr(search.filters, facet)
    return set(islice(search.result.facets.get(facet, {}), 2 * SHOWN)) | chosen


def _choices(search: Search, facet: str, named: Named) -> list[Choice]:
    counts = search.result.facets.get(facet, {})
    active: frozenset[str] = getattr(search.filters, facet)
    by_hand: frozenset[str] = getattr(search.chosen, facet)
    return [
        Choice(value, label, counts.get(key, 0), key in active, lang, key in active and key not in by_hand)
        for key, (value, label, lang) in named.items()
    ]


def _commonest(search: Search, facet: str, named: Named) -> list[Choice]:
    choices = sorted(_choices(search, facet, named), key=lambda choice: (-choice.count, str(choice.label)))
    return [choice for place, choice in enumerate(choices) if place < SHOWN or choice.is_chosen]
