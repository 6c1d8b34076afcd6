"""Fills the ports through which lower rooms ask those who keep order."""

from __future__ import annotations

from flask import Flask

from app.core import sieve
from app.moderation import text_listeners  # noqa: F401 - registers its listeners
from app.moderation.sifting import judge


def init_app(_app: Flask) -> None:
    """Texts are judged before they are published."""
    sieve.port.judge = judge
