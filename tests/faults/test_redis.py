"""Redis shared by several processes: limits and presence are; and Redis gone: nothing that matters waits for it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.forum.models import Topic
from tests.factories import TopicFactory, UserFactory
from tests.faults.readers import Reader
from tests.faults.writers import Writer
from tests.live.browsers import PythonBrowser
from tests.support.browser import submit
from tests.support.ports import free_port
from tests.support.running import Platform
from tests.support.signed_in import cookie_of

pytestmark = [pytest.mark.service, pytest.mark.timeout(120)]
GONE_FOR = 5.0
SLOWEST = 3.0
"""Seconds a request may take on a busy test machine; one that waited for Redis would take longer."""


class Redis:
    """A server of this test's own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "Redis is not installed: run `make services`"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([program, *options], cwd=self.folder, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < end, "Redis did not start"
            time.sleep(0.05)

    def _answers(self) -> bool:
        import redis

        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def topic(app: Flask) -> Topic:
    return TopicFactory()


def test_two_processes_count_the_same_limit(make_app: Callable[..., Flask], app: Flask, redis_server: Redis) -> None:
    """Five wrong passwords in a quarter of an hour, wherever they are tried."""
    here, there = (make_app(rate_limits=True, redis_url=redis_server.url).test_client() for _ in range(2))
    tried = [
        submit(client, "/fr/login", identity="rado@example.org", passcode="faux mot de passe").status_code
        for client in (here, there, here, there, here, there)
    ]
    assert tried == [200] * 5 + [429]


async def joined(platform: Platform, cookie: str, topic: Topic) -> PythonBrowser:
    browser = PythonBrowser()
    await browser.open(platform.url, "fr", {"Cookie": cookie, "Origin": platform.url}, ["websocket"])
    assert "head" in await browser.ask("join", {"room": f"topic:{topic.id}", "last_seq": 0})
    return browser


async def test_presence_and_typing_cross_two_processes(
    app: Flask, run_platform: Callable[..., Platform], redis_server: Redis, topic: Topic
) -> None:
    awa, salma = UserFactory(display_name="Awa Leroy-Ndiaye"), UserFactory(display_name="Salma Benomar")
    platforms = [run_platform(live_channel=redis_server.url) for _ in range(2)]
    here = await joined(platforms[0], cookie_of(app, awa), topic)
    there = await joined(platforms[1], cookie_of(app, salma), topic)
    for browser in (here, there):
        (told,) = await browser.wait("presence", until=lambda said: said["count"] == 2)
        assert [person["name"] for person in told["names"]] == ["Awa Leroy-Ndiaye", "Salma Benomar"]
    assert await there.ask("typing", {"room": f"topic:{topic.id}"}) == {"told": True}
    (typing,) = await here.wait("typing")
    assert typing["name"] == "Salma Benomar"
    await there.close()
    await here.wait("presence", until=lambda said: said["count"] == 1)
    await here.close()


async def test_redis_gone_for_a_while_loses_no_event_and_blocks_no_request(
    app: Flask, run_platform: Callable[..., Platform], redis_server: Redis, topic: Topic
) -> None:
    """Limits, jobs and the live channel all stand on the Redis that is killed."""
    writer_cookie, reader_cookie = cookie_of(app, UserFactory()), cookie_of(app, UserFactory())
    everything = {"redis_url": redis_server.url, "live_channel": redis_server.url}
    platforms = [run_platform(**everything, rate_limits=False), run_platform(**everything, rate_limits=True)]
    readers = [Reader(platform.url, f"topic:{topic.id}", 0) for platform in platforms]
    for reader in readers:
        reader.start()
    writer, seeker = Writer(platforms[0].url, writer_cookie), Writer(platforms[1].url, reader_cookie)
    slowest, sent, killed_at = 0.0, 0, 0.0
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < GONE_FOR + 3:
        if not killed_at and elapsed > 1:
            redis_server.kill()
            killed_at = elapsed
        before = time.monotonic()
        await writer.send(topic.public_id, f"token-{sent}", f"Message {sent}.")
        sent += 1
        slowest = max(slowest, time.monotonic() - before)
        before = time.monotonic()
        found = await seeker.connection.get("/fr/search?q=message")  # a page whose rate is limited
        assert found.status == 200, found.status
        slowest = max(slowest, time.monotonic() - before)
        await asyncio.sleep(0.25)
        if killed_at and elapsed > killed_at + GONE_FOR and not redis_server._answers():
            redis_server.start()
    for sender in (writer, seeker):
        await sender.stop()
    assert slowest < SLOWEST
    assert writer.retries == 0
    for reader in readers:
        async with asyncio.timeout(10):
            while len(reader.numbers()) < sent:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await reader.stop()
        assert reader.numbers() == list(range(1, sent + 1))
        assert reader.connections == 1, "the socket stayed up"
