"""Beffroi: a multilingual community platform for a region and its people in the world.

`create_app` is the only place that knows every room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.config import Settings, load_settings

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application, bound to these settings or to those of the environment."""
    # Here, so that the supervisor and `beffroi --help` load nothing of the platform.
    from app.setup import Platform, bind_extensions, configure, enter_rooms

    chosen = settings or load_settings()
    chosen.var.mkdir(parents=True, exist_ok=True)
    app = Platform(
        "beffroi",
        root_path=__path__[0],
        template_folder="../templates",
        static_folder="../static",
    )
    configure(app, chosen)
    bind_extensions(app, chosen)
    enter_rooms(app)
    return app
