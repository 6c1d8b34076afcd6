"""Request bodies, taken whole by the event loop before a thread is given to the request.

A stalled or slow upload costs one coroutine, never one of the few threads that make pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO, Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IN_MEMORY = 256 * 1024


@dataclass(frozen=True)
class BodyLimits:
    """What a body may cost. After `patience` seconds it must have come at `slowest` bytes a second on average."""

    largest: int = 12 * 1024 * 1024
    patience: float = 15.0
    slowest: int = 8 * 1024


class BodyRefused(Exception):
    """The body will not be taken; `status` is the HTTP answer (400, 408, 413)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientGone(Exception):
    """The client closed the connection before its body was whole."""


@dataclass
class Body:
    """A whole body, rewound, and its length in bytes."""

    file: IO[bytes]
    length: int


async def take_body(scope: Scope, receive: Receive, limits: BodyLimits) -> Body:
    """Read the body to its end, chunked or not. Raises BodyRefused or ClientGone."""
    if _announced(scope) > limits.largest:
        raise BodyRefused(413)
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the request
    try:
        length = await _fill(file, receive, limits)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Body(file, length)


def has_body(scope: Scope) -> bool:
    """Whether the request announces a body."""
    names = {name for name, _ in scope["headers"]}
    return b"transfer-encoding" in names or _announced(scope) > 0


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise BodyRefused(400)
            return int(value)
    return 0


async def _fill(file: IO[bytes], receive: Receive, limits: BodyLimits) -> int:
    started = monotonic()
    length = 0
    more = True
    while more:
        message = await _next_message(receive, limits.patience)
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        length += len(chunk)
        if length > limits.largest:
            raise BodyRefused(413)
        file.write(chunk)
        more = message.get("more_body", False)
        elapsed = monotonic() - started
        if more and elapsed > limits.patience and length < limits.slowest * elapsed:
            raise BodyRefused(408)
    return length


async def _next_message(receive: Receive, patience: float) -> Message:
    try:
        async with asyncio.timeout(patience):
            return await receive()
    except TimeoutError:
        raise BodyRefused(408) from None
