"""Search pages: a term, and a query with filters."""

from __future__ import annotations

import time
from itertools import cycle
from statistics import quantiles
from urllib.parse import quote

from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.support.http import Connection
from tests.support.running import Platform

REQUESTS = 120
TERMS = [quote(term) for term in ("beffroi", "marché", "lens", "école", "projet", "festival")]


async def measure(platform: Platform, data: Data) -> list[Figure]:
    """Times of the whole page, signed in, one request after the other."""
    connection = Connection(platform.url, data.readers[0])
    queries = {
        "term": [f"/fr/search?q={term}" for term in TERMS],
        "term, kind, language": [f"/fr/search?q={term}&kind=post&language=fr&language=en" for term in TERMS],
    }
    figures = []
    for name, paths in queries.items():
        p50, p99 = await _times(connection, paths)
        figures.append(Figure(f"search, {name}: p50", p50, "ms", "", f"p99 {p99:.0f} ms, page included"))
    connection.close()
    return figures


async def _times(connection: Connection, paths: list[str]) -> tuple[float, float]:
    taken = []
    turn = cycle(paths)
    for number in range(REQUESTS + len(paths)):
        started = time.monotonic()
        answer = await connection.get(next(turn))
        assert answer.status == 200, answer.status
        if number >= len(paths):
            taken.append((time.monotonic() - started) * 1e3)
    return quantiles(taken, n=100)[49], quantiles(taken, n=100)[98]
