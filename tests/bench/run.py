"""The parts of the bench in their order, each on a platform that was started for it."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import partial

from tests.bench import acting, fanout, inside, lighthouse, pages, posting, relevance, searching, sustained, weight
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
IN_BROWSER: dict[str, Callable[[Platform, Data], list[Figure]]] = {
    "weight": weight.measure,
    "lighthouse": lighthouse.measure,
}
"""What Chromium measures there, before anything has been written."""
PARTS = ("application", "pages", "relevance", *IN_BROWSER, *SERVED, "posts")


def measure(data: Data, parts: set[str], figures: list[Figure]) -> None:
    """Add all figures of these parts; one that fails is told and counted as missed, and the rest is measured."""
    if "application" in parts:
        figures += _tried("application", lambda: inside.measure(data))
    if "pages" in parts:
        figures += _tried("pages", lambda: _pages(data))
    if "relevance" in parts:
        figures += _tried("relevance", relevance.measure)
    if parts != {"application"}:
        _served(data, parts, figures)


def _tried(name: str, work: Callable[[], list[Figure]]) -> list[Figure]:
    tell(name)
    try:
        return work()
    except Exception:  # noqa: BLE001 - whatever it is, an hour of other figures is not thrown away for it
        traceback.print_exc()
        return [Figure(f"{name}: could not be measured", 1, "", "= 0")]


def _pages(data: Data) -> list[Figure]:
    platform = Platform(data.settings, ("-m", "tests.bench.floor"))
    platform.start()
    try:
        return asyncio.run(pages.measure(platform, data))
    finally:
        platform.stop()


def _served(data: Data, parts: set[str], figures: list[Figure]) -> None:
    tell("starting `beffroi serve`")
    platform = Platform(data.settings)
    figures.append(asyncio.run(_cold_start(platform)))
    try:
        time.sleep(6)  # what starts late has started
        figures.append(
            Figure("memory of the tree at rest", memory_mib(platform), "MiB PSS", "<= 250", shares(platform))
        )
        for name, look in IN_BROWSER.items():
            if name in parts:
                figures += _tried(name, partial(look, platform, data))
        for name, work in SERVED.items():
            if name in parts:
                figures += _tried(name, lambda work=work: asyncio.run(work(platform, data)))  # type: ignore[misc]
        if "posts" in parts:
            figures += _tried("posts", lambda: posting.measure(platform, data))
        figures.append(Figure("memory of the tree after load", memory_mib(platform), "MiB PSS", "", shares(platform)))
    finally:
        platform.stop()


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
