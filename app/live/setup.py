"""Binds the live layer to an application: Flask-SocketIO in threading mode, which `wsgi:app` needs nothing beside.

Under `beffroi serve` an asynchronous server carries the sockets instead (`app.serving.sockets`), with the same desk.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO

from app.config import Settings
from app.live import desk
from app.live.fanout import ThreadFanOut, count_queues
from app.live.handlers import HANDLERS
from app.live.hub import Hub
from app.live.words import plural_samples


def socket_options(settings: Settings) -> dict[str, Any]:
    """Options that both servers share: presence gone within 35 s, same origin only, small messages, order kept."""
    listed = {origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()}

    schemes = ("https",) if settings.is_secure else ("http", "https")

    def is_allowed(origin: str | None, environ: dict[str, Any]) -> bool:
        # `site_url` is what the browser sees where a proxy changes the host without saying so.
        own = {settings.site_url, *(f"{scheme}://{environ.get('HTTP_HOST')}" for scheme in schemes)}
        return origin in own | listed

    return {
        "cors_allowed_origins": is_allowed,
        "ping_interval": 20,
        "ping_timeout": 15,
        "max_http_buffer_size": 64 * 1024,
        "async_handlers": False,
        "http_compression": False,
    }


def init_app(app: Flask) -> None:
    """Make the live layer of an application; nothing runs before the first socket comes."""
    settings: Settings = app.extensions["settings"]
    socketio = SocketIO()
    socketio.init_app(
        app,
        async_mode="threading",
        manage_session=False,
        client_manager=ThreadFanOut(),
        **socket_options(settings),
    )
    count_queues(socketio.server)
    app.jinja_env.globals.update(plural_samples=plural_samples)
    hub = app.extensions["live"] = Hub(app, socketio)
    socketio.on_event("connect", lambda auth=None: desk.connected(hub, _sid(), auth))
    socketio.on_event("disconnect", lambda *_: desk.disconnected(hub, _sid()))
    for name in HANDLERS:
        socketio.on_event(name, partial(_heard, hub, name))


def _heard(hub: Hub, name: str, payload: Any = None) -> dict[str, Any]:
    return desk.heard(hub, _sid(), name, payload)


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
