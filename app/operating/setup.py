"""Has every request noted, and health answered."""

from __future__ import annotations

from flask import Flask

from app.operating import requests
from app.operating.health import Health


def init_app(app: Flask) -> None:
    """Name, count and log the requests of this application."""
    requests.init_app(app)
    app.wsgi_app = Health(app, app.wsgi_app)  # type: ignore[method-assign]
