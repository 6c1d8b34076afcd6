"""A crowd of live readers in processes of their own, commanded over a pipe: `open`, `join`, `await`, `close`."""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import re
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from tests.support.sockets import RawSocket

PROCESSES = 2
AT_ONCE = 64
WORD = re.compile(rb"mot-[0-9a-f]{12}")


class Crowd:
    """`size` sockets, shared out over a few processes."""

    def __init__(self, url: str, size: int, cookies: Sequence[str] = ("",)) -> None:
        spawn = mp.get_context("spawn")
        self.size, self.cookies = size, cookies
        self.pipes: list[Any] = []
        self.processes = []
        for number in range(PROCESSES):
            near, far = spawn.Pipe()
            process = spawn.Process(target=_live, args=(url, range(number, size, PROCESSES), cookies, far), daemon=True)
            process.start()
            self.pipes.append(near)
            self.processes.append(process)
        for pipe in self.pipes:
            assert pipe.recv() == "started"

    def do(self, *command: Any) -> list[Any]:
        """Have every process do the same at once; their answers."""
        self.tell(*command)
        return self.answers()

    def tell(self, *command: Any) -> None:
        for pipe in self.pipes:
            pipe.send(command)

    def answers(self) -> list[Any]:
        return [pipe.recv() for pipe in self.pipes]

    def close(self) -> None:
        self.do("close")
        for process in self.processes:
            process.join(10)


def room_of(place: int, rooms: int, members: int) -> int:
    """Which of the rooms a socket joins: five rooms share the members, the next five share them again."""
    return (place // members * 5 + place % 5) % rooms


def _live(url: str, places: Sequence[int], cookies: Sequence[str], pipe: Connection) -> None:
    asyncio.run(_Part(url, places, cookies, pipe).run())


class _Part:
    """The sockets of one process."""

    def __init__(self, url: str, places: Sequence[int], cookies: Sequence[str], pipe: Connection) -> None:
        self.url, self.places, self.cookies, self.pipe = url, places, cookies, pipe
        self.sockets: list[RawSocket] = []
        self.rooms: dict[int, RawSocket] = {}
        self.heard: list[tuple[str, float]] = []
        self.awaited = b""
        self.times: list[float] = []

    async def run(self) -> None:
        self.pipe.send("started")
        loop = asyncio.get_running_loop()
        while True:
            name, *arguments = await loop.run_in_executor(None, self.pipe.recv)
            self.pipe.send(await getattr(self, f"_{name}")(*arguments))
            if name == "close":
                return

    async def _open(self) -> tuple[float, float]:
        """Open every socket; when the first began and the last was open."""
        started = time.monotonic()
        places = iter(self.places)

        async def open_some() -> None:
            for place in places:
                socket = RawSocket(self.url, cookie=self.cookies[place % len(self.cookies)])
                socket.raw = self._hear
                await socket.open()
                self.sockets.append(socket)
                self.rooms[place] = socket

        await asyncio.gather(*(open_some() for _ in range(AT_ONCE)))
        return started, time.monotonic()

    async def _join(self, room: str) -> float:
        """Have every socket follow a room; the seconds it took."""
        started = time.monotonic()
        for first in range(0, len(self.sockets), AT_ONCE):
            part = self.sockets[first : first + AT_ONCE]
            answers = await asyncio.gather(*(socket.ask("join", {"room": room, "last_seq": None}) for socket in part))
            assert all("head" in answer for answer in answers), answers[0]
        return time.monotonic() - started

    async def _join_all(self, rooms: list[str]) -> bool:
        """Share the sockets out over rooms, so that those of one room are of different members."""
        by_room = [
            (socket, {"room": rooms[room_of(place, len(rooms), len(self.cookies))], "last_seq": None})
            for place, socket in self.rooms.items()
        ]
        for first in range(0, len(by_room), AT_ONCE):
            part = by_room[first : first + AT_ONCE]
            answers = await asyncio.gather(*(socket.ask("join", said) for socket, said in part))
            assert all("head" in answer for answer in answers), answers[0]
        return True

    async def _listen(self) -> bool:
        """From now on note when each word was heard, by each socket."""
        for socket in self.sockets:
            socket.raw = self._note
        self.heard = []
        return True

    def _note(self, data: bytes) -> None:
        at = time.monotonic()
        self.heard += [(word.decode(), at) for word in set(WORD.findall(data))]

    async def _count_open(self) -> int:
        return sum(socket.is_open for socket in self.sockets)

    async def _heard(self) -> list[tuple[str, float]]:
        return self.heard

    def _hear(self, data: bytes) -> None:
        if self.awaited and self.awaited in data:
            self.times.append(time.monotonic())

    async def _expect(self, words: str) -> bool:
        self.awaited, self.times = words.encode(), []
        return True

    async def _await(self) -> tuple[float, float, int]:
        """When the first and the last socket heard the words, and how many did."""
        end = time.monotonic() + 5
        while len(self.times) < len(self.sockets) and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        return min(self.times, default=0.0), max(self.times, default=0.0), len(self.times)

    async def _close(self) -> bool:
        for socket in self.sockets:
            socket.close()
        await asyncio.sleep(0.1)
        return True
