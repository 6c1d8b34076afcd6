"""Has every request noted."""

from __future__ import annotations

from flask import Flask

from app.operating import requests


def init_app(app: Flask) -> None:
    """Name, count and log the requests of this application."""
    requests.init_app(app)
