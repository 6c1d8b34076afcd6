"""Upkeep of the file store."""

from __future__ import annotations

import time
from typing import cast

from flask import current_app
from sqlalchemy import select

from app.config import Settings
from app.core.db import db
from app.core.events import unit_of_work
from app.core.files import FileStore, file_store
from app.core.jobs import on_wake, periodic
from app.engagement.file_texts import read_due, sweep_texts
from app.engagement.listeners import READ_FILES
from app.engagement.models import Attachment
from app.engagement.reminding import remind_due
from app.engagement.shelf import sweep_shelves

A_DAY = 86_400


@periodic(minute="13", hour="3")
def clear_shelves() -> None:
    """Every night, forget files that were sent for a text that was never published."""
    with unit_of_work():
        sweep_shelves()


@periodic(minute="23", hour="3")
def sweep_files() -> None:
    """Every night, forget files that nothing has referred to for a day."""
    sweep(file_store(cast(Settings, current_app.extensions["settings"])), time.time() - A_DAY)
    with unit_of_work():
        sweep_texts()


def sweep(store: FileStore, older_than: float) -> int:
    """Delete files kept since before that moment that no attachment names. Returns how many."""
    used = set(db.session.scalars(select(Attachment.sha256).distinct()))
    for sizes in db.session.scalars(select(Attachment.sizes).where(Attachment.width.is_not(None))):
        used.update(sizes.values())
    unused = [digest for digest in store.digests(older_than) if digest not in used]
    for digest in unused:
        store.delete(digest)
    return len(unused)


@periodic(minute="*/5")
def read_files() -> None:
    """Read the text of documents that were attached; asked for at once, and every five minutes whatever was lost."""
    read_due(file_store(cast(Settings, current_app.extensions["settings"])))


on_wake(READ_FILES, read_files)


@periodic(minute="*")
def send_reminders() -> None:
    """Every minute, remind of the bookmarks whose time has come."""
    remind_due()
