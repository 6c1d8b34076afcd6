"""The thin ASGI shell before Flask: sockets to Socket.IO, files from the loop, pages once their body is whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from io import BytesIO

from app.serving.bodies import (
    Body,
    BodyLimits,
    BodyRefused,
    ClientGone,
    Message,
    Receive,
    Scope,
    Send,
    has_body,
    take_body,
)
from app.serving.pages import Pages, answer_plainly

AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Step = Callable[[], Awaitable[None]]

SOCKET_LIMITS = BodyLimits(largest=128 * 1024)
"""What a browser may post to a long-polling socket."""


class Shell:
    """Routes one ASGI scope to where it belongs."""

    def __init__(
        self,
        pages: Pages,
        assets: AsgiApp,
        sockets: AsgiApp,
        limits: BodyLimits | None = None,
        starting: Sequence[Step] = (),
        stopping: Sequence[Step] = (),
        app_explains_refusals: bool = False,
    ) -> None:
        """With `app_explains_refusals` the application answers a refused body itself, told by `pages.REFUSED`."""
        self.pages = pages
        self.assets = assets
        self.sockets = sockets
        self.limits = limits or BodyLimits()
        self.starting = starting
        self.stopping = stopping
        self.app_explains_refusals = app_explains_refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"].startswith("/socket.io/"):
            await self._socket(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith("/static/"):
            await self.assets({**scope, "path": scope["path"].removeprefix("/static"), "root_path": ""}, receive, send)
        else:
            await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, refused = await self._body(scope, receive, self.limits)
        if body is None:
            return
        try:
            if refused:
                send = closing(send)
            if refused and not self.app_explains_refusals:
                await answer_plainly(send, refused)
            else:
                await self.pages(scope, body, send, refused)
        finally:
            body.file.close()

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" or scope["method"] != "POST":
            await self.sockets(scope, receive, send)
            return
        body, refused = await self._body(scope, receive, SOCKET_LIMITS)
        if body is None:
            return
        if refused:
            await answer_plainly(closing(send), refused)
        else:
            await self.sockets(scope, replay(body), send)
        body.file.close()

    async def _body(self, scope: Scope, receive: Receive, limits: BodyLimits) -> tuple[Body | None, int]:
        """The body and 0, an empty body and the status of a refusal, or None when nobody waits for an answer."""
        empty = Body(BytesIO(), 0)
        try:
            return (await take_body(scope, receive, limits) if has_body(scope) else empty), 0
        except BodyRefused as refusal:
            return empty, refusal.status
        except ClientGone:
            return None, 0

    async def _live(self, receive: Receive, send: Send) -> None:
        """The lifespan protocol: start what serves, then stop it."""
        await receive()
        try:
            for step in self.starting:
                await step()
        except Exception as error:  # noqa: BLE001 - told to the server, which ends the process
            await send({"type": "lifespan.startup.failed", "message": repr(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for step in self.stopping:
            await step()
        self.pages.close()
        await send({"type": "lifespan.shutdown.complete"})


def closing(send: Send) -> Send:
    """Close the connection after the answer: the rest of a refused body must not pose as the next request."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name != b"connection"]
            message = {**message, "headers": [*kept, (b"connection", b"close")]}
        await send(message)

    return sent


def replay(body: Body) -> Receive:
    """A `receive` that gives a whole body at once."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body.file.read(), "more_body": False}

    return receive
