"""The web process: pages, files and sockets in one event loop, on the supervisor's listening socket."""

from __future__ import annotations

import gc
import socket
import sys
from dataclasses import replace

import uvicorn

from app import create_app
from app.config import load_settings
from app.operating import logs
from app.operating.running import hold
from app.serving.asgi import build
from app.serving.lifeline import Lifeline
from app.serving.websockets import FramedWebSocket

KEEP_ALIVE = 20
STOP_WITHIN = 2
LARGEST_SOCKET_MESSAGE = 128 * 1024
TURN_SECONDS = 0.001
"""How long a thread keeps the interpreter while others wait: the loop and the live tail need it often and briefly."""


def serve(line: Lifeline, listener: socket.socket) -> None:
    """Serve on the supervisor's socket until it says stop."""

    async def ready() -> None:
        line.ready()

    settings = load_settings()
    logs.configure(settings)
    hold(settings.var)
    app = create_app(replace(settings, inline_jobs=False))
    settle_memory()
    sys.setswitchinterval(TURN_SECONDS)
    server = uvicorn.Server(uvicorn_config(build(app, [ready])))
    server.run([listener])


def settle_memory() -> None:
    """What is there now stays: the collector need not walk over it at each turn, and turns less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def uvicorn_config(asgi_app: object) -> uvicorn.Config:
    """Uvicorn as the platform wants it: no compression of socket messages, proxies judged by Flask alone."""
    return uvicorn.Config(
        asgi_app,  # type: ignore[arg-type]
        lifespan="on",
        log_level="warning",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ws=FramedWebSocket,
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_SOCKET_MESSAGE,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
