"""Sends one message to many sockets: encoded once, queued without a task each, never more than a reader may owe.

An engine.io queue has no limit of its own. A socket that owes its reader too much is closed; the browser comes back and
asks for what it missed.

Where the server offers it (FRAMES), a reader who owes nothing is written to at once, with a frame that was made once
for all of them; who is behind gets the same packet through the queue, so that order and bound stay those of the queue.
"""

from __future__ import annotations

import asyncio
import queue
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import socketio
from engineio.packet import MESSAGE, Packet
from socketio import packet as socketio_packet
from websockets.frames import Frame, Opcode

PACKETS_AT_MOST = 256
BYTES_AT_MOST = 1_000_000
FRAMES = "beffroi.frames"
"""Extension of an ASGI scope: `(frame) -> bool` writes a websocket frame, or says that it must be queued."""


def _size(item: Any) -> int:
    return len(item.data) if item is not None and isinstance(item.data, (str, bytes)) else 0


class _Counted:
    """Adds to a queue the sum of its bytes, through the hooks both kinds of queue document."""

    held: int

    def _init(self, maxsize: int) -> None:
        self.held = 0
        super()._init(maxsize)  # type: ignore[misc]

    def _put(self, item: Any) -> None:
        self.held += _size(item)
        super()._put(item)  # type: ignore[misc]

    def _get(self) -> Any:
        item = super()._get()  # type: ignore[misc]
        self.held -= _size(item)
        return item

    @property
    def is_over(self) -> bool:
        """Whether the reader owes more than it may."""
        return self.qsize() > PACKETS_AT_MOST or self.held > BYTES_AT_MOST  # type: ignore[attr-defined]


class CountedQueue(_Counted, queue.Queue):  # type: ignore[type-arg]
    """The queue of a socket carried by a thread."""


class CountedAsyncQueue(_Counted, asyncio.Queue):  # type: ignore[type-arg]
    """The queue of a socket carried by the event loop."""

    _getters: deque[asyncio.Future[Any]]

    @property
    def is_awaited(self) -> bool:
        """Whether all that was put has been sent: the writer of the socket waits for more."""
        return self.empty() and bool(self._getters)


def count_queues(server: socketio.Server | socketio.AsyncServer) -> None:
    """Have a server give counted queues to its sockets."""
    server.eio.create_queue = CountedAsyncQueue if server.is_asyncio_based() else CountedQueue


class Framed(Packet):  # type: ignore[misc]
    """A packet that is made into a websocket frame once, for all who are sent it."""

    @cached_property
    def frame(self) -> bytes:
        encoded = self.encode()
        is_text = isinstance(encoded, str)
        data = encoded.encode() if is_text else encoded
        return bytes(Frame(Opcode.TEXT if is_text else Opcode.BINARY, data).serialize(mask=False))


class _FanOut:
    """What both managers share: who gets the message, and what is queued."""

    rooms: Any
    server: Any

    def _queue_for_all(self, event: str, data: Any, namespace: str, room: Any, skip_sid: Any) -> Iterator[Any]:
        """Queue a message for every socket of a room; yields the sockets that owe too much."""
        packets = self._encoded(event, data, namespace)
        skipped = set(skip_sid if isinstance(skip_sid, list) else [skip_sid])
        sockets = self.server.eio.sockets
        for sid, eio_sid in self.get_participants(namespace, room):  # type: ignore[attr-defined]
            socket = sockets.get(eio_sid)
            if sid in skipped or socket is None or socket.closed:
                continue
            if self._has_written(eio_sid, socket, packets):
                continue
            for one in packets:
                socket.queue.put_nowait(one)
            if socket.queue.is_over:
                yield socket

    def _has_written(self, eio_sid: str, socket: Any, packets: list[Framed]) -> bool:
        """Whether the packets have been sent already, past the queue."""
        return False

    def _encoded(self, event: str, data: Any, namespace: str) -> list[Framed]:
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        whole = self.server.packet_class(socketio_packet.EVENT, namespace=namespace, data=[event, *arguments])
        encoded = whole.encode()
        return [Framed(MESSAGE, part) for part in (encoded if isinstance(encoded, list) else [encoded])]


class ThreadFanOut(_FanOut, socketio.Manager):  # type: ignore[misc]
    """For Flask-SocketIO in threading mode."""

    def emit(
        self, event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None, callback: Any = None,
        to: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if callback or namespace not in self.rooms:
            super().emit(event, data, namespace, room, skip_sid, callback, to, **kwargs)
            return
        for socket in self._queue_for_all(event, data, namespace, to or room, skip_sid):
            self.server.start_background_task(socket.close, wait=False, abort=True)


class LoopFanOut(_FanOut, socketio.AsyncManager):  # type: ignore[misc]
    """For the asynchronous server."""

    def _has_written(self, eio_sid: str, socket: Any, packets: list[Framed]) -> bool:
        # A handshake over websocket has the extension; a socket that came by polling keeps to its queue.
        scope = self.server.environ.get(eio_sid, {}).get("asgi.scope", {})
        take = scope.get("extensions", {}).get(FRAMES)
        if take is None or not socket.queue.is_awaited or not take(packets[0].frame):
            return False
        for further in packets[1:]:
            socket.queue.put_nowait(further)
        return True

    def __init__(self) -> None:
        super().__init__()
        self._closing: set[asyncio.Task[None]] = set()

    async def emit(
        self, event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None, callback: Any = None,
        to: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if callback or namespace not in self.rooms:
            await super().emit(event, data, namespace, room, skip_sid, callback, to, **kwargs)
            return
        for socket in self._queue_for_all(event, data, namespace, to or room, skip_sid):
            task = asyncio.get_running_loop().create_task(socket.close(wait=False, abort=True))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
