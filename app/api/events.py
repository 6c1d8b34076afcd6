"""What happens to the doors."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class WebhookChanged(Event):
    """A webhook was made, changed, paused or removed."""

    webhook_id: int
