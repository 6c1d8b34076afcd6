"""The whole platform as one ASGI application: pages, files and sockets on one port."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from flask import Flask, abort, request

from app.config import Settings
from app.serving.bodies import BodyLimits
from app.serving.pages import REFUSED, Pages
from app.serving.shell import AsgiApp, Shell, Step
from app.serving.sockets import SocketEdge
from app.serving.static_files import Assets

PAGE_THREADS = 16


def build(app: Flask, once_started: Sequence[Step] = ()) -> AsgiApp:
    """Stand the shell before a Flask application made by `create_app`."""
    edge = SocketEdge(app)
    pages = Pages(app, PAGE_THREADS, at_once(app.extensions["settings"]))
    assert app.static_folder is not None, "the platform has a static folder"
    app.before_request_funcs.setdefault(None, []).insert(0, answer_refusal)
    limits = BodyLimits(largest=app.config["MAX_CONTENT_LENGTH"])
    return Shell(
        pages,
        Assets(Path(app.static_folder)),
        edge.asgi,
        limits,
        starting=[edge.start, *once_started],
        stopping=[edge.stop],
        app_explains_refusals=True,
    )


def at_once(settings: Settings) -> int:
    """How many pages are made at a time. SQLite's answer inside the process: what waits, waits for a processor."""
    return (os.cpu_count() or 1) + 1 if settings.database.startswith("sqlite") else PAGE_THREADS


def answer_refusal() -> None:
    """Before every other check of a request: a body the shell refused is answered by the site's own error page."""
    if status := request.environ.get(REFUSED):
        abort(status)
