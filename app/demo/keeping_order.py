"""What waits for the moderators of a set: open reports, and a decision with an appeal against it."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.demo.reading import CONTENT
from app.demo.tables import Row, Tables, public_id
from app.forum.models import Category, Post, Topic
from app.moderation.models import Appeal, Decision, Report
from app.terms.reasons import REASONS

APPEAL = timedelta(days=183)
NUMBERED: list[Any] = [Decision, Report, Appeal]


def read_cases() -> dict[str, Any]:
    """Reports and decisions, as written."""
    return tomllib.loads((CONTENT / "moderation.toml").read_text())


def add_cases(tables: Tables, members: dict[str, Row], until: datetime, rng: Random) -> None:
    """Rows of the reports, of the decision and of its appeal; what they are about is in the set already."""
    written = read_cases()
    for table in NUMBERED:
        tables.rows[table] = []
    for one in written["decision"]:
        _add_decision(tables, members, one, until, rng)
    for one in written["report"]:
        _add_report(tables, members, one, until - timedelta(hours=one["hours"]), rng)


def _post(tables: Tables, one: dict[str, Any]) -> tuple[Row, int]:
    """A message by its topic and first words, and the space it is in."""
    topic = next(row for row in tables.rows[Topic] if row["title"] == one["topic"])
    shelf = next(row for row in tables.rows[Category] if row["id"] == topic["category_id"])
    posts = (row for row in tables.rows[Post] if row["topic_id"] == topic["id"])
    return next(row for row in posts if row["body"].startswith(one["starts"])), shelf["space_id"]


def _add_report(tables: Tables, members: dict[str, Row], one: dict[str, Any], at: datetime, rng: Random) -> None:
    post, space_id = _post(tables, one)
    reporter = members[one["by"]]
    tables.add_numbered(
        Report,
        public_id=public_id(at, rng),
        created_at=at,
        subject_kind="post",
        subject_id=post["id"],
        space_id=space_id,
        owner_id=post["author_id"],
        lang=post["lang"],
        reason=one["reason"],
        gravity=REASONS[one["reason"]].gravity,
        text=one["text"],
        reporter_id=reporter["id"],
        reporter_lang=reporter["ui_lang"],
    )


def _add_decision(tables: Tables, members: dict[str, Row], one: dict[str, Any], until: datetime, rng: Random) -> None:
    post, space_id = _post(tables, one)
    at = post["state_at"]
    decision = tables.add_numbered(
        Decision,
        public_id=public_id(at, rng),
        created_at=at,
        actor_id=members[one["by"]]["id"],
        act="hide",
        subject_kind="post",
        subject_id=post["id"],
        space_id=space_id,
        member_id=post["author_id"],
        reason=one["reason"],
        statement=one["statement"].strip(),
        statement_lang="fr",
        appeal_until=at + APPEAL,
        told_at=at,
    )
    asked_at = until - timedelta(hours=one["appeal"]["hours"])
    tables.add_numbered(
        Appeal,
        public_id=public_id(asked_at, rng),
        created_at=asked_at,
        decision_id=decision["id"],
        lang=one["appeal"]["lang"],
        text=one["appeal"]["text"],
    )
