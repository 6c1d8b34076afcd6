"""PostgreSQL hands out ids before it commits: the log must neither skip nor repeat what commits late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, text

from app.core.db import db
from app.core.events import Event, EventRow, Logged, log_head, tail
from tests.support.databases import postgresql_app

pytestmark = pytest.mark.service


@dataclass(frozen=True)
class StoneLaid(Event):
    number: int


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a PostgreSQL server of its own, whatever database the run tests on."""
    with postgresql_app(tmp_path_factory.mktemp("order")) as app:
        yield app


@pytest.fixture
def writers(platform: Flask) -> Iterator[tuple[Connection, Connection]]:
    """Two connections with transactions of their own, on an empty log."""
    db.session.rollback()
    with db.engine.begin() as clean:
        clean.execute(text("TRUNCATE event RESTART IDENTITY"))
    with db.engine.connect() as early, db.engine.connect() as late:
        yield early, late


def _lay(connection: Connection, number: int) -> None:
    connection.execute(insert(EventRow).values(name="StoneLaid", data={"number": number}, created_at=db.func.now()))


def _read(cursor: tuple[int, int]) -> tuple[list[int], tuple[int, int]]:
    db.session.rollback()
    found: list[Logged] = tail(cursor)
    numbers = [logged.event.number for logged in found if isinstance(logged.event, StoneLaid)]
    return numbers, (found[-1].xid, found[-1].id) if found else cursor


def test_a_late_commit_with_a_lower_id_is_not_skipped(writers: tuple[Connection, Connection]) -> None:
    slow, quick = writers
    _lay(slow, 1)  # takes the lower id and the lower transaction, and commits last
    _lay(quick, 2)
    quick.commit()
    numbers, cursor = _read((0, 0))
    assert numbers == [], "nothing is read while an older transaction is open"
    slow.commit()
    numbers, cursor = _read(cursor)
    assert sorted(numbers) == [1, 2]
    assert _read(cursor)[0] == []


def test_a_transaction_that_began_first_but_wrote_last_is_not_skipped(writers: tuple[Connection, Connection]) -> None:
    first, second = writers
    first.execute(text("SELECT pg_current_xact_id()"))  # holds the lower transaction id, writes the higher event id
    _lay(second, 1)
    _lay(first, 2)
    second.commit()
    before, cursor = _read((0, 0))
    _lay(first, 3)
    first.commit()
    after, cursor = _read(cursor)
    assert sorted(before + after) == [1, 2, 3]
    assert _read(cursor)[0] == []


def test_an_abandoned_transaction_holds_nobody_back(writers: tuple[Connection, Connection]) -> None:
    slow, quick = writers
    _lay(slow, 1)
    _lay(quick, 2)
    quick.commit()
    slow.rollback()
    assert _read((0, 0))[0] == [2]


def test_a_reader_that_starts_now_sees_what_was_open(
    writers: tuple[Connection, Connection],
) -> None:
    slow, quick = writers
    _lay(quick, 1)
    quick.commit()
    _lay(slow, 2)
    db.session.rollback()
    head = log_head()
    slow.commit()
    assert _read(head)[0] == [2]


def test_many_interleaved_writers_are_read_once_each(writers: tuple[Connection, Connection]) -> None:
    read: list[int] = []
    cursor = (0, 0)
    slow, quick = writers
    for number in range(0, 40, 2):
        _lay(slow, number)
        _lay(quick, number + 1)
        (quick if number % 4 else slow).commit()
        found, cursor = _read(cursor)
        read += found
        (slow if number % 4 else quick).commit()
    found, cursor = _read(cursor)
    assert sorted(read + found) == list(range(40))
