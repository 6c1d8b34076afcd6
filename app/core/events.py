"""One unit of work, one log.

`unit_of_work()` is the only place that commits. Events recorded inside it become rows of the `event` table in the same
transaction as the change; they hold ids, never text. Consumers read the table from their own cursor (`core.consumers`).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar
from weakref import WeakSet

from sqlalchemy import (
    BigInteger,
    FetchedValue,
    Index,
    Integer,
    Select,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    bindparam,
    cast,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import UserDefinedType

from app.core.db import Base, CreatedAt, IntPk, db, is_sqlite, now

CHANNEL = "beffroi_event"
commit_bells: WeakSet[threading.Event] = WeakSet()
"""Set after each commit of this process that wrote events, for those who wait for one (`core.wake`)."""


class Xid(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id; events are read in its order, because ids commit out of order."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


class EventRow(Base):
    """What happened, in order. `room` and `seq` place it in the live room whose readers are told."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("room", "seq"), Index("ix_event_xid_id", "xid", "id"))

    id: Mapped[IntPk]
    xid: Mapped[int | None] = mapped_column(Xid().with_variant(Integer, "sqlite"), server_default=FetchedValue())
    name: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]]
    room: Mapped[str | None] = mapped_column(String(64))
    seq: Mapped[int | None]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


class LiveRoom(Base):
    """The counter of a live room: `last_seq` grows by one for each event in it, without holes."""

    __tablename__ = "live_room"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Event:
    """Parent of every domain event: a frozen dataclass named in the past tense that holds ids only."""

    kinds: ClassVar[dict[str, type[Event]]] = {}
    is_private: ClassVar[bool] = False
    """Whether it changes only what one member sees (`core.news`)."""

    def __init_subclass__(cls) -> None:
        known = Event.kinds.setdefault(cls.__name__, cls)
        if known.__module__ != cls.__module__:  # its rows could not be told from the other's
            raise TypeError(f"an event named {cls.__name__} is there already, in {known.__module__}")
        Event.kinds[cls.__name__] = cls

    @property
    def room(self) -> str | None:
        """The live room whose readers are told (`topic:12`), or None."""
        return None


@dataclass(frozen=True)
class Logged:
    """An event as read back from the log."""

    id: int
    xid: int
    event: Event
    room: str | None
    seq: int | None
    at: datetime


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """All or nothing: the changes made inside and their events are committed together, or none of them.

    Rows read before are read again inside, so that no service builds on a stale state. A unit inside a unit joins it.
    """
    session: Session = db.session()
    if session.info.get("unit"):
        yield session
        return
    recorded: list[Event] = []
    session.info.update(unit=True, recorded=recorded)
    try:
        with _own_turn(session), _all_or_nothing(session):
            yield session
            session.flush()
            _write_events(session, recorded)
    finally:
        session.info.update(unit=False, recorded=None)
    if recorded:
        for bell in list(commit_bells):
            bell.set()


_turn = threading.Lock()
"""Writers of one process queue here. SQLite's own waiting is a sleep that grows: the unlucky would wait for seconds."""
TURN_AT_MOST = 15.0


@contextmanager
def _own_turn(session: Session) -> Iterator[None]:
    """Hold the turn to write on SQLite; after TURN_AT_MOST seconds the database's own lock decides alone."""
    has_turn = session.get_bind().dialect.name == "sqlite" and _turn.acquire(timeout=TURN_AT_MOST)
    try:
        yield
    finally:
        if has_turn:
            _turn.release()


@contextmanager
def _all_or_nothing(session: Session) -> Iterator[None]:
    try:
        _begin(session)
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _begin(session: Session) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    for row in list(session.identity_map.values()):
        if not inspect(row).modified:
            session.expire(row)


def record(event: Event) -> None:
    """Add an event to the unit of work in hand. Raises RuntimeError outside one."""
    recorded = db.session().info.get("recorded")
    if recorded is None:
        raise RuntimeError(f"{type(event).__name__} recorded outside unit_of_work()")
    recorded.append(event)


@contextmanager
def unsaid(is_kept_quiet: bool = True) -> Iterator[None]:
    """What is recorded inside is forgotten: nobody is told of a text that waits for approval."""
    recorded = db.session().info.get("recorded")
    before = len(recorded or ())
    yield
    if is_kept_quiet and recorded is not None:
        del recorded[before:]


@lru_cache(maxsize=16)
def _taking(rooms: int) -> TextClause:
    """The statement that moves the counters of so many rooms on: as text, because it is kept compiled."""
    values = ", ".join(f"(:name{place}, :count{place})" for place in range(rooms))
    return text(
        f"INSERT INTO live_room (name, last_seq) VALUES {values} ON CONFLICT (name) "  # noqa: S608 - numbers alone
        "DO UPDATE SET last_seq = live_room.last_seq + excluded.last_seq RETURNING name, last_seq"
    )


