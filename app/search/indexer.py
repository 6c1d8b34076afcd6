"""The durable reader of the event log that keeps the index: loads what changed, indexes it, then moves its cursor."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil
from sqlalchemy import select

from app.core.db import db, now
from app.core.events import Event, EventRow, Logged
from app.core.subjects import SubjectEvent
from app.search.index import CONSUMER, Index
from app.search.services import bring_up_to_date, only_writer, rebuild_index, touched_by
from app.search.words.keeping import is_empty, keep, keep_listed, recount
from app.terms.events import TermChanged
from app.terms.queries import forget as forget_terms

PAUSE = 0.5
"""Seconds between two commits of the index: a busy minute costs a few large ones, a text is found within a second."""
REPLAYED = timedelta(hours=24)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Indexer:
    """Follows the event log under the name `CONSUMER`."""

    name = CONSUMER

    def __init__(self, index: Index) -> None:
        self.index = index
        self._boot_mark = index.folder / "boot"
        self._committed = 0.0

    def handle(self, events: Sequence[Logged]) -> None:
        """Index what the events are about. Returns once every process finds it."""
        touched = touched_by(logged.event for logged in events)
        if any(isinstance(logged.event, TermChanged) for logged in events):
            forget_terms()
            with only_writer(self.index.lock_file):
                keep_listed()
        if not touched:
            return
        time.sleep(max(0.0, self._committed + PAUSE - time.monotonic()))
        with only_writer(self.index.lock_file):
            bring_up_to_date(self.index.engine, touched, keep)
            self.index.engine.commit()
        self._committed = time.monotonic()

    def prepare(self) -> None:
        """Make the index where there is none, and repair what a crash of the machine may have lost.

        Whoosh leaves writing to the system: a killed process loses nothing, a power cut the last moments. So after
        each start of the machine the events of the last day are read again.
        """
        boot = _boot()
        if not self.index.engine.stats().generation:
            rebuild_index(self.index.engine, self.index.lock_file)
        elif is_empty():
            recount(partial(only_writer, self.index.lock_file))  # an index that is older than the table of words
        elif not self._boot_mark.exists() or self._boot_mark.read_text() != boot:
            self._replay()
        self._boot_mark.parent.mkdir(parents=True, exist_ok=True)
        self._boot_mark.write_text(boot)

    def _replay(self) -> None:
        query = select(EventRow.name, EventRow.data).where(EventRow.created_at >= now() - REPLAYED)
        kinds = {name: kind for name, kind in Event.kinds.items() if issubclass(kind, SubjectEvent)}
        rows = db.session.execute(query.where(EventRow.name.in_(kinds)))
        with only_writer(self.index.lock_file):
            bring_up_to_date(self.index.engine, touched_by(kinds[name](**data) for name, data in rows))
            self.index.engine.commit()


def _boot() -> str:
    """What changes when the machine starts anew, and then only."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else f"{psutil.boot_time():.0f}"
