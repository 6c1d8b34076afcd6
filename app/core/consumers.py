"""Durable readers of the event log: each keeps its cursor in a table and moves it after its work is done.

A consumer may see an event twice (after a crash), never not at all: what it does must be idempotent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, db, now
from app.core.events import Cursor, Event, Logged, tail, unit_of_work


class ConsumerCursor(Base):
    """How far a named consumer has read the event log."""

    __tablename__ = "consumer_cursor"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger, default=0)
    event_id: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_at: Mapped[datetime]


class Consumer(Protocol):
    """Reads the log in batches; `handle` returns only when the batch is safely dealt with."""

    name: str

    def prepare(self) -> None:
        """Called once by the process that is about to run the consumer."""

    def handle(self, events: Sequence[Logged]) -> None: ...


consumers: list[Consumer] = []
"""Every durable consumer, filled by `create_app`."""


def run_once(consumer: Consumer, limit: int = 200) -> int:
    """Let a consumer deal with the next batch and move its cursor. Returns how many events it was given."""
    events = tail(position(consumer.name), limit)
    if events:
        consumer.handle(events)
        move_cursor(consumer.name, (events[-1].xid, events[-1].id))
    return len(events)


def catch_up(consumer: Consumer) -> int:
    """Run a consumer until it has read the whole log. Returns how many events it was given."""
    done = 0
    while read := run_once(consumer):
        done += read
    return done


def position(name: str) -> Cursor:
    """How far a consumer has read."""
    row = db.session.get(ConsumerCursor, name, populate_existing=True)
    return (row.xid, row.event_id) if row else (0, 0)


def move_cursor(name: str, cursor: Cursor) -> None:
    """Set how far a consumer has read."""
    with unit_of_work() as session:
        row = session.get(ConsumerCursor, name) or ConsumerCursor(name=name)
        row.xid, row.event_id, row.updated_at = cursor[0], cursor[1], now()
        session.add(row)


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Listener:
    """A function and the events of a kind that concern it."""

    function: Callable[[Any], None]
    concerns: Callable[[Any], bool]


_listeners: dict[type[Event], list[Listener]] = defaultdict(list)


def listen(
    kind: type[E], when: Callable[[E], bool] = lambda _event: True
) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Have a function called, inside a unit of work of its own, after each event of a kind was committed.

    `when` says by the event alone whether it concerns the function: where it does not, no unit is opened.
    """

    def keep(function: Callable[[E], None]) -> Callable[[E], None]:
        if all(known.function is not function for known in _listeners[kind]):
            _listeners[kind].append(Listener(function, when))
        return function

    return keep


class Listeners:
    """The consumer that calls the functions registered by `listen`."""

    name = "listeners"

    def prepare(self) -> None:
        """Nothing to prepare."""

    def handle(self, events: Sequence[Logged]) -> None:
        for logged in events:
            for listener in _listeners[type(logged.event)]:
                if listener.concerns(logged.event):
                    with unit_of_work():
                        listener.function(logged.event)
