"""How results are shown: hits with their excerpts, in the languages they were written in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.core.policy import Actor
from app.core.subjects import Link, kind, links_of
from app.search.documents import documents_of
from app.search.engine import Hit
from app.search.excerpts import excerpt, highlighted, passage
from app.search.finding import Search
from app.search.reasons import Reason
from app.search.thesaurus import reasons_for


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
    is_through_a_part: bool = False
    """Whether it says nothing of it by itself, but something in it does."""


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
    documents, links = documents_of(declared, ids), links_of(declared, ids)
    sought = search.typed.sought
    for hit in hits:
        document, link = documents.get(hit.id), links.get(hit.id)
        if document is None or link is None:
            continue
        body = " ".join(passage(document.body, sought).split())
        document = replace(document, body=body)
        title = highlighted(link.title, link.lang or document.lang, sought)
        words = excerpt(document.body, document.lang, sought)
        label = declared.label_of_one or declared.label
        reasons = reasons_for(document, search.typed)
        is_through_a_part = hit.key in search.besides and not hit.score
        yield hit.key, Found(name, label, link, title, words, document.lang, document.date, reasons, is_through_a_part)
