"""The backup of every night."""

from __future__ import annotations

import logging
from typing import cast

from flask import current_app

from app.config import Settings
from app.core.errors import Conflict
from app.core.jobs import periodic
from app.operating.backing_up import back_up

log = logging.getLogger(__name__)


@periodic(minute="47", hour="2")
def back_up_nightly() -> None:
    """Make a backup and forget the oldest, where the settings ask for it."""
    settings = cast(Settings, current_app.extensions["settings"])
    if not settings.backups_kept:
        return
    try:
        back_up(settings, keep=settings.backups_kept)
    except Conflict as refusal:
        log.error("no backup was made tonight: %s", refusal.reason)
