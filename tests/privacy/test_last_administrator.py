"""Two administrators go at once, on PostgreSQL: one of them stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.accounts.policy import OPERATOR
from app.administration import people
from app.core.background import background_context
from app.core.db import db
from app.core.errors import DomainError
from app.core.events import unit_of_work
from app.privacy import closing
from tests.factories import UserFactory
from tests.support.databases import postgresql_app

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a PostgreSQL server of its own."""
    with postgresql_app(tmp_path_factory.mktemp("last")) as app:
        yield app


@pytest.mark.parametrize(
    "go",
    [
        lambda member: closing.close_account(member, member),
        lambda member: people.take_role(OPERATOR, member, "administrator"),
    ],
    ids=["close", "take the role"],
)
def test_one_of_two_stays(platform: Flask, go: Callable[[User], Any]) -> None:
    for other in db.session.query(User).all():
        with unit_of_work():
            other.status = "suspended"
    first, second = UserFactory(role="administrator").id, UserFactory(role="administrator").id
    db.session.remove()
    begun, ended = threading.Event(), threading.Event()

    def leave(member_id: int, *, is_first: bool) -> bool:
        with background_context(platform):
            member = db.session.get_one(User, member_id)
            try:
                with unit_of_work():
                    go(member)
                    if is_first:
                        begun.set()
                        ended.wait(1)  # the other acts before this one is committed
            except DomainError:
                return False
            finally:
                ended.set() if not is_first else None
            return True

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(leave, first, is_first=True)
        begun.wait(10)
        other_left = pool.submit(leave, second, is_first=False).result(30)
        assert one.result(30)
    assert not other_left
    assert closing.administrators() == 1
