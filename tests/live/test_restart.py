"""What happened while the web process was dead reaches the pages when it is back, once each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.config import Settings
from app.core.events import unit_of_work
from app.core.markdown import render
from app.forum import services
from app.forum.drafts import PostDraft
from app.forum.models import Topic
from tests.factories import PostFactory, TopicFactory
from tests.live.browsers import NodeBrowser, NodeHost
from tests.support.running import Platform, running

pytestmark = pytest.mark.node


@pytest.fixture
def platform(settings: Settings, app: Flask) -> Iterator[Platform]:
    with running(Platform(settings)) as platform:
        yield platform


@pytest.fixture
def write(actor: User) -> Callable[[Topic, str], None]:
    """Reply from this process, which is not the one that serves: as a command or a mail does."""

    def reply(topic: Topic, text: str) -> None:
        draft = PostDraft(body=text, html=render(text), lang="fr", client_token=text)
        with unit_of_work():
            services.reply(actor, topic, draft)

    return reply


async def test_a_killed_web_process_loses_and_doubles_nothing(platform: Platform, node: NodeHost, write: Any) -> None:
    topic = TopicFactory()
    PostFactory(topic=topic)
    page = NodeBrowser(node)
    await page.open(platform.url, "fr", {}, ["websocket", "polling"])
    page.follow(f"topic:{topic.id}", 0)
    written = 0
    for round_ in range(2):
        for _ in range(5):
            write(topic, f"before {written}")
            written += 1
        platform.kill("web")
        for _ in range(5):
            write(topic, f"after {written}")
            written += 1
            await asyncio.sleep(0.02)
        await page.wait("connect", round_ + 2)
    posts = await page.wait("room:happened", written, until=lambda packet: packet["type"] == "post")
    shown = [packet["data"]["posts"][0]["number"] for packet in posts]
    assert shown == list(range(2, written + 2))
    assert all(f"before {number}" in str(posts[number]) for number in range(5))
    await page.close()
