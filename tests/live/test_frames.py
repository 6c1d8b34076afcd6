"""A message for many readers is one frame, written at once to those who owe nothing, queued for the others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from engineio.packet import MESSAGE, Packet
from flask import Flask

from app.live.fanout import CountedAsyncQueue
from app.serving.websockets import FramedWebSocket
from tests.live.conftest import ROOM
from tests.live.servers import AsgiServer
from tests.support.running import running


@pytest.fixture
def live(app: Flask, toys: object) -> Iterator[AsgiServer]:
    """The server that takes whole frames."""
    with running(AsgiServer(app)) as server:
        yield server


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bool]]:
    """Every frame that was offered, and whether it was written at once."""
    taken: list[tuple[bytes, bool]] = []
    take = FramedWebSocket.take_frame

    def noted(self: FramedWebSocket, frame: bytes) -> bool:
        taken.append((frame, take(self, frame)))
        return taken[-1][1]

    monkeypatch.setattr(FramedWebSocket, "take_frame", noted)
    return taken


async def test_readers_of_a_room_are_sent_one_and_the_same_frame(
    live: AsgiServer, open_browser: Any, say: Any, frames: list[tuple[bytes, bool]]
) -> None:
    readers = [await open_browser() for _ in range(3)]
    for reader in readers:
        await reader.ask("join", {"room": ROOM, "last_seq": 0})
    say(7)
    for reader in readers:
        assert [packet["seq"] for packet in await reader.wait("happened", 1)] == [1]
    written = [frame for frame, was_written in frames if was_written and b'"happened"' in frame]
    assert len(written) == 3
    assert len({id(frame) for frame in written}) == 1


async def test_a_reader_who_does_not_keep_up_is_told_all_in_order(
    live: AsgiServer, open_browser: Any, say: Any, frames: list[tuple[bytes, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await open_browser()
    await reader.ask("join", {"room": ROOM, "last_seq": 0})
    is_open = FramedWebSocket.is_open
    turn = iter(range(1_000))
    monkeypatch.setattr(FramedWebSocket, "is_open", lambda self: next(turn) % 3 > 0 and is_open(self))
    say(*range(1, 61))
    heard = await reader.wait("happened", 60)
    assert [packet["seq"] for packet in heard] == list(range(1, 61))
    assert {was_written for frame, was_written in frames if b'"happened"' in frame} == {True, False}


async def test_nothing_overtakes_what_the_writer_of_a_socket_still_has() -> None:
    held = CountedAsyncQueue()
    assert not held.is_awaited  # nobody has asked for a packet yet
    writer = asyncio.create_task(held.get())
    await asyncio.sleep(0)
    assert held.is_awaited
    held.put_nowait(Packet(MESSAGE, "first"))
    assert not held.is_awaited
    await writer
    assert not held.is_awaited  # the writer has it, and has not come back for more
