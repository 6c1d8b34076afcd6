"""Fixtures every test may ask for. Commits are real: each test has a database of its own."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.accounts import services, sessions
from app.accounts.drafts import SessionDraft
from app.accounts.models import User
from app.config import Settings
from app.core import db as database
from app.core import options
from app.core.background import background_context
from app.core.consumers import catch_up, consumers
from app.core.db import db
from app.core.events import unit_of_work
from app.operating.preparing import release
from app.privacy import consents
from app.site import typography
from tests.factories import UserFactory
from tests.support.client import IsolatedClient
from tests.support.clock import FrozenClock
from tests.support.compiled import CompiledRule, CompiledTemplates
from tests.support.databases import empty, is_postgresql_wanted, migrate, postgresql_server, sqlite_template
from tests.support.mailbox import Mailbox
from tests.support.queries import Statements, counted

SECRET = "a key for tests alone"
consents.STALE_AFTER = float("inf")
options.STALE_AFTER = float("inf")  # no second look, so that the statements of a page are always the same
COMPILED = CompiledTemplates()
Flask.url_rule_class = CompiledRule
typography.typo = cache(typography.typo)
TIMED = {"live", "serving", "journeys", "faults"}
"""Folders whose tests wait for browsers and processes: on a busy machine one may be late, but not twice."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try once more what waits for other processes; on PostgreSQL run what touches a database alone."""
    for item in items:
        if item.path.parent.name in TIMED:
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=2))
    if is_postgresql_wanted():
        kept = [item for item in items if "database_template" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it again for garbage would take a third of what an application costs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | str]:
    """A migrated SQLite file to copy, or the address of a migrated PostgreSQL database."""
    folder = tmp_path_factory.mktemp("template")
    if not is_postgresql_wanted():
        yield sqlite_template(folder)
        return
    with postgresql_server() as url:
        migrate(Settings(var=folder, secret_key=SECRET, database_url=url, inline_jobs=False))
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_template: Path | str) -> Settings:
    """Settings of this test: an empty database, no rate limits, no jobs beside the requests."""
    var = tmp_path / "var"
    var.mkdir()
    chosen = Settings(var=var, secret_key=SECRET, rate_limits=False, inline_jobs=False, operator="The Region")
    chosen = replace(chosen, second_factor=False)  # asked of roles in tests/accounts/test_second_step.py alone
    if isinstance(database_template, str):
        empty(database_template)
        return replace(chosen, database_url=database_template)
    shutil.copy(database_template, var / "beffroi.db")
    return chosen


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Builds applications on this test's database with other settings: `make_app(rate_limits=True)`."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        app = create_app(replace(settings, **changes))
        app.testing = True
        app.test_client_class = IsolatedClient
        app.jinja_env.bytecode_cache = COMPILED
        made.append(app)
        return app

    yield make
    for app in made:
        release(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application, with its context pushed: factories, services and queries work in the test itself."""
    app = make_app()
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, signed out; `app.test_client()` makes more of them."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """`sign_in(client, user)`: a session is opened for the member and put into the client, which is returned."""

    def sign_in(client: FlaskClient, user: User, *, is_shared_device: bool = False) -> FlaskClient:
        token = sessions.new_token()
        with unit_of_work():
            services.open_session(user, SessionDraft(sessions.digest(token), is_shared_device, device="Test browser"))
        with client.session_transaction() as kept:
            kept[sessions.KEY] = token
        return client

    return sign_in


@pytest.fixture
def actor(app: Flask) -> User:
    """A plain member."""
    return UserFactory()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """Time stands still; `clock.advance(minutes=5)` moves it."""
    frozen = FrozenClock()
    monkeypatch.setattr(database, "clock", frozen)
    return frozen


@pytest.fixture
def query_counter(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """`with query_counter() as statements: ...`, then `statements.count`."""
    return lambda: counted(db.engine)


@pytest.fixture
def run_consumers(app: Flask) -> Callable[[], int]:
    """Lets every durable consumer read the whole event log; returns how many events they were given."""

    def run() -> int:
        with background_context(app):
            return sum(catch_up(consumer) for consumer in consumers)

    return run


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server; give its `url` to `make_app(smtp_url=...)`."""
    box = Mailbox()
    box.start()
    yield box
    box.stop()
