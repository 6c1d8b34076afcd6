"""Posts a second at 16 writers, end to end: HTTP, session, form token, Markdown, unit of work, events."""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import time
from statistics import quantiles

from tests.bench.cost import processor_ns
from tests.bench.data import Data, Place
from tests.bench.figures import Figure
from tests.bench.writer import Writer
from tests.support.running import Platform

SECONDS = 8.0
BODY = "Bonjour à tous ! Voici **ce que nous avons vu** hier :\n\n- un beffroi ;\n- [un lien](https://example.org/).\n"


def measure(platform: Platform, data: Data) -> list[Figure]:
    """Load the platform from another process, as clients are."""
    complaints = len(platform.complaints())
    spent = processor_ns(platform)
    with mp.get_context("spawn").Pool(1) as pool:
        arguments = (platform.url, data.writers, data.rooms[:4])
        times, errors, seconds, signing_in = pool.apply(_load, arguments)
    cost = (processor_ns(platform) - spent) / max(len(times), 1) / 1e6
    p50, p99 = (quantiles(times, n=100)[place] * 1e3 for place in (49, 98))
    said = platform.complaints()[complaints:]
    return [
        Figure("posts at 16 writers", len(times) / seconds, "/s", ">= 300", f"p50 {p50:.0f} ms, p99 {p99:.0f} ms"),
        Figure("processor time of a post", cost, "ms CPU", "", "whole tree: request, live tail, index"),
        Figure("posts refused or failed", len(errors), "", "= 0", errors[0][:60] if errors else ""),
        Figure("database is locked", said.count("database is locked"), "", "= 0", "in the logs of all processes"),
        Figure("a sign-in by password", signing_in * 1e3, "ms", "", "16 at once; Argon2"),
    ]


def _load(url: str, emails: list[str], topics: list[Place]) -> tuple[list[float], list[str], float, float]:
    return asyncio.run(_write(url, emails, topics))


async def _write(url: str, emails: list[str], topics: list[Place]) -> tuple[list[float], list[str], float, float]:
    writers = [(Writer(url, email), topics[place % len(topics)].public_id) for place, email in enumerate(emails)]
    began = time.monotonic()
    await asyncio.gather(*(writer.sign_in(topic) for writer, topic in writers))
    started = time.monotonic()
    times: list[float] = []
    errors: list[str] = []

    async def write(writer: Writer, topic: str) -> None:
        while time.monotonic() - started < SECONDS:
            try:
                sent, answered = await writer.reply(topic, BODY)
                times.append(answered - sent)
            except (AssertionError, OSError, EOFError) as error:
                errors.append(repr(error))

    await asyncio.gather(*(write(*pair) for pair in writers))
    return times, errors, time.monotonic() - started, (started - began) / len(writers)
