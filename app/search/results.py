"""How results are shown: hits with their excerpts, and the choices that narrow them, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.core.i18n import language_name
from app.core.policy import Actor
from app.core.subjects import Link, kind
from app.search.documents import documents_of, indexed_kinds
from app.search.engine import Hit
from app.search.excerpts import excerpt, highlighted, passage
from app.search.queries import Search
from app.search.reasons import Reason
from app.search.thesaurus import reasons_for

LONGEST_ID = 15
"""Digits of a number that can be an id."""


@dataclass(frozen=True)
class Found:
    """A hit as its reader sees it."""

    kind: str
    kind_label: Any
    link: Link
    title: Markup
    words: Markup
    lang: str
    date: datetime
    reasons: tuple[Reason, ...] = ()
    """The words of the vocabulary without which it would not have been found."""


@dataclass(frozen=True)
class Choice:
    """A value of a facet, with the number of hits it would leave."""

    value: str
    label: Any
    count: int
    is_chosen: bool
    lang: str = ""


def shown_hits(actor: Actor, search: Search) -> list[Found]:
    """The hits of the page in order, with what they say now: the index holds no text."""
    shown: dict[str, Found] = {}
    by_kind: dict[str, list[Hit]] = defaultdict(list)
    for hit in search.result.hits:
        by_kind[hit.kind].append(hit)
    for name, hits in by_kind.items():
        shown |= dict(_found(name, hits, search))
    return [shown[hit.key] for hit in search.result.hits if hit.key in shown]


def _found(name: str, hits: list[Hit], search: Search) -> Iterator[tuple[str, Found]]:
    declared, ids = kind(name), [hit.id for hit in hits]
    documents = documents_of(declared, ids)
    rows = declared.load(ids)
    sought = search.typed.sought
    for hit in hits:
        document, row = documents.get(hit.id), rows.get(hit.id)
        if document is None or row is None:
            continue
        link, document = declared.link(row), replace(document, body=passage(document.body, sought))
        title = highlighted(link.title, link.lang or document.lang, sought)
        words = excerpt(document.body, document.lang, sought)
        label = declared.label_of_one or declared.label
        reasons = reasons_for(document, search.typed)
        yield hit.key, Found(name, label, link, title, words, document.lang, document.date, reasons)


def kind_choices(search: Search) -> list[Choice]:
    """The kinds that have hits, in the order of the rooms."""
    counts, chosen = search.result.facets.get("kind", {}), search.filters.kind
    kinds = indexed_kinds().items()
    return [
        Choice(name, k.label, counts.get(name, 0), name in chosen)
        for name, k in kinds
        if name in counts or name in chosen
    ]


def language_choices(search: Search) -> list[Choice]:
    """The languages of the texts found, the commonest first."""
    return _choices(search, "lang", {tag: (language_name(tag), "") for tag in _values(search, "lang")})


def space_choices(actor: Actor, search: Search) -> list[Choice]:
    """The spaces of what was found, as far as the actor may see them."""
    spaces = kind("space")
    ids = [int(value) for value in _values(search, "space") if value.isdecimal() and len(value) <= LONGEST_ID]
    rows = spaces.load(spaces.visible_to(actor, ids)) if ids else {}
    links = {str(space_id): spaces.link(row) for space_id, row in rows.items()}
    return _choices(search, "space", {value: (link.title, link.lang) for value, link in links.items()})


def _values(search: Search, facet: str) -> set[str]:
    chosen: frozenset[str] = getattr(search.filters, facet)
    return set(search.result.facets.get(facet, {})) | chosen


def _choices(search: Search, facet: str, labels: Mapping[str, tuple[str, str]]) -> list[Choice]:
    counts, chosen = search.result.facets.get(facet, {}), getattr(search.filters, facet)
    choices = [Choice(v, label, counts.get(v, 0), v in chosen, lang) for v, (label, lang) in labels.items()]
    return sorted(choices, key=lambda choice: (-choice.count, choice.label))
