"""`python -m tests.bench`: makes a set, measures, prints the table, keeps it in `var/bench.json`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import data as demo
from tests.bench import fanout, inside, pages, posting, searching
from tests.bench.cost import memory_mib, shares
from tests.bench.figures import Figure, keep, machine, show
from tests.support.http import Connection
from tests.support.running import PROJECT, Platform

PARTS = ("pages", "fanout", "search", "posts")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--scale", choices=("small", "year1"), default="small")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone; may be repeated")
    parser.add_argument("--out", type=Path, default=PROJECT / "var" / "bench.json")
    chosen = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        _tell(f"loading the demonstration set, scale {chosen.scale}")
        data = demo.load(Path(folder) / "var", chosen.scale)
        figures = measure(data, set(chosen.only or PARTS))
    show(figures, where)
    keep(figures, where, chosen.out)


def measure(data: demo.Data, parts: set[str]) -> list[Figure]:
    """All figures of these parts."""
    figures: list[Figure] = []
    if "pages" in parts:
        _tell("the topic page")
        figures += inside.measure(data)
        platform = Platform(data.settings, ("-m", "tests.bench.floor"))
        platform.start()
        try:
            figures += asyncio.run(pages.measure(platform, data))
        finally:
            platform.stop()
    return figures + _served(data, parts)


def _served(data: demo.Data, parts: set[str]) -> list[Figure]:
    _tell("starting `beffroi serve`")
    platform = Platform(data.settings)
    figures = [asyncio.run(_cold_start(platform))]
    try:
        time.sleep(6)  # what starts late has started
        figures.append(_memory("memory of the tree at rest", platform, "<= 250"))
        for name, work in (("search", searching.measure), ("fanout", fanout.measure)):
            if name in parts:
                _tell(name)
                figures += asyncio.run(work(platform, data))
        if "posts" in parts:
            _tell("posts")
            figures += posting.measure(platform, data)
        figures.append(_memory("memory of the tree after load", platform))
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


def _memory(name: str, platform: Platform, target: str = "") -> Figure:
    return Figure(name, memory_mib(platform), "MiB PSS", target, shares(platform))


def _tell(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")


if __name__ == "__main__":
    main()
