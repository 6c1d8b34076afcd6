"""Several live processes: presence and typing meet through Redis; what happened needs no Redis at all."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.factories import UserFactory
from tests.live.browsers import PythonBrowser
from tests.live.conftest import ROOM, Toys
from tests.live.servers import AsgiServer
from tests.support.ports import free_port

pytestmark = pytest.mark.service


class Redis:
    """A Redis of this test's own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout
        while b"Ready to accept connections" not in self.process.stdout.readline():
            assert self.process.poll() is None, "Redis did not start"

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def redis() -> Iterator[Redis]:
    server = Redis()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def servers(
    app: Flask, make_app: Callable[..., Flask], redis: Redis, toys: Toys, monkeypatch: Any
) -> Iterator[list[AsgiServer]]:
    """Two live processes on one database."""
    monkeypatch.setattr("app.live.tail.PRESENCE_EVERY", 0)
    running = [AsgiServer(make_app(live_channel=redis.url)) for _ in range(2)]
    for server in running:
        server.start()
    yield running
    for server in running:
        server.stop()


async def follow(server: AsgiServer, headers: dict[str, str]) -> PythonBrowser:
    browser = PythonBrowser()
    await browser.open(server.url, "fr", headers, ["websocket"])
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    return browser


async def test_presence_and_typing_cross_processes(servers: list[AsgiServer], sign_in: Any) -> None:
    awa, linh = UserFactory(display_name="Awa"), UserFactory(display_name="Linh", name_lang="vi")
    here, there = await follow(servers[0], sign_in(awa)), await follow(servers[1], sign_in(linh))
    for browser in (here, there):
        (told,) = await browser.wait("presence", until=lambda said: said["count"] == 2)
        assert [person["name"] for person in told["names"]] == ["Awa", "Linh"]
    await there.ask("typing", {"room": ROOM})
    assert await here.wait("typing") == [{"room": ROOM, "name": "Linh", "lang": "vi"}]
    await there.close()
    await here.wait("presence", until=lambda said: said["count"] == 1)
    await here.close()


async def test_what_happens_is_told_once_with_redis_and_without(
    servers: list[AsgiServer], redis: Redis, sign_in: Any, say: Any
) -> None:
    browsers = [await follow(server, sign_in(UserFactory())) for server in servers]
    say(1, 2)
    redis.kill()
    for browser in browsers:
        assert "told" in await browser.ask("typing", {"room": ROOM})
    say(3, 4)
    redis.start()
    say(5)
    for browser in browsers:
        await browser.wait("happened", 5)
        assert [packet["seq"] for packet in browser.all("happened")] == [1, 2, 3, 4, 5]
    servers[0].hub.presence.mark([ROOM])
    servers[1].hub.presence.mark([ROOM])
    await browsers[0].wait("presence", until=lambda said: said["count"] == 2)
    for browser in browsers:
        await browser.close()
