"""The topic page over HTTP: processor time of the whole tree per request, beside the floor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import cycle
from statistics import median

from app.core.i18n import INTERFACE
from tests.bench.cost import processor_ns
from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.support.http import Connection
from tests.support.running import Platform

RUNS, REQUESTS = 9, 160
AS_BROWSERS = {"Accept_Encoding": "gzip, deflate, br, zstd", "Accept": "text/html"}
FLOOR = "/fr/floor"


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


async def measure(platform: Platform, data: Data) -> list[Figure]:
    """Signed in, anonymous, unchanged and cold pages, in runs that take turns."""
    members, visitors = Reading(platform, data.readers), Reading(platform, [""] * len(data.readers))
    path = f"/fr{data.topics[-1].path}"
    tag = (await visitors.connections[0].get(path)).headers["etag"]
    await members.connections[0].get(path)
    kinds = {
        "signed in": lambda: members.cost_ms(cycle([path]), REQUESTS),
        "signed in, floor": lambda: members.cost_ms(cycle([FLOOR]), REQUESTS),
        "anonymous": lambda: visitors.cost_ms(cycle([path]), REQUESTS),
        "anonymous, floor": lambda: visitors.cost_ms(cycle([FLOOR]), REQUESTS),
        "anonymous, 304": lambda: visitors.cost_ms(cycle([path]), REQUESTS, 304, If_None_Match=tag),
    }
    for work in kinds.values():
        await work()
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(RUNS):
        for name, work in kinds.items():
            found[name].append(await work())
    cold = [await _cold(members, data, lang) for lang in INTERFACE[1:]]
    members.close()
    visitors.close()
    return _figures({name: median(values) for name, values in found.items()} | {"cold": median(cold)})


async def _cold(members: Reading, data: Data, lang: str) -> float:
    """Pages that nobody has opened yet in this language: every fragment is rendered."""
    paths = [f"/{lang}{topic.path}" for topic in data.topics[:40]]
    return await members.cost_ms(iter(paths), len(paths))


def _figures(ms: dict[str, float]) -> list[Figure]:
    served = "with the server's share"
    return [
        Figure("topic page, signed in, served", ms["signed in"], "ms CPU", "<= 2.5", served),
        Figure("topic page, anonymous, served", ms["anonymous"], "ms CPU", "<= 0.8", served),
        Figure("topic page, unchanged (304), served", ms["anonymous, 304"], "ms CPU", "<= 0.5", served),
        Figure("topic page, cold fragments, served", ms["cold"], "ms CPU", "<= 6", "signed in, first in its language"),
        Figure("floor, signed in, served", ms["signed in, floor"], "ms CPU", "", "the same bytes from a constant"),
        Figure("floor, anonymous, served", ms["anonymous, floor"], "ms CPU"),
        Figure("signed in against the floor", ms["signed in, floor"] / ms["signed in"], "", ">= 0.2"),
        Figure("anonymous against the floor", ms["anonymous, floor"] / ms["anonymous"], "", ">= 0.4"),
    ]
