"""Who waits for events is woken by events, and not by every commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from app.core.consumers import move_cursor
from app.core.db import db
from app.core.events import Event, record, unit_of_work
from app.core.wake import SqliteWake, Wake, wake_for


@dataclass(frozen=True)
class ClockStruck(Event):
    """Something happened."""


@pytest.fixture
def wake(app: Flask) -> Iterator[Wake]:
    waiting = wake_for(db.engine.url.render_as_string(hide_password=False))
    waiting.wait(0.1)  # the first look finds what was there
    yield waiting
    waiting.close()


def test_an_event_wakes_and_a_commit_without_one_does_not(wake: Wake) -> None:
    move_cursor("somebody", (0, 1))
    assert not wake.wait(0.15)
    with unit_of_work():
        record(ClockStruck())
    assert wake.wait(1)
    assert not wake.wait(0.15)


def test_an_event_after_other_commits_wakes(wake: Wake) -> None:
    for number in range(3):
        move_cursor("somebody", (0, number))
        wake.wait(0.06)
    with unit_of_work():
        record(ClockStruck())
    move_cursor("somebody", (0, 4))
    assert wake.wait(1)


def test_a_log_that_cannot_be_read_is_for_the_reader_to_complain_of(tmp_path_factory: pytest.TempPathFactory) -> None:
    waiting = SqliteWake(str(tmp_path_factory.mktemp("empty") / "empty.db"))
    assert waiting.wait(0.1)
    waiting.close()
