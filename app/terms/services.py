"""Writes of vocabularies: labels in each language, order, withdrawal. Codes never change. Inside a unit of work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from app.core.audit import audit
from app.core.db import db, lock
from app.core.errors import Invalid, NotFound
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.core.typed import one_line
from app.terms.events import TermChanged
from app.terms.models import Term
from app.terms.policy import can_edit_terms
from app.terms.queries import forget

LABEL_MOST, CODE_MOST = 80, 40
NO_LABEL = lazy_pgettext("term", "Give the term a label in at least one language.")
TOO_LONG = lazy_pgettext("form", "This is too long: at most %(max)d characters.")
CODE_SHAPE = lazy_pgettext("term", "Write the code in small letters, digits and low lines.")
CODE_TAKEN = lazy_pgettext("term", "This code is taken, perhaps by a term that was withdrawn.")
_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def create_term(actor: Actor, scheme: str, code: str, labels: Mapping[str, str]) -> Term:
    """Add a term, the last in order. Raises NotAllowed, NotFound for an unknown scheme, Invalid."""
    require(can_edit_terms(actor))
    last = db.session.scalar(select(func.max(Term.position)).where(Term.scheme == scheme))
    if last is None:
        raise NotFound
    if not _CODE.fullmatch(code) or len(code) > CODE_MOST:
        raise Invalid(CODE_SHAPE, "code")
    if db.session.scalar(select(Term.id).where(Term.scheme == scheme, Term.code == code)) is not None:
        raise Invalid(CODE_TAKEN, "code")
    term = Term(scheme=scheme, code=code, labels=_checked(labels), synonyms={}, position=last + 1, mapping={})
    db.session.add(term)
    db.session.flush()
    _tell(actor, "create_term", term)
    return term


def edit_term(
    actor: Actor, term: Term, labels: Mapping[str, str], synonyms: Mapping[str, Sequence[str]] | None = None
) -> Term:
    """Give a term other labels and other words to be found by. Raises NotAllowed, Invalid."""
    require(can_edit_terms(actor))
    lock(term)
    kept = _checked(labels)
    words = {lang: list(said) for lang, said in (synonyms or {}).items() if said}
    if (term.labels, term.synonyms) != (kept, words):
        term.labels, term.synonyms = kept, words
        _tell(actor, "edit_term", term)
    return term


def withdraw_term(actor: Actor, term: Term, is_active: bool = False) -> Term:
    """Offer a term no more, or again; it is read wherever it was given. Raises NotAllowed."""
    require(can_edit_terms(actor))
    lock(term)
    if term.is_active is not is_active:
        term.is_active = is_active
        _tell(actor, "restore_term" if is_active else "withdraw_term", term)
    return term


def order_terms(actor: Actor, scheme: str, codes: Sequence[str]) -> None:
    """Give the terms of a scheme this order; those not named come after. Raises NotAllowed, NotFound."""
    require(can_edit_terms(actor))
    rows = db.session.scalars(select(Term).where(Term.scheme == scheme).order_by(Term.position, Term.id)).all()
    known = {term.code: term for term in rows}
    if not set(codes) <= known.keys():
        raise NotFound
    named = list(dict.fromkeys(codes))
    order = [*named, *(term.code for term in rows if term.code not in named)]
    if order == [term.code for term in rows]:
        return
    for place, code in enumerate(order, start=1):
        known[code].position = place
    audit(actor, "order_terms", "term", known[order[0]].id, scheme=scheme)
    record(TermChanged(known[order[0]].id))
    forget()


def _checked(labels: Mapping[str, str]) -> dict[str, str]:
    kept = {lang: said for lang, label in labels.items() if (said := one_line(label))}
    if not kept:
        raise Invalid(NO_LABEL, "label")
    for lang, label in kept.items():
        if len(label) > LABEL_MOST:
            raise Invalid(TOO_LONG % {"max": LABEL_MOST}, f"label-{lang}")
    return kept


def _tell(actor: Actor, action: str, term: Term) -> None:
    audit(actor, action, "term", term.id, scheme=term.scheme, code=term.code)
    record(TermChanged(term.id))
    forget()
