"""Wake-ups: tell a waiting reader that something was committed. Losing one costs a poll, never an event."""

from __future__ import annotations

import sqlite3
import time
from threading import Event
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import make_url

from app.core.events import CHANNEL, commit_bells

if TYPE_CHECKING:
    import psycopg

POLL = 0.05
"""Seconds between two looks at SQLite's data_version (2 microseconds a look); commits of this process ring a bell."""


class Wake(Protocol):
    """Waits until something was committed."""

    def wait(self, timeout: float) -> bool:
        """True when something was committed, False when `timeout` seconds passed without."""

    def close(self) -> None: ...


class SqliteWake:
    """Sees the commits of every process through PRAGMA data_version on a connection of its own.

    Most commits only move a reader's own cursor: one that added no event wakes nobody.
    """

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._seen = self._head = -1
        self._bell = Event()
        commit_bells.add(self._bell)

    def wait(self, timeout: float) -> bool:
        end = time.monotonic() + timeout
        while True:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version != self._seen:
                self._seen = version
                if self._has_grown():
                    return True
            if time.monotonic() >= end:
                return False
            self._bell.wait(POLL)
            self._bell.clear()

    def _has_grown(self) -> bool:
        """Whether events came since the last look. A log that cannot be read is for the reader to complain of."""
        try:
            head = self._connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0]
        except sqlite3.OperationalError:
            return True
        before, self._head = self._head, head
        return bool(head != before)

    def close(self) -> None:
        commit_bells.discard(self._bell)
        self._connection.close()


class PostgresWake:
    """Hears the NOTIFY that every unit of work with events sends."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None

    def wait(self, timeout: float) -> bool:
        import psycopg  # only where the platform runs on PostgreSQL

        try:
            connection = self._connection or self._listen()
            return any(True for _ in connection.notifies(timeout=timeout, stop_after=1))
        except psycopg.Error:
            self.close()
            time.sleep(min(timeout, 1.0))
            return True

    def _listen(self) -> psycopg.Connection:
        import psycopg

        self._connection = psycopg.connect(self._dsn, autocommit=True)
        self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def wake_for(database: str) -> Wake:
    """The wake-up of a database address."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite":
        return SqliteWake(url.database or ":memory:")
    return PostgresWake(url.set(drivername="postgresql").render_as_string(hide_password=False))
