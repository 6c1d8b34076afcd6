"""What happened while the web process was dead reaches the pages when it is back, once each."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
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
from tests.support.ports import free_port

pytestmark = pytest.mark.node
PROJECT = Path(__file__).resolve().parents[2]
SERVE = "import sys; from app.serving.supervisor import serve; sys.exit(serve('127.0.0.1', int(sys.argv[1])))"


class Platform:
    """The whole process tree, as `beffroi serve` starts it."""

    def __init__(self, settings: Settings) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            "BEFFROI_VAR": str(settings.var), "BEFFROI_SECRET_KEY": settings.secret_key,
            "BEFFROI_DATABASE_URL": settings.database_url, "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)], cwd=PROJECT, env=os.environ | environment, stdout=subprocess.PIPE
        )
        assert self.process.stdout
        assert b"ready" in self.process.stdout.readline()

    def kill_web(self) -> None:
        """Kill the web process hard, as a lack of memory would."""
        children = psutil.Process(self.process.pid).children()
        (web,) = [child for child in children if "app.serving.web" in child.cmdline()]
        os.kill(web.pid, signal.SIGKILL)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(6) == 0
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture
def platform(settings: Settings, app: Flask) -> Iterator[Platform]:
    running = Platform(settings)
    yield running
    running.stop()


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
        platform.kill_web()
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
