"""A few pages are made at a time; who waits for something else than a processor holds nobody up."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import pytest

from app.serving import pages as pages_module
from app.serving.bodies import Body
from app.serving.pages import Environ, Pages

SCOPE = {
    "type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "http_version": "1.1",
    "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "", "asgi": {},
}  # fmt: skip


class Counting:
    """An application that notes how many of its pages are under way at the same time."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now, self.most, self.lock = seconds, 0, 0, threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(self.seconds)
        with self.lock:
            self.now -= 1
        start_response("200 OK", [])
        return [b"done"]


async def ask(pages: Pages, count: int) -> list[int]:
    """The statuses of so many requests that come together."""
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await asyncio.gather(*(pages(SCOPE, Body(BytesIO(), 0), send) for _ in range(count)))
    return statuses


async def test_no_more_pages_are_made_at_a_time_than_there_are_turns() -> None:
    app = Counting(0.01)
    pages = Pages(app, threads=8, at_once=2)
    assert await ask(pages, 12) == [200] * 12
    assert app.most == 2
    pages.close()


async def test_pages_that_wait_for_something_else_hold_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "TURN_WITHIN", 0.05)
    app = Counting(0.5)
    pages = Pages(app, threads=8, at_once=2)
    began = time.monotonic()
    assert await ask(pages, 6) == [200] * 6
    assert app.most == 6
    assert time.monotonic() - began < 1.5  # in turns of two it would be 1.5
    assert not pages.turns.locked()
    pages.close()
