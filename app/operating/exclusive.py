"""The platform to oneself, for a command that writes much: behind the gate, alone also on a shared database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.config import Settings
from app.core.errors import Conflict
from app.operating import postgresql_copy
from app.operating.running import ELSEWHERE, alone, hold, shut_gate

_NUMBER = 0x62666669
"""Name of the lock in a PostgreSQL database, which other machines see too."""


@contextmanager
def to_oneself(settings: Settings) -> Iterator[None]:
    """Have the platform to oneself. Raises Conflict where it runs, or where another such command does."""
    with shut_gate(settings.var), alone(settings.var), _locked_database(settings):
        yield


@contextmanager
def _locked_database(settings: Settings) -> Iterator[None]:
    if not postgresql_copy.is_meant(settings):
        yield
        return
    with postgresql_copy.connected(settings.database) as connection:
        connection.commit()  # the lock belongs to the connection: no transaction stays open as long as an import lasts
        connection.autocommit = True
        if not connection.execute("SELECT pg_try_advisory_lock(%s)", (_NUMBER,)).fetchone()[0]:
            raise Conflict(ELSEWHERE)
        yield


class HeldWhileServing:
    """Stands before an application that is its own whole platform, and tells from the first request on that it serves.

    The processes of `beffroi serve` tell it themselves when they start.
    """

    def __init__(self, settings: Settings, inner: Any) -> None:
        self._settings = settings
        self._inner = inner
        self._held: list[int] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not self._held:
            self._held.append(hold(self._settings.var))
        return self._inner(environ, start_response)
