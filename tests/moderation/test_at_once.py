"""Two who decide at once, on PostgreSQL: the second sees what the first did; an administrator always stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from app.accounts import services as accounts
from app.accounts.models import User
from app.accounts.policy import OPERATOR
from app.core.background import background_context
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.events import unit_of_work
from app.forum.models import Post
from app.moderation import appealing, deciding
from app.moderation.cases import find_case
from app.moderation.drafts import DecisionDraft
from app.moderation.models import Appeal, Decision
from tests.factories import CategoryFactory, UserFactory
from tests.support.databases import postgresql_app
from tests.support.forum import opened, replied
from tests.support.moderation import appealed, decided, reported

pytestmark = pytest.mark.service
Act = Callable[[], Any]
"""What one of the two does inside their unit of work; its preparation is what calls for it."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a PostgreSQL server of its own."""
    with postgresql_app(tmp_path_factory.mktemp("at-once")) as app:
        yield app


def at_once(platform: Flask, prepared: list[Callable[[], Act]]) -> list[str]:
    """Both read what they need, the first acts, and the second acts before that is committed. What became of each."""
    ready, begun = threading.Barrier(2, timeout=20), threading.Event()

    def run(prepare: Callable[[], Act], *, is_first: bool) -> str:
        with background_context(platform):
            act = prepare()
            ready.wait()
            if not is_first:
                begun.wait(10)
            try:
                with unit_of_work():
                    act()
                    if is_first:
                        begun.set()
                        threading.Event().wait(0.7)  # the other acts before this one is committed
            except DomainError as refused:
                begun.set()
                return type(refused).__name__
            return "done"

    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        return [one.result(60) for one in [
            pool.submit(run, prepare, is_first=not place) for place, prepare in enumerate(prepared)
        ]]  # fmt: skip


def on_each_other(service: Callable[[User, User], Any], one_id: int, other_id: int) -> list[Callable[[], Act]]:
    def preparing(actor_id: int, member_id: int) -> Callable[[], Act]:
        def prepare() -> Act:
            actor, member = db.session.get_one(User, actor_id), db.session.get_one(User, member_id)
            assert actor.roles
            assert member.roles
            return lambda: service(actor, member)

        return prepare

    return [preparing(one_id, other_id), preparing(other_id, one_id)]


def test_the_last_administrator_is_suspended_by_nobody(platform: Flask) -> None:
    for member in db.session.query(User).all():
        with unit_of_work():
            member.status = "suspended"
    last = UserFactory(role="administrator")
    with pytest.raises(Conflict) as refusal, unit_of_work():
        accounts.suspend(OPERATOR, last, "other")
    assert refusal.value.reason == accounts.LAST_ADMINISTRATOR
    UserFactory(role="administrator")
    with unit_of_work():
        accounts.suspend(OPERATOR, last, "other")
    assert last.status == "suspended"


def test_of_two_administrators_who_suspend_each_other_one_stays(platform: Flask) -> None:
    one, other = UserFactory(role="administrator").id, UserFactory(role="administrator").id
    suspend = lambda actor, member: accounts.suspend(actor, member, "other")  # noqa: E731
    assert at_once(platform, on_each_other(suspend, one, other)) == ["done", "Conflict"]
    states = [db.session.get_one(User, member_id).status for member_id in (one, other)]
    assert states == ["active", "suspended"]


def test_of_two_administrators_who_exclude_each_other_the_second_sees_it(platform: Flask) -> None:
    one, other = UserFactory(role="administrator").id, UserFactory(role="administrator").id
    space_id = CategoryFactory().space_id
    exclude = lambda actor, member: accounts.exclude(actor, member, space_id, "other")  # noqa: E731
    assert at_once(platform, on_each_other(exclude, one, other)) == ["done", "Conflict"]
    assert [db.session.get_one(User, member_id).is_excluded(space_id) for member_id in (one, other)] == [False, True]


@pytest.mark.parametrize(("first", "second"), [("hide", "hide"), ("dismiss", "warn"), ("warn", "dismiss"),
                                              ("warn", "warn"), ("hide", "dismiss")])  # fmt: skip
def test_a_report_is_decided_once(platform: Flask, first: str, second: str) -> None:
    post = _post()
    reported(UserFactory(), post)
    moderators = [UserFactory(role="moderator").id for _ in range(2)]
    post_id = post.id

    def preparing(actor_id: int, act: str) -> Callable[[], Act]:
        def prepare() -> Act:
            actor, case = db.session.get_one(User, actor_id), find_case("post", post_id)
            assert case.reports
            return lambda: deciding.decide(actor, case, DecisionDraft(act, "spam"))

        return prepare

    prepared = [preparing(*pair) for pair in zip(moderators, (first, second), strict=True)]
    assert at_once(platform, prepared) == ["done", "Conflict"]
    taken = db.session.query(Decision).filter_by(subject_kind="post", subject_id=post_id).all()
    assert [one.act for one in taken] == [first]


def test_an_appeal_is_decided_once(platform: Flask) -> None:
    filed = appealed(decided(UserFactory(role="moderator"), _post()))
    moderators, appeal_id = [UserFactory(role="moderator").id for _ in range(2)], filed.id

    def preparing(actor_id: int, outcome: str) -> Callable[[], Act]:
        def prepare() -> Act:
            actor, found = db.session.get_one(User, actor_id), db.session.get_one(Appeal, appeal_id)
            assert found.state == "open"
            return lambda: appealing.decide_appeal(actor, found, outcome, "Voilà pourquoi.")

        return prepare

    prepared = [preparing(*pair) for pair in zip(moderators, ("uphold", "reject"), strict=True)]
    assert at_once(platform, prepared) == ["done", "Conflict"]
    assert db.session.get_one(Appeal, appeal_id).state == "upheld"


def _post() -> Post:
    return replied(UserFactory(), opened(UserFactory(), CategoryFactory()), "Un texte fâcheux.")
