"""Nothing is written beside an import: a port, filled by the room that knows which processes serve."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from app.config import Settings

Guard = Callable[[Settings], AbstractContextManager[None]]
_guards: list[Guard] = []


def guarded_by(guard: Guard) -> None:
    """Name what gives an import the platform to itself. A second one replaces the first."""
    _guards[:] = [guard]


def to_oneself(settings: Settings) -> AbstractContextManager[None]:
    """Have the platform to oneself. Raises Conflict where it runs, or where another import is under way."""
    return _guards[0](settings)
