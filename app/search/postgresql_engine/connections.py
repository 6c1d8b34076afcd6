"""Connections of the index's own: what is written here commits by itself, beside any unit of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import Engine, create_engine, event


class Connections:
    """A small pool on one database, opened at first use."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opening = Lock()

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(
            self._url,
            isolation_level="AUTOCOMMIT",
            pool_size=2,
            max_overflow=18,
            pool_pre_ping=True,
            hide_parameters=True,
        )

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: object) -> None:
            # Reading every row's vector is never right, whatever the planner thinks of a frequent word.
            connection.execute("SET enable_seqscan = off")
            connection.execute("SET jit = off")
            connection.prepare_threshold = None  # a plan for any word is a plan for none

        return engine

    @cached_property
    def schema(self) -> str:
        """The schema of the index beside the platform's own: `public_search`."""
        with self.open() as connection:
            (current,) = connection.execute("SELECT current_schema()").fetchone()
        return f"{current}_search"

    @contextmanager
    def open(self) -> Iterator[Any]:
        """A connection of the driver in autocommit."""
        with self._opening:
            engine = self._engine
        with engine.connect() as connection:
            yield connection.connection.driver_connection

    def close(self) -> None:
        """Close what is idle; opened anew when asked again."""
        if "_engine" in self.__dict__:
            self._engine.dispose()
