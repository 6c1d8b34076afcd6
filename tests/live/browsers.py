"""Two kinds of browser for the live contract: python-socketio's client, and the real socket.io-client under Node."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import socketio
from engineio.payload import Payload

# What the Python client takes at once by long polling; the real one has no such limit.
Payload.max_decode_packets = 1_000
SCRIPT = Path(__file__).with_name("browser.mjs")
PATIENCE = 10.0


class Browser(Protocol):
    """One tab: what it heard, and what it may ask."""

    heard: list[tuple[str, Any]]

    async def ask(self, name: str, payload: Any) -> Any: ...
    async def close(self) -> None: ...


class Heard:
    """Collects what came, and waits for what is to come."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._news = asyncio.Event()

    def hear(self, name: str, detail: Any = None) -> None:
        self.heard.append((name, detail))
        self._news.set()

    def all(self, name: str) -> list[Any]:
        return [detail for heard, detail in self.heard if heard == name]

    async def wait(self, name: str, count: int = 1, until: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        """The first `count` things of that name for which `until` holds; fails when they do not come in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                while len(come := [detail for detail in self.all(name) if until(detail)]) < count:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{count} times {name} awaited, heard {self.heard}") from None
        return come[:count]


class PythonBrowser(Heard):
    """python-socketio's asynchronous client."""

    def __init__(self) -> None:
        super().__init__()
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("*", self.hear)
        self.client.on("disconnect", lambda *_: self.hear("disconnect"))

    async def open(self, url: str, lang: str, headers: dict[str, str], transports: list[str]) -> None:
        await self.client.connect(url, headers=headers, auth={"lang": lang}, transports=transports, wait_timeout=5)

    async def ask(self, name: str, payload: Any) -> Any:
        return await self.client.call(name, payload, timeout=10)

    async def close(self) -> None:
        # Not politely: by long polling the client would wait for the end of the request that is under way.
        await self.client.eio.disconnect(abort=True)
        if self.client.eio.http and not self.client.eio.http.closed:
            await self.client.eio.http.close()


class NodeHost:
    """One Node process that holds any number of browsers."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.browsers: dict[int, NodeBrowser] = {}
        self.answers: dict[int, asyncio.Future[Any]] = {}
        self.process: asyncio.subprocess.Process | None = None
        self.reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec("node", str(SCRIPT), stdin=pipe, stdout=pipe, limit=2**24)
        assert self.process.stdout
        assert "started" in (await self.process.stdout.readline()).decode()
        self.reader = asyncio.create_task(self._read(self.process.stdout))

    async def stop(self) -> None:
        assert self.process
        assert self.process.stdin
        assert self.reader
        self.process.stdin.close()
        await self.process.wait()
        await self.reader

    def send(self, **command: Any) -> None:
        assert self.process
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command).encode() + b"\n")

    async def _read(self, lines: asyncio.StreamReader) -> None:
        while line := await lines.readline():
            said = json.loads(line)
            if "answer" in said:
                asked = self.answers.pop(said["answer"])
                if not asked.done():
                    asked.set_result(said["value"])
            elif browser := self.browsers.get(said["browser"]):
                browser.hear(said["event"], said["detail"])


class NodeBrowser(Heard):
    """A browser of a NodeHost, with the platform's own client modules."""

    def __init__(self, host: NodeHost) -> None:
        super().__init__()
        self.host = host
        self.number = next(host.numbers)
        host.browsers[self.number] = self

    async def open(self, url: str, lang: str, headers: dict[str, str], transports: list[str]) -> None:
        self.host.send(do="open", browser=self.number, url=url, lang=lang, headers=headers, transports=transports)
        async with asyncio.timeout(PATIENCE):
            while not self.all("connect"):
                if refused := self.all("connect_error"):
                    raise ConnectionRefusedError(refused[0])
                await asyncio.sleep(0.01)

    async def ask(self, name: str, payload: Any) -> Any:
        number = next(self.host.numbers)
        answer = self.host.answers[number] = asyncio.get_running_loop().create_future()
        self.host.send(do="ask", browser=self.number, id=number, name=name, payload=payload)
        return await asyncio.wait_for(answer, PATIENCE)

    def follow(self, room: str, seq: int) -> None:
        """Follow a room as a page does; what it is given is heard as `room:happened`."""
        self.host.send(do="follow", browser=self.number, room=room, seq=seq)

    def drop(self) -> None:
        """Lose the network."""
        self.host.send(do="drop", browser=self.number)

    async def close(self) -> None:
        self.host.send(do="close", browser=self.number)
