"""The event log of a set, and the counters of its live rooms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import datetime, timedelta

from app.core.events import Event, EventRow, LiveRoom
from app.core.jobs import EVENTS_KEPT
from app.demo.tables import Tables


def add_log(tables: Tables, happened: list[tuple[datetime, Event]], until: datetime) -> None:
    """The log of the last month, as the nightly purge would have left it; counters of rooms tell the whole story."""
    heads: dict[str, int] = defaultdict(int)
    oldest = until - EVENTS_KEPT + timedelta(days=1)
    for at, event in sorted(happened, key=lambda pair: pair[0]):
        room = event.room
        if room:
            heads[room] += 1
        if at > oldest:
            seq = heads[room] if room else None
            name = type(event).__name__
            tables.add_numbered(EventRow, name=name, data=asdict(event), room=room, seq=seq, created_at=at)
    for room, last in heads.items():
        tables.add(LiveRoom, name=room, last_seq=last)
