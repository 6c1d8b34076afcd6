"""The asynchronous Socket.IO server of `beffroi serve`, before the same desk as Flask-SocketIO.

The loop carries the sockets; what a browser asks is answered on a few threads of its own, so that neither pages nor
sockets wait for each other.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from flask import Flask
from socketio import ASGIApp, AsyncServer

from app.live import desk
from app.live.fanout import LoopFanOut, count_queues
from app.live.handlers import HANDLERS
from app.live.hub import hub_of
from app.live.setup import socket_options
from app.serving.bodies import Body, Scope
from app.serving.bridge import Bridge
from app.serving.pages import Environ, request_environ

THREADS = 4


class SocketEdge:
    """Carries the sockets of an application made by `create_app`."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.hub = hub_of(app)
        self.server = AsyncServer(async_mode="asgi", client_manager=LoopFanOut(), **socket_options(self.hub.settings))
        count_queues(self.server)
        self.bridge = Bridge(self.server)
        self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="socket")
        self.asgi = ASGIApp(self.server, socketio_path="/socket.io")
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        for name in HANDLERS:
            self.server.on(name, partial(self._heard, name))

    async def start(self) -> None:
        """From now on Flask code speaks to this server."""
        self.bridge.bind()
        self.bridge.set_server(self.hub.socketio.server)
        self.hub.socketio.server.manager = self.bridge
        await self._run(self.hub.start)

    async def stop(self) -> None:
        """Stop following the log."""
        await self._run(self.hub.stop)
        self.executor.shutdown(wait=False, cancel_futures=True)

    async def _connect(self, sid: str, environ: Environ, auth: Any) -> None:
        await self._run(self._in_context, environ, desk.connected, sid, auth)

    async def _disconnect(self, sid: str, reason: str = "") -> None:
        desk.disconnected(self.hub, sid)

    async def _heard(self, name: str, sid: str, payload: Any = None) -> dict[str, Any]:
        environ = self.server.get_environ(sid)
        if environ is None:
            return {"error": "not_connected"}
        answer: dict[str, Any] = await self._run(self._in_context, environ, desk.heard, sid, name, payload)
        return answer

    async def _run(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.executor, function, *arguments)

    def _in_context(self, environ: Environ, function: Any, *arguments: Any) -> Any:
        with self.app.request_context(handshake(environ["asgi.scope"])):
            return function(self.hub, *arguments)


def handshake(scope: Scope) -> Environ:
    """The WSGI environment of a handshake, as a page of the same browser would have it."""
    from io import BytesIO

    secure = {"ws": "http", "wss": "https"}
    told = {**scope, "method": "GET", "scheme": secure.get(scope["scheme"], scope["scheme"])}
    return request_environ(told, Body(BytesIO(), 0))
