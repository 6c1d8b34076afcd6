"""Whether pages can be answered, and everything behind them does its work."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.core.consumers import ConsumerCursor, consumers
from app.core.db import db, is_sqlite, now
from app.core.events import EventRow
from app.operating.preparing import known_revisions

LEAST_FREE = 200 << 20
LATE_AFTER = timedelta(minutes=5)


def readiness(settings: Settings) -> dict[str, bool]:
    """What is as it should be, by name; what is wrong with the rest, `beffroi doctor` tells the operator alone."""
    checks: dict[str, Callable[[Settings], bool]] = {
        "database": answers, "migrations": is_up_to_date, "jobs": does_jobs, "disk": has_room,
    }  # fmt: skip
    found = {}
    for name, check in checks.items():
        try:
            found[name] = check(settings)
        except (SQLAlchemyError, OSError):
            db.session.rollback()
            found[name] = False
    return found


def answers(settings: Settings) -> bool:
    """The database does."""
    return bool(db.session.scalar(text("SELECT 1")) == 1)


def is_up_to_date(settings: Settings) -> bool:
    """The tables are those of this version."""
    found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return bool(found == known_revisions()[0])


def does_jobs(settings: Settings) -> bool:
    """A jobs process holds its lock here; else, with a database that other machines share, none is late."""
    return _is_held(settings) or (not is_sqlite() and not _is_late())


def _is_held(settings: Settings) -> bool:
    try:
        descriptor = os.open(settings.var / "worker.lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is_late() -> bool:
    cursors = {row.name: row.event_id for row in db.session.scalars(select(ConsumerCursor))}
    furthest = min((cursors.get(consumer.name, 0) for consumer in consumers), default=0)
    oldest = db.session.scalar(select(func.min(EventRow.created_at)).where(EventRow.id > furthest))
    return oldest is not None and oldest < now() - LATE_AFTER


def has_room(settings: Settings) -> bool:
    """There is some left to write."""
    return shutil.disk_usage(settings.var).free >= LEAST_FREE
