"""What the forum does by itself when its time comes."""

from __future__ import annotations

from app.core.jobs import periodic
from app.forum.scheduling import publish_due


@periodic(minute="*")
def publish_scheduled() -> None:
    """Each minute, publish what members asked to have published by now."""
    publish_due()
