"""Search pages of each kind, and suggestions where there are any."""

from __future__ import annotations

import time
from itertools import cycle
from statistics import quantiles
from urllib.parse import quote_plus

from tests.bench.cost import processor_ns
from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.support.http import Connection
from tests.support.running import Platform

REQUESTS = 100
TERMS = ("beffroi", "marché", "lens", "école", "projet", "festival")
PHRASES = ('"la pompe installée"', '"un parrain sur place"', '"le comité de pilotage"', '"le café près du port"')
SEVERAL = ("logement stage départ", "budget partenaires convention", "mine mémoire témoignages")
TARGETS = {"whoosh": {"p50": "", "p99": "<= 50", "narrowed": "<= 20"}}
LARGE = {"p50": "<= 10", "p99": "<= 80", "narrowed": "<= 10"}
"""Targets of the engines for large platforms."""
TYPED = ("m", "ma", "mar", "lo", "log", "dun", "éco", "be")


async def measure(platform: Platform, data: Data) -> list[Figure]:
    """Times of the whole page, signed in, one request after the other."""
    connection = Connection(platform.url, data.readers[0])
    targets = TARGETS["whoosh"] if data.engine == "whoosh" else LARGE
    figures = []
    for name, paths in _queries(data).items():
        p50, p99, cost = await _times(platform, connection, paths)
        is_narrowed, is_suggestion = "filter" in name or "facet" in name, name == "suggestion"
        wanted = targets["narrowed"] if is_narrowed else targets["p50"]
        most = "<= 15" if is_suggestion else ("" if is_narrowed and data.engine == "whoosh" else targets["p99"])
        what = name if is_suggestion else f"search, {name}"
        figures += [
            Figure(f"{what}: p50", p50, "ms", "" if is_suggestion else wanted, f"{data.engine}, page included"),
            Figure(f"{what}: p99", p99, "ms", most),
            Figure(f"{what}: processor time", cost, "ms CPU"),
        ]
    connection.close()
    return figures


def _queries(data: Data) -> dict[str, list[str]]:
    def asked(words: tuple[str, ...], more: str = "") -> list[str]:
        return [f"/fr/search?q={quote_plus(word)}{more}" for word in words]

    kinds = {
        "term": asked(TERMS),
        "rare term": asked(tuple(f"BF{number}" for number in (31, 402, 2_718, 9_001, 27_182))),
        "several terms": asked(SEVERAL),
        "phrase": asked(PHRASES),
        "prefix": asked(("march*", "dunk*", "asso*")),
        "OR, NOT": asked(("marché OR école", "projet -budget", "lens OR arras -stage")),
        "filters: kind, language": asked(TERMS, "&kind=post&language=fr&language=en"),
        "filters typed: lang:, before:": asked(("école lang:en", "projet before:2030", "marché is:open")),
        "facets": asked(TERMS, "&kind=topic"),
    }
    if data.suggest:
        kinds["suggestion"] = [f"{data.suggest}?q={quote_plus(word)}" for word in TYPED]
    return kinds


async def _times(platform: Platform, connection: Connection, paths: list[str]) -> tuple[float, float, float]:
    """p50 and p99 of the time a request takes, and its processor time, in milliseconds."""
    taken = []
    turn = cycle(paths)
    spent = 0
    for number in range(REQUESTS + len(paths)):
        if number == len(paths):
            spent = processor_ns(platform)
        started = time.monotonic()
        answer = await connection.get(next(turn))
        assert answer.status == 200, (answer.status, answer.body[:300])
        if number >= len(paths):
            taken.append((time.monotonic() - started) * 1e3)
    cost = (processor_ns(platform) - spent) / REQUESTS / 1e6
    return quantiles(taken, n=100)[49], quantiles(taken, n=100)[98], cost
