"""Sends one message to many sockets: encoded once, queued without a task each, never more than a reader may owe.

An engine.io queue has no limit of its own. A socket that owes its reader too much is closed; the browser comes back and
asks for what it missed.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from typing import Any

import socketio
from engineio.packet import MESSAGE, Packet
from socketio import packet as socketio_packet

PACKETS_AT_MOST = 256
BYTES_AT_MOST = 1_000_000


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


def count_queues(server: socketio.Server | socketio.AsyncServer) -> None:
    """Have a server give counted queues to its sockets."""
    server.eio.create_queue = CountedAsyncQueue if server.is_asyncio_based() else CountedQueue


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
            for one in packets:
                socket.queue.put_nowait(one)
            if socket.queue.is_over:
                yield socket

    def _encoded(self, event: str, data: Any, namespace: str) -> list[Packet]:
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        whole = self.server.packet_class(socketio_packet.EVENT, namespace=namespace, data=[event, *arguments])
        encoded = whole.encode()
        return [Packet(MESSAGE, part) for part in (encoded if isinstance(encoded, list) else [encoded])]


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
