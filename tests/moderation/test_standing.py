"""Levels of trust: what raises them, what alone lowers them, who sees them, and what they change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import services, trust
from app.accounts.models import SeenDay, User
from app.core.db import db, now
from app.core.events import unit_of_work
from app.engagement import services as engagement
from app.moderation import measures, standing
from app.moderation.measures import Measures
from app.moderation.models import Decision
from tests.factories import PostFactory, TopicFactory, UserFactory
from tests.support.clock import FrozenClock
from tests.support.pages import said
from tests.support.trust import chosen

Sign = Callable[..., FlaskClient]


def sanctioned(member: User, act: str, days_ago: int = 0, state: str = "in_force") -> None:
    with unit_of_work() as session:
        session.add(
            Decision(
                created_at=now() - timedelta(days=days_ago), act=act, subject_kind="member", subject_id=member.id,
                member_id=member.id, reason="spam", statement_lang="fr", state=state,
            )
        )  # fmt: skip


def been_here(member: User, days: int) -> None:
    with unit_of_work() as session:
        session.add_all(SeenDay(user_id=member.id, day=now().date() - timedelta(days=one)) for one in range(days))
        member.last_seen_at = now()


def test_every_measure_counts_what_it_says(app: Flask) -> None:
    member, other = UserFactory(), UserFactory()
    topics = [TopicFactory() for _ in range(3)]
    for topic in topics:
        for _ in range(4):
            PostFactory(topic=topic)
        with unit_of_work():
            engagement.mark_read(member, "topic", topic.id, 4)
    old = PostFactory(author=member, created_at=now() - timedelta(days=3))
    PostFactory(author=member, created_at=now() - timedelta(days=3), state="hidden_by_moderator")
    PostFactory(author=member)
    for who in (member, other):
        with unit_of_work():
            engagement.react(who, "post", old.id, "thanks")
    been_here(member, 2)
    found = measures.measures_of([member.id, other.id])
    assert found[member.id] == Measures(days=2, topics=3, read=12, written=1, thanks=1)
    assert found[other.id] == Measures()


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (Measures(), trust.NEW),
        (Measures(days=2, topics=3, read=19), trust.NEW),
        (Measures(days=2, topics=3, read=20), trust.BASIC),
        (Measures(days=15, topics=3, read=100, written=5), trust.BASIC),
        (Measures(days=15, topics=3, read=100, written=5, thanks=1), trust.MEMBER),
        (Measures(days=50, topics=2, read=500, written=20, thanks=10), trust.NEW),
        (Measures(days=50, topics=3, read=500, written=20, thanks=10), trust.REGULAR),
    ],
)
def test_a_level_is_reached_after_the_ones_below_it(app: Flask, found: Measures, level: int) -> None:
    assert measures.earned(found) == level


def test_an_operator_moves_the_thresholds(app: Flask) -> None:
    for name in ("days", "topics", "read"):
        chosen(f"trust.basic_{name}", 0)
    assert measures.earned(Measures()) == trust.BASIC


def test_the_job_raises_who_was_here_and_nobody_else(app: Flask) -> None:
    for name in ("topics", "read"):
        chosen(f"trust.basic_{name}", 0)
    here, away = UserFactory(), UserFactory()
    for member in (here, away):
        been_here(member, 3)
    with unit_of_work():
        away.last_seen_at = now() - timedelta(days=30)
    assert standing.work_out() == 1
    assert (here.trust, away.trust) == (trust.BASIC, trust.NEW)
    assert standing.work_out() == 0


@pytest.mark.parametrize(
    ("act", "days_ago", "state", "level"),
    [
        ("warn", 1, "in_force", trust.BASIC),
        ("exclude", 1, "in_force", trust.BASIC),
        ("suspend", 1, "ended", trust.NEW),
        ("ban", 1, "in_force", trust.NEW),
        ("warn", 1, "lifted", trust.REGULAR),
        ("warn", 100, "in_force", trust.REGULAR),
        ("hide", 1, "in_force", trust.REGULAR),
    ],
)
def test_only_sanctions_lower_a_level_and_for_a_time(
    app: Flask, act: str, days_ago: int, state: str, level: int
) -> None:
    member = UserFactory(trust=trust.REGULAR, last_seen_at=now())
    sanctioned(member, act, days_ago, state)
    standing.work_out()
    assert member.trust == level


def test_a_day_here_is_noted_once(app: Flask, clock: FrozenClock) -> None:
    member = UserFactory()
    for _ in range(2):
        with unit_of_work():
            services.note_day(member.id)
    clock.advance(days=1)
    with unit_of_work():
        services.note_day(member.id)
    assert len(db.session.scalars(db.select(SeenDay)).all()) == 2
    clock.advance(days=500)
    with unit_of_work():
        standing.forget_days()
    assert db.session.scalars(db.select(SeenDay)).all() == []


@pytest.mark.parametrize(
    ("role", "held", "level"),
    [("", 1, 1), ("moderator", 0, 3), ("staff", 0, 3), ("administrator", 0, 3), ("facilitator", 0, 0)],
)
def test_whoever_keeps_order_everywhere_is_trusted(app: Flask, role: str, held: int, level: int) -> None:
    assert trust.level_of(UserFactory(role=role, trust=held)) == level


def test_effects_grow_with_every_level() -> None:
    for below, above in zip(trust.EFFECTS, trust.EFFECTS[1:], strict=False):
        assert (below.links, below.images, below.uploads) < (above.links, above.images, above.uploads)
        assert below.posts <= above.posts
        assert below.flags < above.flags


def test_a_level_is_shown_to_its_member_and_to_moderators_alone(app: Flask, sign_in: Sign) -> None:
    member = UserFactory(trust=trust.BASIC)
    page = f"/en/moderation/members/{member.handle}/level"
    assert app.test_client().get(page).status_code == 302
    assert sign_in(app.test_client(), UserFactory()).get(page).status_code == 403
    assert "Settled in" in said(sign_in(app.test_client(), UserFactory(role="moderator")).get(page))
    own = said(sign_in(app.test_client(), member).get("/en/account/level"))
    assert "Settled in" in own
    assert "Towards “Taking part”" in own
    regular = UserFactory(trust=trust.REGULAR)
    assert "Towards" not in said(sign_in(app.test_client(), regular).get("/en/account/level"))
    sanctioned(member, "warn")
    assert "keeps this level down" in said(sign_in(app.test_client(), member).get("/en/account/level"))
