"""`kill -9` of any process while a thousand posts are written: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle

import pytest
from flask import Flask

from app.config import Settings
from app.forum.models import Topic
from app.search.engine import Engine, key_of
from app.search.index import current_index
from tests.factories import CategoryFactory, UserFactory
from tests.faults.readers import Reader
from tests.faults.writers import Writer
from tests.support.forum import opened
from tests.support.running import Platform
from tests.support.signed_in import cookie_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
POSTS, WRITERS, TOPICS, KILLS = 1_000, 16, 3, 10
VICTIMS = ("web", "jobs", "supervisor")


@pytest.fixture
def topics(app: Flask) -> list[Topic]:
    category = CategoryFactory()
    return [opened(UserFactory(), category) for _ in range(TOPICS)]


async def test_killed_processes_lose_and_double_nothing(
    app: Flask, settings: Settings, run_platform: Callable[..., Platform], topics: list[Topic]
) -> None:
    writers = [cookie_of(app, UserFactory()) for _ in range(WRITERS)]
    platform = run_platform()
    members = [Writer(platform.url, cookie) for cookie in writers]
    readers = [Reader(platform.url, f"topic:{topic.id}", 0, lang) for topic in topics for lang in ("fr", "ar")]
    for reader in readers:
        reader.start()
    work = iter([(f"token-{number}", topics[number % TOPICS].public_id) for number in range(POSTS)])

    async def write(member: Writer) -> None:
        for token, topic in work:
            await member.send(topic, token, f"Message {token} : une phrase avec un mot, {token.replace('-', '')}.")

    writing = asyncio.gather(*map(write, members))
    await kill_in_turn(platform, lambda: sum(len(member.acknowledged) for member in members), writing)
    await writing
    acknowledged = {token: told for member in members for token, told in member.acknowledged.items()}
    assert len(acknowledged) == POSTS
    await caught_up(readers, {f"topic:{topic.id}": written(settings, topic.id) for topic in topics})
    for follower in (*readers, *members):
        await follower.stop()
    assert sum(member.retries for member in members) > 0, "no request met a kill"
    assert max(reader.connections for reader in readers) > 4, "no reader met a kill"
    check_database(settings, topics, acknowledged)
    for reader in readers:
        count = written(settings, int(reader.room.partition(":")[2]))
        assert sorted(reader.numbers()) == list(range(1, count + 1)), reader.room
    await asyncio.to_thread(check_index, current_index().engine, settings)


async def kill_in_turn(platform: Platform, done: Callable[[], int], writing: asyncio.Future[object]) -> None:
    """Kill each kind of process in turn, every time some more posts were acknowledged and the tree is whole again."""
    for number, victim in zip(range(1, KILLS + 1), cycle(VICTIMS), strict=False):
        while done() < number * POSTS // (KILLS + 1) or not (platform.child("web") and platform.child("jobs")):
            assert not writing.done(), "the posts were written before every process was killed"
            await asyncio.sleep(0.005)
        platform.kill(victim)
        if victim == "supervisor":
            await asyncio.to_thread(platform.start_again)


async def caught_up(readers: list[Reader], heads: dict[str, int]) -> None:
    """Wait until every reader was shown as many posts as their topic has."""
    async with asyncio.timeout(15):
        while any(len(reader.numbers()) < heads[reader.room] for reader in readers):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def rows(settings: Settings, query: str, *values: object) -> Iterator[tuple[object, ...]]:
    with closing(sqlite3.connect(settings.var / "beffroi.db")) as connection:
        yield from connection.execute(query, values).fetchall()


def written(settings: Settings, topic_id: int) -> int:
    ((count,),) = rows(settings, "SELECT count(*) FROM post WHERE topic_id = ?", topic_id)
    assert isinstance(count, int)
    return count


def check_database(settings: Settings, topics: list[Topic], acknowledged: dict[str, tuple[str, int, str]]) -> None:
    """Every acknowledged post once, as it was acknowledged; numbers and seqs without holes; a sound file."""
    found = list(
        rows(
            settings,
            "SELECT client_token, topic.public_id, number, post.public_id FROM post JOIN topic ON topic.id = topic_id"
            " WHERE number > 1",
        )
    )
    assert len(found) == POSTS
    assert {token: tuple(told) for token, *told in found} == acknowledged
    for topic in topics:
        numbers = rows(settings, "SELECT number FROM post WHERE topic_id = ? ORDER BY number", topic.id)
        count = written(settings, topic.id)
        assert [number for (number,) in numbers] == list(range(1, count + 1))
        assert list(rows(settings, "SELECT post_count FROM topic WHERE id = ?", topic.id)) == [(count,)]
    for room, last in rows(settings, "SELECT name, last_seq FROM live_room"):
        seqs = rows(settings, "SELECT seq FROM event WHERE room = ? ORDER BY seq", room)
        assert [seq for (seq,) in seqs] == list(range(1, int(str(last)) + 1)), room
    assert list(rows(settings, "PRAGMA integrity_check")) == [("ok",)]
    assert list(rows(settings, "PRAGMA foreign_key_check")) == []


def check_index(engine: Engine, settings: Settings) -> None:
    """Every post is in the index in the end, once; a topic's first post is found as the topic."""
    posts = rows(settings, "SELECT id FROM post WHERE number > 1")
    topics = rows(settings, "SELECT id FROM topic")
    wanted = {key_of("post", int(str(one))) for (one,) in posts} | {key_of("topic", int(str(one))) for (one,) in topics}
    end = time.monotonic() + 20
    while True:
        keys = [key for key, _ in engine.revisions() if key.startswith(("post", "topic"))]
        if set(keys) >= wanted:
            break
        assert time.monotonic() < end, f"not in the index: {sorted(wanted - set(keys))[:10]}"
        time.sleep(0.2)
    assert sorted(keys) == sorted(wanted)
