"""Periodic work of the doors: what webhooks are due, and pictures that nobody asked for in a month."""

from __future__ import annotations

from typing import cast

from flask import current_app

from app.api import hooks
from app.api.cards import Cards
from app.core.jobs import periodic

__all__ = ["hooks"]


@periodic(minute="23", hour="3")
def sweep_cards() -> None:
    """Forget old pictures."""
    cast(Cards, current_app.extensions["cards"]).sweep()
