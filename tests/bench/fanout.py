"""One post to many readers of its topic."""

from __future__ import annotations

import asyncio
import secrets
from statistics import median

from tests.bench.cost import processor_ns, pss_bytes
from tests.bench.crowd import Crowd
from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.bench.writer import Writer
from tests.support.running import Platform

POSTS = 9
BODY = "Une réponse de longueur ordinaire, avec **un mot important** et le temps de la lire. " * 4


async def measure(platform: Platform, data: Data) -> list[Figure]:
    """Rooms of 200, 1,000 and 3,000 sockets; what a socket costs."""
    figures = []
    for place, (size, target) in enumerate(((200, ""), (1_000, "<= 50"), (3_000, "<= 200"))):
        figures += await _room(platform, data, place, size, target)
    return figures


async def _room(platform: Platform, data: Data, place: int, size: int, target: str) -> list[Figure]:
    topic = data.rooms[place]
    writer = Writer(platform.url, data.writers[place])
    await writer.sign_in(topic.public_id)
    crowd = await asyncio.to_thread(Crowd, platform.url, size)
    web = platform.child("web")
    assert web
    memory, spent = pss_bytes(web), processor_ns(platform)
    opened = await asyncio.to_thread(crowd.do, "open")
    handshake_ms = (processor_ns(platform) - spent) / size / 1e6
    seconds = max(end for _, end in opened) - min(start for start, _ in opened)
    await asyncio.to_thread(crowd.do, "join", f"topic:{topic.id}")
    await asyncio.sleep(1.5)  # what presence has to say is said
    kept = (pss_bytes(web) - memory) / size / 1024
    writer.connection.close()  # the server has closed it where opening took long
    posted = [await _post(platform, crowd, writer, topic.public_id) for _ in range(POSTS)]
    await asyncio.to_thread(crowd.close)
    writer.connection.close()
    lasts, spreads, waits, costs = (median(column) for column in zip(*posted, strict=True))
    room = f"{size:,} sockets"
    figures = [
        Figure(f"{room}: first to last reader", spreads, "ms", target, "the fan-out itself"),
        Figure(f"{room}: answer to last reader", lasts, "ms", target, f"post sent to answer {waits:.0f} ms"),
        Figure(f"{room}: processor time of the post", costs, "ms CPU", "", "request, log, fragment and fan-out"),
    ]
    if size != 1_000:
        return figures
    handshakes = Figure("handshakes", size / seconds, "/s", ">= 900", f"{handshake_ms:.2f} ms CPU of the server each")
    return [*figures, handshakes, Figure("memory of a socket in a room", kept, "KB", "<= 40")]


async def _post(platform: Platform, crowd: Crowd, writer: Writer, topic: str) -> tuple[float, float, float, float]:
    """Milliseconds from answer to last reader, from first to last, from sending to answer; and of the processor."""
    words = f"mot-{secrets.token_hex(6)}"
    await asyncio.to_thread(crowd.do, "expect", words)
    spent = processor_ns(platform)
    crowd.tell("await")
    sent, answered = await writer.reply(topic, f"{BODY} {words}")
    heard = await asyncio.to_thread(crowd.answers)
    assert sum(count for _, _, count in heard) == crowd.size, f"{heard} of {crowd.size} readers"
    first, last = min(one for one, _, _ in heard), max(one for _, one, _ in heard)
    cost = (processor_ns(platform) - spent) / 1e6
    return (last - answered) * 1e3, (last - first) * 1e3, (answered - sent) * 1e3, cost
