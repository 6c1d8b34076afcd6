"""A classifier of our own, taught by moderators: naive Bayes over the words, links and form of a text.

What it learns are digests of features, keyed with the platform's secret: no word of a member can be read in its tables.
It knows nothing until moderators have decided often enough, says which words made it doubt, and never removes anything.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, cast

from flask import current_app
from sqlalchemy import JSON, BigInteger, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from app.config import Settings
from app.core import options
from app.core.db import Base, Id, db, now
from app.core.i18n import lazy_pgettext
from app.core.options import Option, declare
from app.core.upsert import insert_into
from app.moderation.features import features

TELLING = 20
"""How many features decide: those that say most."""
SHOWN = 6

LEAST = declare(
    Option(
        name="moderation.classifier_lessons",
        kind="int",
        default=20,
        least=5,
        most=10_000,
        group="trust",
        label=lazy_pgettext("option", "Decisions before the classifier begins"),
        help=lazy_pgettext("option", "As many texts approved, and as many refused as advertising."),
    )
)
THRESHOLD = declare(
    Option(
        name="moderation.classifier_threshold",
        kind="int",
        default=95,
        least=50,
        most=100,
        group="trust",
        label=lazy_pgettext("option", "How sure the classifier must be, in percent"),
        help=lazy_pgettext("option", "Above it, a message of a new member waits for a moderator. 100 turns it off."),
    )
)


class SpamToken(Base):
    """How many refused and approved texts had a feature. Row 0 counts the texts."""

    __tablename__ = "spam_token"

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    spam: Mapped[int] = mapped_column(default=0)
    fine: Mapped[int] = mapped_column(default=0)


class SpamLesson(Base):
    """What was learnt of one subject, so that it is learnt once and can be unlearnt."""

    __tablename__ = "spam_lesson"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    is_spam: Mapped[bool]
    tokens: Mapped[list[Any]] = mapped_column(JSON, default=list)
    learnt_at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class Opinion:
    """How likely a text is advertising, in percent, and the words that say so."""

    percent: int
    words: tuple[str, ...]


def learn(kind: str, subject_id: int, title: str, html: str, is_spam: bool) -> None:
    """Learn from a decision; the last one about a subject counts."""
    known = db.session.get(SpamLesson, (kind, subject_id))
    if known is not None:
        _count(known.tokens, known.is_spam, -1)
        db.session.delete(known)
        db.session.flush()
    tokens = sorted(_digests(features(title, html)))
    db.session.add(SpamLesson(kind=kind, subject_id=subject_id, is_spam=is_spam, tokens=tokens))
    _count(tokens, is_spam, 1)


def opinion(title: str, html: str) -> Opinion | None:
    """What the classifier thinks of a text; None until it was taught enough."""
    totals = lessons()
    if min(totals) < options.value(LEAST.name):
        return None
    spam, fine = totals
    found = features(title, html)
    digests = _digests(found)
    known = db.session.execute(_KNOWN, {"tokens": list(digests)})
    weights = {row.token: math.log((row.spam + 0.5) / (spam + 1) * (fine + 1) / (row.fine + 0.5)) for row in known}
    telling = sorted(weights.items(), key=lambda pair: -abs(pair[1]))[:TELLING]
    odds = max(-50.0, min(50.0, sum(weight for _, weight in telling)))
    words = [found[digests[token]] for token, weight in sorted(telling, key=lambda pair: -pair[1]) if weight > 0]
    return Opinion(round(100 / (1 + math.exp(-odds))), tuple(word for word in words if word)[:SHOWN])


_KNOWN = select(SpamToken.token, SpamToken.spam, SpamToken.fine).where(
    SpamToken.token.in_(bindparam("tokens", expanding=True))
)
_LESSONS = select(SpamToken.spam, SpamToken.fine).where(SpamToken.token == 0)


def lessons() -> tuple[int, int]:
    """How many refused and approved texts the classifier was taught with."""
    row = db.session.execute(_LESSONS).first()
    return (row.spam, row.fine) if row else (0, 0)


def doubts(title: str, html: str) -> Opinion | None:
    """The classifier's opinion where it is sure enough that a text should wait."""
    threshold = options.value(THRESHOLD.name)
    if threshold >= 100 or (said := opinion(title, html)) is None:
        return None
    return said if said.percent >= threshold else None


def _count(tokens: Collection[int], is_spam: bool, change: int) -> None:
    rows = [
        {"token": token, "spam": change if is_spam else 0, "fine": 0 if is_spam else change} for token in (0, *tokens)
    ]
    wanted = insert_into(SpamToken).values(rows)
    counted = {"spam": SpamToken.spam + wanted.excluded.spam, "fine": SpamToken.fine + wanted.excluded.fine}
    db.session.execute(wanted.on_conflict_do_update(index_elements=[SpamToken.token], set_=counted))


def _digests(found: Mapping[str, str]) -> dict[int, str]:
    """Features by the number under which they are counted."""
    key = _key(cast(Settings, current_app.extensions["settings"]))
    return {_digest(name, key): name for name in found}


def _digest(name: str, key: bytes) -> int:
    """63 bits, never 0."""
    return (int.from_bytes(blake2b(name.encode(), key=key, digest_size=8).digest(), "big") >> 1) | 1


@lru_cache(maxsize=4)
def _key(settings: Settings) -> bytes:
    return settings.derived_secret("classifier").encode()[:64]
