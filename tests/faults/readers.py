"""A reader who keeps up with a room through every interruption, as the platform's own client does."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from tests.support.sockets import RawSocket

PAUSE = 0.2


class Reader:
    """Follows one room: what was missed is asked for by the last seq; what comes twice is dropped by it."""

    def __init__(self, url: str, room: str, last_seq: int, lang: str = "fr") -> None:
        self.url, self.room, self.lang = url, room, lang
        self.last_seq = last_seq
        self.shown: list[dict[str, Any]] = []
        """Packets in the order in which they are shown, each once."""
        self.connections = 0
        self._gap = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def numbers(self) -> list[int]:
        """The numbers of the posts shown, in order."""
        posts = [packet["data"]["posts"][0] for packet in self.shown if packet["type"] == "post"]
        return [post["number"] for post in posts]

    async def _follow(self) -> None:
        while True:
            socket = RawSocket(self.url, self.lang, hear=self._hear)
            try:
                await socket.open(5)
                self.connections += 1
                await self._keep_up(socket)
            except (OSError, TimeoutError):
                await asyncio.sleep(PAUSE)
            finally:
                socket.close()

    async def _keep_up(self, socket: RawSocket) -> None:
        """Join, and join again where a hole shows, until the connection ends."""
        while not socket.closed.done():
            self._gap.clear()
            answer = await socket.ask("join", {"room": self.room, "last_seq": self.last_seq}, 5)
            assert "reload" not in answer, "more was missed than is kept: the test writes too much at once"
            for packet in answer.get("missed", []):
                self._hear("happened", packet)
            gap = asyncio.ensure_future(self._gap.wait())
            await asyncio.wait({gap, socket.closed}, return_when=asyncio.FIRST_COMPLETED)
            gap.cancel()

    def _hear(self, name: str, said: Any) -> None:
        seq = said.get("seq", 0) if isinstance(said, dict) and said.get("room") == self.room else 0
        if name == "happened" and seq == self.last_seq + 1:
            self.last_seq = seq
            self.shown.append(said)
        elif name in {"happened", "head"} and seq > self.last_seq:
            self._gap.set()
