"""Lets Flask code speak to the asynchronous Socket.IO server as if it were Flask-SocketIO's own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from socketio import AsyncServer, Manager


class Bridge(Manager):  # type: ignore[misc]
    """A client manager whose every act is scheduled on the event loop of an AsyncServer.

    Given to Flask-SocketIO, `socketio.emit` and `socketio.server.enter_room / leave_room / disconnect` work from any
    thread. Acts scheduled by one thread happen in its order.
    """

    def __init__(self, target: AsyncServer) -> None:
        super().__init__()
        self.target = target
        self.loop: asyncio.AbstractEventLoop | None = None

    def bind(self) -> None:
        """Speak to the running loop from now on."""
        self.loop = asyncio.get_running_loop()

    def emit(
        self, event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None, **kwargs: Any
    ) -> None:
        to = kwargs.get("to") or room
        ignore_queue = kwargs.get("ignore_queue", False)
        self._schedule(
            self.target.emit(event, data, to=to, skip_sid=skip_sid, namespace=namespace, ignore_queue=ignore_queue)
        )

    def enter_room(self, sid: str, namespace: str, room: str, eio_sid: str | None = None) -> None:
        self._schedule(self.target.enter_room(sid, room, namespace=namespace))

    def leave_room(self, sid: str, namespace: str, room: str) -> None:
        self._schedule(self.target.leave_room(sid, room, namespace=namespace))

    def can_disconnect(self, sid: str, namespace: str) -> bool:
        """Hand the disconnection over; False tells the caller that it is done."""
        self._schedule(self.target.disconnect(sid, namespace=namespace))
        return False

    def _schedule(self, act: Coroutine[Any, Any, Any]) -> None:
        if self.loop is None or self.loop.is_closed():
            act.close()
            return
        asyncio.run_coroutine_threadsafe(act, self.loop)
