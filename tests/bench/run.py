"""The parts of the bench in their order, each on a platform that was started for it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from tests.bench import acting, fanout, inside, pages, posting, relevance, searching, sustained
from tests.bench.cost import memory_mib, shares
from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.support.http import Connection
from tests.support.running import Platform

Measuring = Callable[[Platform, Data], Awaitable[list[Figure]]]
SERVED: dict[str, Measuring] = {
    "search": searching.measure,
    "acts": acting.measure,
    "fanout": fanout.measure,
    "sustained": sustained.measure,
}
"""What is measured on one `beffroi serve`, one after the other."""
PARTS = ("pages", "relevance", *SERVED, "posts")


def measure(data: Data, parts: set[str]) -> list[Figure]:
    """All figures of these parts."""
    figures: list[Figure] = []
    if "pages" in parts:
        tell("pages")
        figures += inside.measure(data)
        platform = Platform(data.settings, ("-m", "tests.bench.floor"))
        platform.start()
        try:
            figures += asyncio.run(pages.measure(platform, data))
        finally:
            platform.stop()
    if "relevance" in parts:
        tell("relevance")
        figures += relevance.measure()
    return figures + _served(data, parts)


def _served(data: Data, parts: set[str]) -> list[Figure]:
    tell("starting `beffroi serve`")
    platform = Platform(data.settings)
    figures = [asyncio.run(_cold_start(platform))]
    try:
        time.sleep(6)  # what starts late has started
        figures.append(
            Figure("memory of the tree at rest", memory_mib(platform), "MiB PSS", "<= 250", shares(platform))
        )
        for name, work in SERVED.items():
            if name in parts:
                tell(name)
                figures += asyncio.run(work(platform, data))  # type: ignore[arg-type]
        if "posts" in parts:
            tell("posts")
            figures += posting.measure(platform, data)
        figures.append(Figure("memory of the tree after load", memory_mib(platform), "MiB PSS", "", shares(platform)))
    finally:
        platform.stop()
    return figures


async def _cold_start(platform: Platform) -> Figure:
    started = time.monotonic()
    platform.start(ready=False)
    while True:
        connection = Connection(platform.url)
        try:
            answer = await connection.get("/fr/")
        except OSError:
            await asyncio.sleep(0.02)
            continue
        finally:
            connection.close()
        assert answer.status == 200, answer.status
        return Figure("cold start to the first page", time.monotonic() - started, "s", "<= 3")


def tell(what: str) -> None:
    """Say what is being done, beside the table."""
    sys.stderr.write(f"bench: {what}\n")
