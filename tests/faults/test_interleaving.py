"""Members and visitors whose requests interleave on kept connections: nobody is ever served another's page."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.accounts.models import User
from app.config import Settings
from app.core.db import db
from app.core.events import unit_of_work
from app.engagement.services import mark_read, react
from app.forum.models import Post, Topic
from app.operating.preparing import release
from tests.factories import PostFactory, TopicFactory, UserFactory
from tests.support.databases import migrate, postgresql_server
from tests.support.http import Connection
from tests.support.running import Platform
from tests.support.signed_in import cookie_of

REQUESTS = 600
POSTS = 6
NAMES = ("Awa Leroy-Ndiaye", "Thiago Rezende", "Hương Dumont")
PRESSED = re.compile(r'formaction="([^"]+code=thanks)" aria-pressed="true"')
UNREAD = re.compile(r'id="unread">(\d+)')


@dataclass(frozen=True)
class Browser:
    """Who reads, and what only they may see: their name, their own reactions, where they stopped reading."""

    name: str
    cookie: str
    reactions: int
    read: int


@pytest.fixture
def topic(app: Flask) -> Topic:
    topic = TopicFactory()
    for _ in range(POSTS):
        PostFactory(topic=topic)
    return topic


@pytest.fixture
def browsers(app: Flask, topic: Topic) -> list[Browser]:
    return people(app, topic)


def people(app: Flask, topic: Topic) -> list[Browser]:
    """Three members, who pressed one, two and three reactions and read as many posts, and a visitor."""
    posts = db.session.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number)).all()
    found = [Browser("", "", 0, 0)]
    for count, name in enumerate(NAMES, start=1):
        member: User = UserFactory(display_name=name)
        with unit_of_work():
            for post in posts[:count]:
                react(member, "post", post.id, "thanks")
            mark_read(member, "topic", topic.id, count)
        found.append(Browser(name, cookie_of(app, member), count, count))
    return found


async def read(urls: list[str], topic: Topic, browsers: list[Browser]) -> None:
    """Ask for the topic on many kept connections at once, each connection being one browser's."""
    first = Connection(urls[0])
    path = (await first.get(f"/fr/topics/{topic.public_id}")).headers["location"]
    first.close()
    rest = iter(range(REQUESTS))
    draw = random.Random(7)

    async def keep_reading(url: str, browser: Browser) -> None:
        connection = Connection(url, browser.cookie)
        for _ in rest:
            page = (await connection.get(path)).text
            check(page, browser)
            await asyncio.sleep(draw.random() / 200)
        connection.close()

    await asyncio.gather(*(keep_reading(url, browser) for url in urls for browser in browsers for _ in range(3)))


def check(page: str, browser: Browser) -> None:
    """The page is this browser's and shows nothing of another's."""
    masthead = unescape(page[page.index("<header") : page.index("</header>")])
    for name in NAMES:
        assert (name in masthead) == (name == browser.name), f"{browser.name or 'a visitor'} was shown {name}"
    assert len(set(PRESSED.findall(page))) == browser.reactions, browser
    unread = [str(POSTS - browser.read)] if browser.read else []
    assert UNREAD.findall(page) == unread, browser


async def test_several_threads_of_one_process(
    run_platform: Callable[..., Platform], topic: Topic, browsers: list[Browser]
) -> None:
    await read([run_platform().url], topic, browsers)


async def test_two_web_processes_on_one_database(
    run_platform: Callable[..., Platform], topic: Topic, browsers: list[Browser]
) -> None:
    await read([run_platform().url, run_platform().url], topic, browsers)


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Settings]:
    """Settings on a PostgreSQL server of this test's own, whatever database the run tests on."""
    with postgresql_server() as url:
        var = tmp_path / "postgresql"
        var.mkdir()
        settings = Settings(var=var, secret_key="two", database_url=url, rate_limits=False, inline_jobs=False)
        migrate(settings)
        yield settings


@pytest.mark.service
async def test_two_web_processes_on_postgresql(postgresql: Settings) -> None:
    app = create_app(postgresql)
    with app.app_context():
        topic = TopicFactory()
        for _ in range(POSTS):
            PostFactory(topic=topic)
        browsers = people(app, topic)
        platforms = [Platform(postgresql), Platform(postgresql)]
        for platform in platforms:
            platform.start()
        try:
            await read([platform.url for platform in platforms], topic, browsers)
        finally:
            for platform in platforms:
                platform.stop()
            release(app)
