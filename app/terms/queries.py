"""Reads of vocabularies. They are kept in the process: a page asks the database nothing for its labels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from time import monotonic

from flask import current_app
from sqlalchemy import select

from app.core.db import db
from app.terms.models import Term
from app.terms.themes import THEME
from app.terms.vocabulary import Entry, Vocabulary

KEPT_FOR = 60.0
"""Seconds after which a change made by another process is seen."""


@dataclass(frozen=True)
class _Kept:
    vocabularies: dict[str, Vocabulary]
    until: float


def vocabulary(scheme: str = THEME) -> Vocabulary:
    """The terms of a scheme, at most a minute old; an unknown scheme is empty."""
    kept: _Kept | None = current_app.extensions.get("terms")
    if kept is None or kept.until < monotonic():
        kept = current_app.extensions["terms"] = _Kept(_read(), monotonic() + KEPT_FOR)
    return kept.vocabularies.get(scheme) or Vocabulary(())


def terms(scheme: str = THEME) -> tuple[Entry, ...]:
    """The terms that are offered, in the order of the scheme."""
    return vocabulary(scheme).offered()


def label(code: str, lang: str | None = None, scheme: str = THEME) -> str:
    """The label of a code in a language; the code itself where it names no term."""
    entry = vocabulary(scheme).get(code)
    return entry.label(lang) if entry else code


def find_term(scheme: str, words: str) -> Entry | None:
    """The term that a code, or a label in any language, names: also one that was withdrawn."""
    return vocabulary(scheme).find(words)


def forget() -> None:
    """Read the vocabularies anew when they are next asked for."""
    current_app.extensions.pop("terms", None)


def _read() -> dict[str, Vocabulary]:
    columns = (Term.scheme, Term.code, Term.labels, Term.synonyms, Term.is_active)
    entries: dict[str, list[Entry]] = defaultdict(list)
    rows = db.session.execute(select(*columns).order_by(Term.scheme, Term.position, Term.id))
    for scheme, code, labels, synonyms, is_active in rows:
        entries[scheme].append(Entry(code, labels, synonyms, is_active))
    return {scheme: Vocabulary(found) for scheme, found in entries.items()}
