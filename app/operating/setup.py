"""Has every request noted, and health answered."""

from __future__ import annotations

from typing import cast

from flask import Flask

from app.config import Settings
from app.operating import exclusive, requests
from app.operating.health import Health
from app.transfer.alone import guarded_by


def init_app(app: Flask) -> None:
    """Name, count and log the requests of this application."""
    requests.init_app(app)
    settings = cast(Settings, app.extensions["settings"])
    guarded_by(exclusive.to_oneself)
    if settings.inline_jobs:
        app.wsgi_app = exclusive.HeldWhileServing(settings, app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Health(app, app.wsgi_app)  # type: ignore[method-assign]
