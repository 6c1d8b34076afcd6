"""Figures of the site, counted by the database alone: nobody outside measures anything.

Counts are of what is published: members who are active, topics that are shown, messages that stand in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.db import db, is_sqlite, now
from app.forum.models import Post, Topic
from app.forum.queries import SHOWN_STATES

MONTHS = 12
MOST_WAITS = 50_000
"""Questions and topics whose first answer is looked at."""


@dataclass(frozen=True)
class Month:
    """One month: "2026-11", and what happened in it."""

    code: str
    members: int
    topics: int
    posts: int
    writers: int


@dataclass(frozen=True)
class Share:
    """How many of something speak a language or live in a country."""

    code: str
    count: int


@dataclass(frozen=True)
class Waiting:
    """Topics of one language: how many have no answer, and how long the first answer took."""

    lang: str
    topics: int
    unanswered: int
    median_hours: float | None


def _month(column: Any) -> ColumnElement[str]:
    if is_sqlite():
        return func.strftime("%Y-%m", column)
    return func.to_char(func.timezone("UTC", column), "YYYY-MM")


def totals() -> dict[str, int]:
    """Members, those seen in the last 30 days, topics, messages."""
    recently = now() - timedelta(days=30)
    active = (User.status == "active",)
    counts = {
        "members": select(func.count(User.id)).where(*active),
        "seen": select(func.count(User.id)).where(*active, User.last_seen_at > recently),
        "topics": select(func.count(Topic.id)).where(Topic.state.in_(SHOWN_STATES)),
        "posts": select(func.count(Post.id)).where(Post.state == "visible"),
    }
    return {name: db.session.scalar(query) or 0 for name, query in counts.items()}


def months() -> list[Month]:
    """The last twelve months, the oldest first, the present one included; empty months are zero."""
    codes = _last_months(now())
    since = datetime.strptime(codes[0], "%Y-%m").replace(tzinfo=UTC)
    members = _by_month(User.created_at, func.count(), since, User.status.not_in(("pending", "refused")))
    topics = _by_month(Topic.created_at, func.count(), since, Topic.state.in_(SHOWN_STATES))
    posts = _by_month(Post.created_at, func.count(), since, Post.state == "visible")
    writers = _by_month(Post.created_at, func.count(func.distinct(Post.author_id)), since, Post.state == "visible")
    counted = (members, topics, posts, writers)
    return [Month(code, *(found.get(code, 0) for found in counted)) for code in codes]


def _by_month(moment: Any, what: Any, since: datetime, *conditions: Any) -> dict[str, int]:
    code = _month(moment)
    query = select(cast(code, String), what).where(moment >= since, *conditions).group_by(code)
    return {str(month): int(number) for month, number in db.session.execute(query)}


def _last_months(moment: datetime) -> list[str]:
    year, month = moment.year, moment.month
    codes = []
    for _ in range(MONTHS):
        codes.append(f"{year:04}-{month:02}")
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return codes[::-1]


def languages() -> list[Share]:
    """In which languages messages are written, the most first."""
    count = func.count()
    query = select(Post.lang, count).where(Post.state == "visible").group_by(Post.lang)
    return [Share(str(lang), number) for lang, number in db.session.execute(query.order_by(count.desc(), Post.lang))]


def countries() -> list[Share]:
    """Where active members live, of those who say it, the most first."""
    count = func.count()
    query = select(User.country, count).where(User.status == "active", User.country.is_not(None))
    query = query.group_by(User.country).order_by(count.desc(), User.country)
    return [Share(str(code), number) for code, number in db.session.execute(query)]


def waits() -> list[Waiting]:
    """By language: topics, those without an answer of another member, and the median time to the first one."""
    answer = aliased(Post)
    first = (
        select(func.min(answer.created_at))
        .where(answer.topic_id == Topic.id, answer.state == "visible", answer.author_id != Topic.author_id)
        .correlate(Topic)
        .scalar_subquery()
    )
    query = select(Topic.lang, Topic.created_at, first).where(Topic.state.in_(SHOWN_STATES))
    query = query.where(Topic.kind != "announcement").order_by(Topic.id.desc()).limit(MOST_WAITS)
    spans: dict[str, list[float | None]] = {}
    rows: Any = db.session.execute(query)
    for lang, opened, answered in rows:
        spans.setdefault(str(lang), []).append((answered - opened).total_seconds() / 3600 if answered else None)
    return sorted((_waiting(lang, hours) for lang, hours in spans.items()), key=lambda row: (-row.topics, row.lang))


def _waiting(lang: str, hours: Sequence[float | None]) -> Waiting:
    taken = [span for span in hours if span is not None]
    return Waiting(lang, len(hours), len(hours) - len(taken), round(median(taken), 1) if taken else None)
