"""A live browser reduced to bytes: Engine.IO 4 and Socket.IO 5 over a raw websocket, cheap enough for a thousand."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

Hear = Callable[[str, Any], None]


class RawSocket(asyncio.Protocol):
    """One websocket. `hear(name, detail)` is called for every message; `raw` takes messages unparsed instead."""

    def __init__(self, url: str, lang: str = "fr", cookie: str = "", hear: Hear | None = None) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.lang, self.cookie, self.hear = lang, cookie, hear
        self.raw: Callable[[bytes], None] | None = None
        self.is_open = False
        self._buffer = bytearray()
        self._upgraded = False
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._transport: asyncio.Transport | None = None
        self.closed = asyncio.get_running_loop().create_future()
        self._connected = asyncio.get_running_loop().create_future()

    async def open(self, within: float = 20.0) -> None:
        """Connect as far as the namespace. Raises OSError or TimeoutError."""
        async with asyncio.timeout(within):
            await asyncio.get_running_loop().create_connection(lambda: self, self.host, self.port)
            await self._connected

    async def ask(self, name: str, payload: Any, within: float = 20.0) -> Any:
        """Send a message and wait for its acknowledgement. Raises OSError when the connection ends first."""
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        self._send(f"42{self._asked}{json.dumps([name, payload])}")
        async with asyncio.timeout(within):
            return await answer

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    # --- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nOrigin: http://{self.host}:{self.port}\r\n{cookie}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.close()
                return
            self._upgraded, self._buffer = True, bytearray(rest)
        while (frame := self._next_frame()) is not None:
            self._take(*frame)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        gone = ConnectionResetError("the live connection ended")
        for waiting in (self._connected, *self._answers.values()):
            if not waiting.done():
                waiting.set_exception(gone)
                waiting.exception()
        if not self.closed.done():
            self.closed.set_result(None)

    # --- frames and packets

    def _next_frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(buffer) < start:
                return None
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return None
        frame = buffer[0] & 0x0F, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return frame

    def _take(self, opcode: int, data: bytes) -> None:
        if opcode == 8:
            self.close()
        elif opcode == 9:  # the server asks whether anyone is there; a browser answers by itself
            self._write(0x8A, data)
        elif opcode == 1:
            self._read(data)

    def _read(self, data: bytes) -> None:
        if data == b"2":
            self._send("3")
        elif data[:1] == b"0":
            self._send("40" + json.dumps({"lang": self.lang}))
        elif data[:2] == b"40":
            self.is_open = True
            if not self._connected.done():
                self._connected.set_result(None)
        elif data[:2] == b"43":
            number, _, answer = data[2:].partition(b"[")
            self._answers.pop(int(number)).set_result(json.loads(b"[" + answer)[0])
        elif data[:2] == b"42" and self.raw:
            self.raw(data)
        elif data[:2] == b"42" and self.hear:
            name, *rest = json.loads(data[2:])
            self.hear(name, rest[0] if rest else None)

    def _send(self, text: str) -> None:
        self._write(0x81, text.encode())

    def _write(self, opcode: int, data: bytes) -> None:
        size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + len(data).to_bytes(2, "big")
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the live connection ended")
        self._transport.write(bytes([opcode]) + size + b"\0\0\0\0" + data)  # masked by zeros: the bytes as they are
