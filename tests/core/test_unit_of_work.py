"""One unit of work, one log: all or nothing, no write outside it, counters without holes."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.core.db import WriteOutsideUnit, db
from app.core.events import Event, EventRow, missed, record, room_heads, tail, unit_of_work
from tests.factories import UserFactory


@dataclass(frozen=True)
class BellRung(Event):
    tower: int
    number: int

    @property
    def room(self) -> str:
        return f"tower:{self.tower}"


@dataclass(frozen=True)
class LampLit(Event):
    tower: int


def _ring(tower: int, number: int) -> None:
    with unit_of_work():
        record(BellRung(tower, number))


def test_two_events_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match=f"BellRung is there already, in {__name__}"):
        type("BellRung", (Event,), {"__module__": "elsewhere"})
    assert Event.kinds["BellRung"] is BellRung


def test_a_write_outside_a_unit_is_refused(actor: User) -> None:
    actor.display_name = "Someone else"
    with pytest.raises(WriteOutsideUnit):
        db.session.flush()
    db.session.rollback()
    assert db.session.get(User, actor.id).display_name != "Someone else"


def test_an_event_outside_a_unit_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside unit_of_work"):
        record(LampLit(1))


def test_an_error_leaves_neither_change_nor_event(actor: User) -> None:
    before = len(tail((0, 0)))

    def rename_and_fail() -> None:
        with unit_of_work():
            actor.display_name = "Half done"
            record(LampLit(1))
            db.session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        rename_and_fail()
    assert len(tail((0, 0))) == before
    db.session.expire_all()
    assert actor.display_name != "Half done"
    _ring(1, 1)
    assert room_heads(["tower:1"]) == {"tower:1": 1}


def test_a_unit_inside_a_unit_joins_it(app: Flask) -> None:
    def outer() -> None:
        with unit_of_work():
            with unit_of_work():
                record(LampLit(1))
            raise LookupError

    with pytest.raises(LookupError):
        outer()
    assert tail((0, 0)) == []


def test_a_unit_reads_again_what_was_read_before(actor: User) -> None:
    assert actor.display_name
    with db.engine.begin() as connection:
        connection.execute(db.update(User.__table__).values(display_name="Renamed elsewhere"))
    with unit_of_work():
        assert actor.display_name == "Renamed elsewhere"


def test_events_come_back_as_they_were_recorded(app: Flask) -> None:
    with unit_of_work():
        record(LampLit(7))
        record(BellRung(7, 1))
    first, second = tail((0, 0))
    assert (first.event, first.room, first.seq) == (LampLit(7), None, None)
    assert (second.event, second.room, second.seq) == (BellRung(7, 1), "tower:7", 1)
    assert tail((second.xid, second.id)) == []


def test_each_room_counts_without_holes_under_concurrent_writers(app: Flask) -> None:
    def write(start: int) -> None:
        with app.app_context():
            for number in range(start, start + 25):
                try:
                    with unit_of_work():
                        record(BellRung(1, number))
                        record(BellRung(2, number))
                        if number % 5 == 0:
                            raise LookupError  # an abandoned unit takes no number with it
                except LookupError:
                    pass
            db.session.remove()

    threads = [threading.Thread(target=write, args=(100 * place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for room in ("tower:1", "tower:2"):
        seqs = [logged.seq for logged in missed(room, 0, 500)]
        assert seqs == list(range(1, 81))
        assert room_heads([room])[room] == 80


def test_missed_gives_what_came_after_and_no_more(app: Flask) -> None:
    for number in range(5):
        _ring(3, number)
    assert [logged.seq for logged in missed("tower:3", 2)] == [3, 4, 5]
    assert [logged.seq for logged in missed("tower:3", 2, limit=1)] == [3]
    assert room_heads(["tower:3", "tower:4"]) == {"tower:3": 5, "tower:4": 0}


def test_an_event_of_a_class_that_is_gone_is_read_as_a_bare_event(app: Flask) -> None:
    with unit_of_work() as session:
        session.add(EventRow(name="GoneLongAgo", data={"x": 1}))
    assert type(tail((0, 0))[-1].event) is Event


def test_factories_commit(app: Flask) -> None:
    UserFactory()
    assert db.session.scalar(select(func.count()).select_from(User)) == 1
