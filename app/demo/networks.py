"""Who is in the spaces that are not open to all, who asks to be, and a session that is live when the set is loaded."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.accounts.models import Role
from app.demo.reading import read_spaces
from app.demo.tables import Row, Tables, public_id
from app.demo.talks import Talk
from app.forum.models import Post
from app.forum.sessions.models import LiveHost, LiveQuestion, LiveSession, MarkedPost, QuestionVote
from app.forum.spaces.models import SpaceRequest

NUMBERED: list[Any] = [SpaceRequest, LiveQuestion]
POINTED_TO: dict[Any, tuple[Any, ...]] = {LiveQuestion: (LiveSession,)}
"""Tables without numbers that must be written before others."""
JOINED = timedelta(days=30)


def add_networks(tables: Tables, members: dict[str, Row], spaces: dict[str, Row], until: datetime) -> None:
    """Roles of participants and facilitators, and the requests that wait."""
    for space in read_spaces()["space"]:
        space_id = spaces[space["slug"]]["id"]
        leaders = space.get("facilitators", [])
        for name, handles in (("participant", [*leaders, *space.get("participants", [])]), ("facilitator", leaders)):
            for handle in handles:
                tables.add_numbered(
                    Role, user_id=members[handle]["id"], name=name, space_id=space_id, since=until - JOINED
                )
        for asked in space.get("requests", []):
            tables.add_numbered(
                SpaceRequest,
                created_at=until - timedelta(days=asked["days"]),
                space_id=space_id,
                user_id=members[asked["by"]]["id"],
                note=asked["note"],
                state="waiting",
                reason="",
            )


def set_live_times(talk: Talk, until: datetime) -> None:
    """What was said live was said so many minutes ago."""
    for line in talk.lines:
        if line.live_minutes:
            line.at = until - timedelta(minutes=line.live_minutes)


def add_session(tables: Tables, members: dict[str, Row], talk: Talk, topic: Row, until: datetime, rng: Random) -> None:
    """The session of a talk, with its leaders, questions, voices and marks."""
    written = talk.session
    begun = until - timedelta(minutes=written["begun_minutes"])
    posts = [row for row in tables.rows[Post] if row["topic_id"] == topic["id"]]
    tables.add(
        LiveSession,
        topic_id=topic["id"],
        starts_at=begun,
        ends_at=begun + timedelta(minutes=written["lasts_minutes"]),
        timezone="Europe/Paris",
        langs=written["langs"],
        phase="live",
        phase_at=begun,
        slow_mode=written["slow_mode"],
        first_number=next(number for number, line in enumerate(talk.lines, start=1) if line.live_minutes),
        version=2,
    )
    for handle in written["hosts"]:
        tables.add(LiveHost, topic_id=topic["id"], user_id=members[handle]["id"])
    for place, asked in enumerate(written["question"], start=1):
        _add_question(tables, members, topic, asked, begun + timedelta(minutes=place), rng)
    for row, line in zip(posts, talk.lines, strict=True):
        if line.is_marked:
            tables.add(
                MarkedPost, post_id=row["id"], topic_id=topic["id"], created_at=line.at, marked_by_id=row["author_id"]
            )


def _add_question(
    tables: Tables, members: dict[str, Row], topic: Row, asked: dict[str, Any], at: datetime, rng: Random
) -> None:
    identity = public_id(at, rng)
    row = tables.add_numbered(
        LiveQuestion,
        public_id=identity,
        created_at=at,
        topic_id=topic["id"],
        author_id=members[asked["by"]]["id"],
        lang=asked.get("lang", "fr"),
        body=asked["text"],
        state=asked.get("state", "waiting"),
        votes=len(asked["votes"]),
        decided_at=at if "state" in asked else None,
        client_token=f"demo-{identity}",
    )
    for handle in asked["votes"]:
        tables.add(QuestionVote, question_id=row["id"], user_id=members[handle]["id"])
