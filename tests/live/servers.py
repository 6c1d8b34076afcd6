"""The two servers of the live contract, each in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any, Protocol

import uvicorn
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.live.hub import Hub, hub_of
from app.serving.asgi import build
from app.serving.web import uvicorn_config


class Quiet(WSGIRequestHandler):
    """Werkzeug's development server, without a line for each request."""

    def log(self, *args: Any, **kwargs: Any) -> None:
        pass


class LiveServer(Protocol):
    """What the contract needs of a server."""

    url: str
    hub: Hub

    def start(self) -> None: ...
    def stop(self) -> None: ...


class FlaskServer:
    """`wsgi:app` alone: Flask-SocketIO carries the sockets, a thread each."""

    def __init__(self, app: Flask) -> None:
        self.hub = hub_of(app)
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.hub.stop()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class AsgiServer:
    """What `beffroi serve` runs: the shell, the pages and the sockets in one event loop."""

    def __init__(self, app: Flask) -> None:
        self.hub = hub_of(app)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn_config(build(app)))
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        asyncio.run(self.server.serve([self.listener]))

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive(), "the server did not start"
            self.thread.join(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)


SERVERS: dict[str, type[FlaskServer | AsgiServer]] = {"flask-socketio": FlaskServer, "asgi": AsgiServer}
