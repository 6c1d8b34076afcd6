"""Fifty rooms of twenty members, twenty posts a second: what readers wait, alone and while pages load the machine."""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from statistics import quantiles

from tests.bench.cost import memory_mib, processor_ns, shares
from tests.bench.crowd import Crowd, room_of
from tests.bench.data import Data, Place
from tests.bench.figures import Figure
from tests.bench.writer import Writer
from tests.support.http import Connection
from tests.support.running import Platform

ROOMS, MEMBERS = 50, 20
POSTS_PER_SECOND, SECONDS = 20, 15
SATURATING = 8
PATIENCE = 12
BODY = "Ce que l'on dit en direct : une phrase, et **un mot** de plus. " * 2


async def measure(platform: Platform, data: Data) -> list[Figure]:
    """p50 and p99 from the answer to the author until a reader has the post, for every reader of every post."""
    rooms = data.rooms[:ROOMS]
    crowd = await asyncio.to_thread(Crowd, platform.url, len(rooms) * MEMBERS, data.crowd)
    await asyncio.to_thread(crowd.do, "open")
    await asyncio.to_thread(crowd.do, "join_all", [f"topic:{room.id}" for room in rooms])
    writers = [Writer(platform.url, email) for email in data.writers]
    await asyncio.gather(*(writer.sign_in(rooms[0].public_id) for writer in writers))
    await asyncio.sleep(1.5)  # what presence has to say is said
    for writer in writers:
        writer.connection.close()  # the server closes what is idle for long
    figures = [*await _period(platform, crowd, writers, rooms, "alone")]
    with saturated(platform.url, data) as pages:
        figures += await _period(platform, crowd, writers, rooms, "with pages")
        memory = Figure("memory of the tree under load", memory_mib(platform), "MiB PSS", "", shares(platform))
    figures += [Figure("pages beside it", pages[0] / pages[1], "/s", "", "a topic's page, members in turn"), memory]
    await asyncio.to_thread(crowd.close)
    for writer in writers:
        writer.connection.close()
    return figures


async def _period(
    platform: Platform, crowd: Crowd, writers: list[Writer], rooms: list[Place], how: str
) -> list[Figure]:
    await asyncio.to_thread(crowd.do, "listen")
    answered: dict[str, float] = {}
    refused: list[str] = []
    said: dict[str, int] = {}
    turn = cycle(range(len(rooms)))
    readers = Counter(room_of(place, len(rooms), len(crowd.cookies)) for place in range(crowd.size))
    spent, started = processor_ns(platform), time.monotonic()

    async def write(writer: Writer, first: int) -> None:
        for number in range(first, POSTS_PER_SECOND * SECONDS, len(writers)):
            await asyncio.sleep(max(0.0, started + number / POSTS_PER_SECOND - time.monotonic()))
            word = f"mot-{secrets.token_hex(6)}"
            room = next(turn)
            try:
                _, answered[word] = await writer.reply(rooms[room].public_id, f"{BODY} {word}")
                said[word] = room
            except (AssertionError, OSError, EOFError) as error:
                refused.append(repr(error))

    await asyncio.gather(*(write(writer, number) for number, writer in enumerate(writers)))
    seconds = time.monotonic() - started
    expected = sum(readers[room] for room in said.values())
    heard = await _all_heard(crowd, expected)
    cost = (processor_ns(platform) - spent) / max(len(answered), 1) / 1e6
    waits = [max(0.0, (at - answered[word]) * 1e3) for word, at in heard if word in answered]
    missing = expected - len(waits)
    p50, p99 = quantiles(waits, n=100)[49], quantiles(waits, n=100)[98]
    name = f"{ROOMS} rooms x {MEMBERS}, {how}"
    note = f"{len(answered) / seconds:.1f} posts/s, {cost:.1f} ms CPU each with all around it; refused {len(refused)}"
    lost = crowd.size - sum(await asyncio.to_thread(crowd.do, "count_open"))
    return [
        Figure(f"{name}: answer to reader, p50", p50, "ms", "", note),
        Figure(f"{name}: answer to reader, p99", p99, "ms", "<= 15"),
        Figure(f"{name}: posts that a reader missed", missing, "", "= 0", f"sockets lost: {lost}"),
    ]


async def _all_heard(crowd: Crowd, expected: int) -> list[tuple[str, float]]:
    """What every socket heard, once all of it is there or nobody waits any longer."""
    end = time.monotonic() + PATIENCE
    while True:
        heard = [pair for part in await asyncio.to_thread(crowd.do, "heard") for pair in part]
        if len(heard) >= expected or time.monotonic() > end:
            return heard
        await asyncio.sleep(1)


@contextmanager
def saturated(url: str, data: Data) -> Iterator[list[float]]:
    """Members read pages as fast as they come; yields their number and the seconds, filled in at the end."""
    found = [0.0, 1.0]
    context = mp.get_context("spawn")
    stop = context.Event()
    near, far = context.Pipe()
    arguments = (url, data.readers[:SATURATING], f"/fr{data.topics[-1].path}", stop, far)
    process = context.Process(target=_read, args=arguments, daemon=True)
    process.start()
    try:
        yield found
    finally:
        stop.set()
        found[:] = near.recv()
        process.join(10)


def _read(url: str, cookies: list[str], path: str, stop: object, pipe: object) -> None:
    asyncio.run(_reading(url, cookies, path, stop, pipe))


async def _reading(url: str, cookies: list[str], path: str, stop: object, pipe: object) -> None:
    started, count = time.monotonic(), 0

    async def read(cookie: str) -> None:
        nonlocal count
        connection = Connection(url, cookie)
        while not stop.is_set():  # type: ignore[attr-defined]
            answer = await connection.get(path)
            assert answer.status == 200, answer.status
            count += 1
        connection.close()

    await asyncio.gather(*map(read, cookies))
    pipe.send((count, time.monotonic() - started))  # type: ignore[attr-defined]
