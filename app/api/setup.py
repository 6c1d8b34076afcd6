"""What this room binds to an application."""

from __future__ import annotations

from typing import cast

from flask import Flask

from app.api import oembed_views
from app.api.card_views import locate_font
from app.api.cards import Cards
from app.config import Settings


def init_app(app: Flask) -> None:
    """Give the application its folder of cards, and the address that has no language."""
    settings = cast(Settings, app.extensions["settings"])
    app.extensions["cards"] = Cards(settings.var / "cards", locate_font)
    app.register_blueprint(oembed_views.bp)
