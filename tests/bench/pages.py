"""Pages over HTTP: processor time of the whole tree per request, beside the floor of the same page in the same run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from app.core.i18n import INTERFACE
from app.forum.models import PAGE
from tests.bench.cost import processor_ns
from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.bench.floor import floor_of
from tests.bench.long_topic import LONG
from tests.support.http import Connection
from tests.support.running import Platform

RUNS, REQUESTS = 5, 64
AS_BROWSERS = {"Accept_Encoding": "gzip, deflate, br, zstd", "Accept": "text/html"}


@dataclass(frozen=True)
class Page:
    """A page to measure, with the targets of a member's and of a visitor's."""

    name: str
    path: str
    member: str = ""
    visitor: str = ""
    note: str = ""


class Reading:
    """Readers who take turns on connections they keep."""

    def __init__(self, platform: Platform, cookies: list[str]) -> None:
        self.platform = platform
        self.connections = [Connection(platform.url, cookie, **AS_BROWSERS) for cookie in cookies]

    async def cost_ms(self, paths: Iterator[str], count: int, status: int = 200, **headers: str) -> float:
        """Milliseconds of processor time per request."""
        before = processor_ns(self.platform)
        rest = iter(range(count))

        async def read(connection: Connection) -> None:
            for _ in rest:
                answer = await connection.get(next(paths), **headers)
                assert answer.status == status, (answer.status, answer.body[:300])

        await asyncio.gather(*map(read, self.connections))
        return (processor_ns(self.platform) - before) / count / 1e6

    def close(self) -> None:
        for connection in self.connections:
            connection.close()


def pages_of(data: Data) -> list[Page]:
    """The pages that are measured."""
    page = f"page {data.list_page}"
    return [
        Page("topic page", f"/fr{data.topics[-1].path}", "<= 2.5", "<= 0.8", "20 messages"),
        Page("home", "/fr/", "<= 4", "<= 4"),
        Page("topic list", "/fr/latest", "<= 4", "<= 4"),
        Page("topic list, hundredth page", f"/fr/latest?after={data.list_key}", "<= 4", "<= 4", page),
        Page(f"topic of {LONG:,}, first page", f"/fr{data.long.path}"),
        Page(f"topic of {LONG:,}, last page", f"/fr{data.long.path}?page={LONG // PAGE}"),
        Page("member page", f"/fr/members/{data.busiest}", "<= 4", "<= 4", "of whoever wrote most"),
        Page("search page", "/fr/search?q=%C3%A9cole", "<= 4", "<= 4", "one term"),
    ]


async def measure(platform: Platform, data: Data) -> list[Figure]:
    """Every page signed in and anonymous with its floor, in runs that take turns; then 304 and cold fragments."""
    members, visitors = Reading(platform, data.readers), Reading(platform, [""] * len(data.readers))
    pages = pages_of(data)
    tag = (await visitors.connections[0].get(pages[0].path)).headers["etag"]
    kinds: dict[str, Callable[[], Awaitable[float]]] = {
        "304": lambda: visitors.cost_ms(cycle([pages[0].path]), REQUESTS, 304, If_None_Match=tag)
    }
    for page in pages:
        for who, readers in (("signed in", members), ("anonymous", visitors)):
            for name, path in ((who, page.path), (f"{who}, floor", floor_of(page.path))):
                kinds[f"{page.name}, {name}"] = _asking(readers, path)
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for run in range(RUNS + 1):
        for name, work in kinds.items():
            cost = await work()
            found[name] += [cost] if run else []  # the first run fills what is kept
    cold = [await _cold(members, data, lang) for lang in INTERFACE[1:]]
    members.close()
    visitors.close()
    ms = {name: median(values) for name, values in found.items()}
    return [figure for page in pages for figure in _figures(page, ms)] + _special(ms["304"], median(cold))


def _asking(readers: Reading, path: str) -> Callable[[], Awaitable[float]]:
    return lambda: readers.cost_ms(cycle([path]), REQUESTS)


async def _cold(members: Reading, data: Data, lang: str) -> float:
    """Pages that nobody has opened yet in this language: every fragment is rendered."""
    paths = [f"/{lang}{topic.path}" for topic in data.topics[:40]]
    return await members.cost_ms(iter(paths), len(paths))


def _figures(page: Page, ms: dict[str, float]) -> list[Figure]:
    figures = []
    for who, target, least in (("signed in", page.member, ">= 0.2"), ("anonymous", page.visitor, ">= 0.4")):
        cost, floor = ms[f"{page.name}, {who}"], ms[f"{page.name}, {who}, floor"]
        figures += [
            Figure(f"{page.name}, {who}", cost, "ms CPU", target, page.note),
            Figure(f"{page.name}, {who}: floor / page", floor / cost, "", least, f"floor {floor:.2f} ms"),
        ]
    return figures


def _special(unchanged: float, cold: float) -> list[Figure]:
    return [
        Figure("topic page, unchanged (304)", unchanged, "ms CPU", "<= 0.5"),
        Figure("topic page, cold fragments", cold, "ms CPU", "<= 6", "signed in, first in its language"),
    ]
