"""A reader that does not keep up is left, so that nobody else waits and memory has a bound."""

from __future__ import annotations

import asyncio
import queue
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from engineio.packet import MESSAGE, Packet

from app.live.fanout import BYTES_AT_MOST, PACKETS_AT_MOST, CountedAsyncQueue, CountedQueue
from tests.live.conftest import ROOM, Toys
from tests.live.servers import LiveServer


@pytest.mark.parametrize("kind", [CountedQueue, CountedAsyncQueue])
def test_a_queue_knows_what_it_holds(kind: Callable[[], Any]) -> None:
    held = kind()
    for _ in range(PACKETS_AT_MOST):
        held.put_nowait(Packet(MESSAGE, "x" * 100))
    assert (held.held, held.is_over) == (PACKETS_AT_MOST * 100, False)
    held.put_nowait(None)
    assert held.is_over
    while True:
        try:
            held.get_nowait()
        except (queue.Empty, asyncio.QueueEmpty):
            break
    assert (held.held, held.is_over) == (0, False)
    held.put_nowait(Packet(MESSAGE, "x" * (BYTES_AT_MOST + 1)))
    assert held.is_over


def stalled_reader(url: str) -> socket.socket:
    """A browser that joins by websocket and then reads nothing more."""
    parts = urlsplit(url)
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(10)
    reader.connect((parts.hostname, parts.port))
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    where = f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    asked = f"{where}{upgrade}{'A' * 22}==\r\n\r\n"
    reader.sendall(asked.encode())
    for said in ("40", '42["join",{"room":"toy:1"}]'):
        reader.recv(4096)
        reader.sendall(bytes([0x81, 0x80 | len(said), 0, 0, 0, 0]) + said.encode())
    return reader


async def test_a_stalled_reader_is_left_and_the_others_hear_all(
    live: LiveServer, open_browser: Any, say: Any, toys: Toys
) -> None:
    toys.padding = "x" * 16_000
    reader = stalled_reader(live.url)
    other = await open_browser()
    await other.ask("join", {"room": ROOM, "last_seq": 0})
    for _ in range(500):
        if len(live.hub.roster.in_room(ROOM)) == 2:
            break
        await asyncio.sleep(0.01)
    for number in range(1, 501):
        say(number)
        if number % 20 == 0:
            await other.wait("happened", number)
    heard = await other.wait("happened", 500)
    assert [packet["seq"] for packet in heard] == list(range(1, 501))
    assert len(live.hub.roster.in_room(ROOM)) == 1
    reader.close()
