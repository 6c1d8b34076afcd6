"""Work beside the requests, by Huey: periodic tasks, and wake-ups for work whose due list is always a table.

Huey forgets a task before it runs it, so a task never carries data: it only says "look now". Losing one costs a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from threading import Lock
from typing import Any, cast

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab
from sqlalchemy import delete

from app.config import Settings
from app.core.background import background_context
from app.core.db import db, now
from app.core.events import EventRow, unit_of_work

log = logging.getLogger(__name__)

EVENTS_KEPT = timedelta(days=30)

_periodic: dict[str, tuple[Callable[[], Any], dict[str, str]]] = {}
_wakeable: dict[str, Callable[[], Any]] = {}


def periodic(**schedule: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run a function in the jobs process on a schedule of cron: `@periodic(minute="0", hour="4")`."""

    def keep(function: Callable[[], None]) -> Callable[[], None]:
        _periodic[f"{function.__module__}.{function.__name__}"] = (function, schedule)
        return function

    return keep


def on_wake(name: str, function: Callable[[], Any]) -> None:
    """Name a function that `wake(name)` has run soon in the jobs process; it finds in a table what is due."""
    _wakeable[name] = function


def wake(name: str) -> None:
    """Ask the jobs process to look now. A queue out of reach is no error: the periodic look finds the same work."""
    cast(Jobs, current_app.extensions["jobs"]).wake(name)


class Jobs:
    """The queue of one application."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._wakes: dict[str, Callable[[], Any]] = {}
        self._opening = Lock()

    @cached_property
    def huey(self) -> Huey:
        """Redis where the settings name one, else a SQLite file of its own beside the database."""
        settings = cast(Settings, self.app.extensions["settings"])
        options: dict[str, Any] = {"name": "beffroi", "results": False, "utc": True}
        if settings.redis_url:
            huey = RedisHuey(url=settings.redis_url, **options)
        else:
            huey = SqliteHuey(filename=str(settings.var / "jobs.db"), **options)
        for name, (function, schedule) in _periodic.items():
            huey.periodic_task(crontab(**schedule), name=name)(self._in_context(function))
        self._wakes = {name: huey.task(name=name)(self._in_context(work)) for name, work in _wakeable.items()}
        return huey

    def wake(self, name: str) -> None:
        """Put the wake-up into the queue."""
        try:
            with self._opening:
                assert self.huey is not None  # opened here at first use, by one thread
            self._wakes[name]()
        except Exception:
            log.warning("the queue of jobs cannot be reached", exc_info=True)

    def _in_context(self, function: Callable[[], Any]) -> Callable[[], None]:
        def run() -> None:
            with background_context(self.app):
                function()

        return run


def init_app(app: Flask) -> None:
    """Give the application its queue; nothing is opened before it is used."""
    app.extensions["jobs"] = Jobs(app)


@periodic(minute="7", hour="3")
def purge_events() -> None:
    """Forget events after 30 days, long after every reader has had them."""
    with unit_of_work():
        db.session.execute(delete(EventRow).where(EventRow.created_at < now() - EVENTS_KEPT))
