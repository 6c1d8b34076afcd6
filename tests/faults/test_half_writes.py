"""Killed in the middle of a write, a process leaves no half; killed right after it, it loses and doubles nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.config import Settings
from app.core.audit import AuditEntry
from app.core.db import Base, db, now
from app.core.events import EventRow, unit_of_work
from app.engagement.models import Attachment
from app.forum.drafting.models import Draft
from app.forum.models import Post
from app.forum.polls.drafts import PollDraft
from app.forum.polls.models import Poll
from app.forum.polls.services import put_poll
from app.moderation.models import Decision
from tests.factories import CategoryFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.moderation import reported
from tests.support.running import PROJECT, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
KILLED = -9


def run(settings: Settings, act: str, moment: str) -> int:
    """Run an act in a process of its own; how it ended."""
    command = [sys.executable, "-m", "tests.faults.victim", act, moment]
    ended = subprocess.run(command, cwd=PROJECT, env=environment(settings), capture_output=True, text=True, check=False)
    assert ended.returncode in {0, KILLED}, ended.stderr[-2000:]
    db.session.expire_all()
    return ended.returncode


def count(model: type[Base], *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def rows() -> dict[str, list[Any]]:
    """Everything in the database."""
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
    }


@pytest.fixture
def post(app: Flask) -> Post:
    """A reported message with a poll whose time is over for the job, and a reply that is due to be published."""
    author, category = UserFactory(handle="author"), CategoryFactory()
    UserFactory(handle="voter")
    UserFactory(handle="moderator", role="moderator")
    topic = opened(author, category)
    written = replied(author, topic)
    with unit_of_work():
        put_poll(author, written, PollDraft("Quand ?", ("Lundi", "Mardi"), closes_at=now() + timedelta(days=1)))
    reported(UserFactory(), written)
    return written


def due(post: Post) -> None:
    """A reply that its author asked to have published by now."""
    fields = {"body": ["Publié plus tard."], "lang": ["fr"], "client_token": ["later-1"]}
    with unit_of_work() as session:
        session.add(
            Draft(
                user_id=post.author_id,
                place="reply",
                place_id=post.topic_id,
                client_token="later-1",
                fields=fields,
                publish_at=now() - timedelta(minutes=1),
            )
        )


def over(post: Post) -> None:
    """The end of the poll has come."""
    with unit_of_work() as session:
        session.query(Poll).filter_by(post_id=post.id).one().closes_at = now() - timedelta(minutes=1)


def nothing(_post: Post) -> None:
    """Nothing more is needed."""


PREPARED: dict[str, Callable[[Post], None]] = {
    "upload": nothing, "vote": nothing, "end polls": over, "publish": due, "moderate": nothing,
}  # fmt: skip


def is_done(act: str, post: Post) -> bool:
    """Whether the act is there, whole and once; an assertion fails where it is there by half."""
    poll = db.session.query(Poll).filter_by(post_id=post.id).one()
    published = count(Post, Post.client_token == "later-1")
    done = {
        "upload": (count(Attachment),),
        "vote": (poll.voters, sum(option.votes for option in poll.options)),
        "end polls": (int(poll.is_ended and count(EventRow, EventRow.name == "PollChanged") > 0),),
        "publish": (published, int(act == "publish" and not count(Draft))),
        "moderate": (
            count(Decision), count(AuditEntry, AuditEntry.action == "hide"), int(post.state == "hidden_by_moderator"),
            count(EventRow, EventRow.name == "DecisionTaken"),
        ),
    }[act]  # fmt: skip
    assert len(set(done)) == 1, done
    assert done[0] in {0, 1}, done
    return done[0] == 1


@pytest.mark.parametrize("act", PREPARED)
def test_killed_before_the_commit_it_was_never_begun(settings: Settings, post: Post, act: str) -> None:
    PREPARED[act](post)
    before = rows()
    assert run(settings, act, "before") == KILLED
    assert rows() == before
    assert run(settings, act, "never") == 0
    assert is_done(act, post)


@pytest.mark.parametrize("act", PREPARED)
def test_killed_after_the_commit_it_is_whole_and_not_done_again(settings: Settings, post: Post, act: str) -> None:
    PREPARED[act](post)
    assert run(settings, act, "after") == KILLED
    assert is_done(act, post)
    if act in {"end polls", "publish"}:  # the job looks again
        after = rows()
        assert run(settings, act, "never") == 0
        assert rows() == after
