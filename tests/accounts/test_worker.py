"""The jobs process: mails leave, consumers read, one process works at a time, a failing consumer goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.accounts import jobs as accounts_jobs
from app.accounts.models import SessionRecord, User
from app.config import Settings
from app.core import jobs, mail
from app.core.consumers import consumers
from app.core.db import db, now
from app.core.events import EventRow, Logged, record, unit_of_work
from app.core.subjects import SubjectChanged
from app.core.worker import run_worker, start_inline
from tests.factories import UserFactory
from tests.support.clock import FrozenClock

WAIT = 15.0


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + WAIT
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


class Reader:
    """A consumer that fails as often as it is told, then keeps what it reads."""

    name = "reader"

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.read: list[int] = []
        self.was_prepared = False

    def prepare(self) -> None:
        self.was_prepared = True

    def handle(self, events: Sequence[Logged]) -> None:
        assert self.was_prepared
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not yet")
        self.read += [logged.id for logged in events]


@contextmanager
def working(app: Flask) -> Iterator[threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(app, stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(WAIT)
        assert not thread.is_alive()


def happen(member: User) -> None:
    with unit_of_work():
        record(SubjectChanged("member", member.id))


@pytest.fixture
def reader(app: Flask) -> Iterator[Reader]:
    kept, added = list(consumers), Reader(failures=1)
    consumers[:] = [added]
    yield added
    consumers[:] = kept


def test_it_delivers_mail_and_lets_a_failing_consumer_go_on(
    app: Flask, actor: User, reader: Reader, settings: Settings
) -> None:
    with working(app):
        happen(actor)
        mail.send("awa@example.org", "accounts/password_changed", "fr", user=actor)
        assert until(lambda: len(reader.read) == 1)
        assert until(lambda: len(list((settings.var / "mail").glob("*.eml"))) == 1)
        happen(actor)
        assert until(lambda: len(reader.read) == 2)
    assert reader.failures == 0


def test_one_works_at_a_time_and_another_takes_over(
    make_app: Callable[..., Flask], app: Flask, actor: User, reader: Reader
) -> None:
    reader.failures = 0
    second = make_app()
    consumers[:] = [reader]
    with working(second) as waiting:
        with working(app):
            happen(actor)
            assert until(lambda: len(reader.read) == 1)
            assert waiting.is_alive()
        happen(actor)
        assert until(lambda: len(reader.read) == 2)
    assert len(set(reader.read)) == 2


def test_a_web_process_works_from_its_first_request_on(
    make_app: Callable[..., Flask], app: Flask, reader: Reader, actor: User
) -> None:
    reader.failures = 0
    before = {thread.name for thread in threading.enumerate()}
    inline = make_app(inline_jobs=False)
    consumers[:] = [reader]
    stop = threading.Event()
    start_inline(inline, stop)
    assert {thread.name for thread in threading.enumerate()} == before
    inline.test_client().get("/health")
    inline.test_client().get("/health")
    started = [thread for thread in threading.enumerate() if thread.name == "jobs"]
    assert len(started) == 1
    happen(actor)
    assert until(lambda: len(reader.read) == 1)
    stop.set()
    started[0].join(WAIT)
    assert not started[0].is_alive()


def test_the_process_of_its_own_stops_when_told(settings: Settings, app: Flask, actor: User) -> None:
    mail.send("awa@example.org", "accounts/password_changed", "fr", user=actor)
    chosen = {
        "BEFFROI_VAR": str(settings.var),
        "BEFFROI_DATABASE_URL": settings.database_url,
        "BEFFROI_SECRET_KEY": "x",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app.worker"], env=os.environ | chosen, cwd=Path(__file__).parents[2]
    )
    try:
        assert until((settings.var / "worker.lock").exists)
        mail.send("rado@example.org", "accounts/password_changed", "fr", user=actor)
        assert until(lambda: len(list((settings.var / "mail").glob("*.eml"))) == 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT) == 0
    finally:
        process.kill()
        process.wait()


def test_old_events_ended_sessions_and_forgotten_accounts_are_cleared_away(
    app: Flask, clock: FrozenClock, sign_in: Callable[..., object]
) -> None:
    member, pending = UserFactory(), UserFactory(status="pending", confirmed_at=None)
    happen(member)
    sign_in(app.test_client(), member)
    clock.advance(days=6)
    accounts_jobs.purge_unconfirmed_accounts()
    assert db.session.get(User, pending.id) is not None
    clock.advance(days=25)
    happen(member)
    jobs.purge_events()
    accounts_jobs.purge_ended_sessions()
    accounts_jobs.purge_unconfirmed_accounts()
    db.session.expire_all()
    assert db.session.query(EventRow).filter(EventRow.created_at < now() - timedelta(days=30)).count() == 0
    assert db.session.query(EventRow).count() == 1
    assert db.session.query(SessionRecord).count() == 0
    assert db.session.query(User).count() == 1


def test_every_task_is_known_to_the_queue_and_a_queue_out_of_reach_harms_nobody(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = app.extensions["jobs"]
    names = set(queue.huey._registry._registry)
    assert {name.rpartition(".")[2] for name in names} >= {
        "deliver",
        "deliver_each_minute",
        "purge_events",
        "purge_ended_sessions",
    }

    def broken(*_: object, **__: object) -> None:
        raise OSError("away")

    monkeypatch.setattr(queue.huey, "enqueue", broken)
    jobs.wake("deliver")