def _take_seqs(session: Session, rooms: Sequence[str]) -> dict[str, Iterator[int]]:
    """The next numbers of each room, as many as it is named; one statement, in one order of rooms for all writers."""
    counts = Counter(rooms)
    values: dict[str, Any] = {}
    for place, room in enumerate(sorted(counts)):
        values |= {f"name{place}": room, f"count{place}": counts[room]}
    heads = session.execute(_taking(len(counts)), values)
    return {row.name: iter(range(row.last_seq - counts[row.name] + 1, row.last_seq + 1)) for row in heads}


_WRITING = insert(EventRow.metadata.tables[EventRow.__tablename__])
"""Into the table, because the class would send rows without a room apart."""


def _write_events(session: Session, recorded: list[Event]) -> None:
    if not recorded:
        return
    rooms = [event.room for event in recorded if event.room]
    seqs = _take_seqs(session, rooms) if rooms else {}
    moment = now()
    rows = [
        {
            "name": type(event).__name__,
            "data": asdict(event),
            "room": event.room,
            "seq": next(seqs[event.room]) if event.room else None,
            "created_at": moment,
        }
        for event in recorded
    ]
    session.execute(_WRITING, rows)
    if session.connection().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))


Cursor = tuple[int, int]
"""How far a reader has come: (transaction id, event id); the first is 0 on SQLite, where ids commit in order."""

_ROW = (EventRow.id, EventRow.name, EventRow.data, EventRow.room, EventRow.seq, EventRow.created_at)


_AFTER_SQLITE = (
    select(*_ROW, literal(0).label("xid"))
    .where(EventRow.id > bindparam("after"))
    .order_by(EventRow.id)
    .limit(bindparam("limit"))
)
"""Built once: every reader asks it after each commit."""


def _after_postgresql(cursor: Cursor) -> Select[Any]:
    settled = EventRow.xid < func.pg_snapshot_xmin(func.pg_current_snapshot())
    start = tuple_(cast(literal(str(cursor[0])), Xid()), literal(cursor[1], BigInteger()))
    number = cast(cast(EventRow.xid, Text), BigInteger).label("xid")
    later = tuple_(EventRow.xid, EventRow.id) > start
    return select(*_ROW, number).where(settled, later).order_by(EventRow.xid, EventRow.id)


def tail(cursor: Cursor, limit: int = 200, only: Collection[type[Event]] = ()) -> list[Logged]:
    """The next events after a cursor, in commit order; the last one's `(xid, id)` is the next cursor.

    Events of some types alone where `only` names any. On PostgreSQL only transactions older than every open one are
    read: an id that commits late is never skipped.
    """
    on_sqlite = is_sqlite()
    query = _AFTER_SQLITE if on_sqlite else _after_postgresql(cursor).limit(limit)
    if only:
        query = query.where(EventRow.name.in_([each.__name__ for each in only]))
    values = {"after": cursor[1], "limit": limit} if on_sqlite else {}
    return [_logged(row) for row in db.session.execute(query, values)]


def missed(room: str, after: int, limit: int = 200) -> list[Logged]:
    """Events of one live room with a seq above `after`, in order of seq."""
    query = select(*_ROW, literal(0).label("xid")).where(EventRow.room == room, EventRow.seq > after)
    return [_logged(row) for row in db.session.execute(query.order_by(EventRow.seq).limit(limit))]


def room_heads(rooms: list[str]) -> dict[str, int]:
    """The last seq of each named room; a room where nothing happened is 0."""
    heads = {row.name: row.last_seq for row in db.session.execute(_HEADS, {"rooms": rooms})} if rooms else {}
    return {room: heads.get(room, 0) for room in rooms}


_HEADS = select(LiveRoom.name, LiveRoom.last_seq).where(LiveRoom.name.in_(bindparam("rooms", expanding=True)))


def log_head() -> Cursor:
    """The cursor of a reader that wants only what happens from now on."""
    if is_sqlite():
        return (0, db.session.execute(text("SELECT coalesce(max(id), 0) FROM event")).scalar_one())
    query = "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) - 1, 9223372036854775807"
    xid, last = db.session.execute(text(query)).one()
    return (xid, last)


def _logged(row: Any) -> Logged:
    kind = Event.kinds.get(row.name)
    return Logged(row.id, row.xid, kind(**row.data) if kind else Event(), row.room, row.seq, row.created_at)
