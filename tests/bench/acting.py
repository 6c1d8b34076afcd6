"""What one member does, one act after the other: post, edit, react, upload."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from io import BytesIO
from statistics import quantiles

from PIL import Image

from tests.bench.cost import processor_ns
from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.bench.writer import AS_SCRIPT, Writer
from tests.support.running import Platform

ACTS, SETTLED = 40, 1.0
ASKED_EVERY, LOST = 0.02, 20.0
"""Seconds between two searches for a new message, and until it counts as lost."""
BODY = "Une réponse de longueur ordinaire, avec **un mot important** et le temps de la lire. " * 7


async def measure(platform: Platform, data: Data) -> list[Figure]:
    """Time until the answer, and processor time of the whole tree with what follows an act."""
    writer = Writer(platform.url, data.writers[-1])
    await writer.sign_in(data.rooms[-1].public_id)
    member = _Member(writer, data.rooms[-1].public_id)
    figures = []
    for name, act in (("post", member.post), ("edit", member.edit), ("react", member.react), ("upload", member.upload)):
        figures += await _measured(platform, name, act)
    figures += await _searchable(member)
    writer.connection.close()
    return figures


async def _measured(platform: Platform, name: str, act: Callable[[], Awaitable[None]]) -> list[Figure]:
    for _ in range(3):
        await act()
    await asyncio.sleep(SETTLED)
    spent, taken = processor_ns(platform), []
    for _ in range(ACTS):
        started = time.monotonic()
        await act()
        taken.append((time.monotonic() - started) * 1e3)
    await asyncio.sleep(SETTLED)  # the index and the listeners have come along
    cost = (processor_ns(platform) - spent) / ACTS / 1e6
    p50, p99 = (quantiles(taken, n=100)[place] for place in (49, 98))
    return [
        Figure(f"{name}: until the answer, p50", p50, "ms", "", f"p99 {p99:.0f} ms"),
        Figure(f"{name}: processor time", cost, "ms CPU", "", "whole tree: request, live tail, index"),
    ]


async def _searchable(member: _Member) -> list[Figure]:
    """How long after its answer a message is found: it says a word that nobody said before."""
    taken = []
    for _ in range(ACTS):
        word = "z" + "".join(secrets.choice("bcdfghklmnprstvz") for _ in range(14))
        await member.post(word)
        answered = time.monotonic()
        while 'class="hit"' not in (await member.writer.connection.get(f"/fr/search?q={word}")).text:
            assert time.monotonic() - answered < LOST, f"{word} was not found"
            await asyncio.sleep(ASKED_EVERY)
        taken.append(time.monotonic() - answered)
    p50, p99 = (quantiles(taken, n=100)[place] for place in (49, 98))
    note = f"p50 {p50:.2f} s; asked every {ASKED_EVERY * 1e3:.0f} ms"
    return [Figure("post: from the answer until it is found, p99", p99, "s", "<= 1", note)]


class _Member:
    """A member at work in one topic."""

    def __init__(self, writer: Writer, topic: str) -> None:
        self.writer, self.topic = writer, topic
        self.posts: list[str] = []
        self.done = 0
        picture = BytesIO()
        Image.effect_noise((800, 600), 40).convert("RGB").save(picture, "JPEG", quality=80)
        self.picture = picture.getvalue()

    async def post(self, word: str = "") -> None:
        said = {
            "body": f"{BODY} {word or secrets.token_hex(6)}",
            "lang": "fr",
            "client_token": secrets.token_urlsafe(18),
        }
        self.posts.append((await self._send(f"/fr/topics/{self.topic}/reply", said, 201))["id"])

    async def edit(self) -> None:
        """Each post is edited once: the form names how often it was edited before."""
        said = {"body": f"{BODY} {secrets.token_hex(6)}", "lang": "fr", "edits": "0"}
        await self._send(f"/fr/posts/{self._next()}/edit", said, 200)

    async def react(self) -> None:
        await self._send("/fr/react", {"kind": "post", "id": self._next(), "code": "useful"}, 200)

    async def upload(self) -> None:
        fields = {"csrf_token": self.writer.token}
        content = self.picture + secrets.token_bytes(8)
        answer = await self.writer.connection.upload("/fr/compose/files", "vue.jpg", content, fields, **AS_SCRIPT)
        assert answer.status == 201, (answer.status, answer.body[:300])

    def _next(self) -> str:
        self.done += 1
        return self.posts[self.done % len(self.posts)]

    async def _send(self, path: str, fields: dict[str, str], status: int) -> dict[str, str]:
        answer = await self.writer.connection.post(path, {"csrf_token": self.writer.token} | fields, **AS_SCRIPT)
        assert answer.status == status, (answer.status, answer.body[:300])
        found: dict[str, str] = answer.json
        return found
