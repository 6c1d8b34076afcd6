"""The labels a person types, as the index has them: spaces by slug, authors by handle, tags by any of their words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.i18n import CONTENT
from app.core.policy import Actor
from app.core.slugs import slugify
from app.core.subjects import kind
from app.engagement.queries import tag_of_slug, visible_tag_ids
from app.search.documents import indexed_kinds
from app.search.engine import Filters
from app.search.marks import MARKS
from app.search.pieces import LABEL_NAMES
from app.search.remarks import Reason, Remark
from app.terms.queries import find_term, vocabulary
from app.terms.themes import THEME

MYSELF = "me"
"""`author:me` is whoever asks."""
_SIGNS = {field: sign for sign, field in LABEL_NAMES.items()}
Named = tuple[frozenset[str], tuple[Reason, ...]]
"""The values of the index that a typed one stands for, and what is to be said of it."""


def resolved(actor: Actor, filters: Filters) -> tuple[Filters, tuple[Remark, ...]]:
    """Labels as the index has them, and what is said of those that name nothing the actor may know of.

    What is not known finds nothing: no value of the index begins with a question mark.
    """
    remarks: list[Remark] = []
    found: dict[str, Any] = {}
    for name, values in filters.labels().items():
        known: set[str] = set()
        for value in sorted(values):
            named, reasons = _NAMED[name](actor, value)
            known |= named or {f"?{value}"}
            remarks += [Remark(reason, f"{_SIGNS[name]}:{value}") for reason in reasons]
        found[name] = frozenset(known)
    return replace(filters, **found), tuple(remarks)


def _known(values: Iterable[str]) -> Named:
    found = frozenset(values)
    return found, () if found else (Reason.UNKNOWN,)


def _kinds(_actor: Actor, value: str) -> Named:
    """In the singular or in the plural."""
    wanted = value.lower()
    return _known(name for name in indexed_kinds() if wanted in {name, f"{name}s"})


def _languages(_actor: Actor, value: str) -> Named:
    """`pt` is every Portuguese."""
    wanted = value.lower().replace("_", "-")
    return _known(tag for tag in CONTENT if tag.lower() == wanted or tag.lower().startswith(f"{wanted}-"))


def _spaces(actor: Actor, value: str) -> Named:
    """A space by its slug; the index knows no categories, so one stands for its space."""
    for name, said in (("space", ()), ("category", (Reason.CATEGORY,))):
        by_slug = kind(name).by_public_id
        row = by_slug(value.lower()) if by_slug else None
        if row is not None and row.id in kind(name).visible_to(actor, [row.id]):
            return frozenset({str(row.id if name == "space" else row.space_id)}), said
    return _known(())


def _authors(actor: Actor, value: str) -> Named:
    if value.lower() == MYSELF and actor.actor_id:
        return _known({str(actor.actor_id)})
    handle = value.lstrip("@").lower()
    author = db.session.scalar(select(User.id).where(User.handle == handle))
    if author is None:
        return _known(())
    is_shown = author in kind("member").visible_to(actor, [author])
    return frozenset({str(author)}), () if is_shown else (Reason.UNKNOWN,)


def _tags(actor: Actor, value: str) -> Named:
    """By its slug, by a synonym, or as a theme is called; else every theme of which that is a word."""
    if theme := find_term(THEME, value):
        return _known({theme.slug})
    tag = tag_of_slug(value.lower()) or tag_of_slug(slugify(value))
    if tag and visible_tag_ids(actor, [tag.id]):
        return _known({tag.slug})
    return _known(theme.slug for theme in vocabulary(THEME).holding(value))


def _marks(_actor: Actor, value: str) -> Named:
    return _known({value.lower()} & MARKS.keys())


_NAMED: dict[str, Callable[[Actor, str], Named]] = {
    "kind": _kinds, "lang": _languages, "space": _spaces, "author": _authors, "tag": _tags, "mark": _marks,
}  # fmt: skip
