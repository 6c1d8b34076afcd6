"""A toy room on both servers, watched by both kinds of browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app.accounts.drafts import SessionDraft
from app.accounts.models import User
from app.accounts.services import open_session
from app.accounts.sessions import KEY, digest, new_token
from app.core import subjects
from app.core.events import Event, record, unit_of_work
from app.core.live import Message, pushes
from app.core.policy import Actor
from app.core.subjects import Link, SubjectKind
from tests.live.browsers import NodeBrowser, NodeHost, PythonBrowser
from tests.live.servers import SERVERS, LiveServer
from tests.support.running import running

ROOM = "toy:1"


@dataclass(frozen=True)
class ToySaid(Event):
    """Something was said in a toy's room; `number` stands for it."""

    toy_id: int
    number: int

    @property
    def room(self) -> str:
        return f"toy:{self.toy_id}"


@dataclass(frozen=True)
class ToyStirred(Event):
    """Something of which readers are told nothing."""

    toy_id: int

    @property
    def room(self) -> str:
        return f"toy:{self.toy_id}"


class Toys:
    """Who may see which toy, and how it looks; changed by the tests."""

    def __init__(self) -> None:
        self.public = {1, 2}
        self.by_member: dict[int, set[int]] = {}
        self.rendered: list[str] = []
        self.padding = ""
        self.broken: set[int] = set()

    def visible_to(self, actor: Actor, ids: Any) -> set[int]:
        return set(ids) & (self.public | self.by_member.get(actor.actor_id or 0, set()))

    def show(self, event: ToySaid, lang: str) -> Message:
        assert event.number not in self.broken, "a fragment that cannot be made"
        self.rendered.append(lang)
        return Message("said", {"number": event.number}, html=f"<p lang={lang}>{event.number}</p>{self.padding}")


@pytest.fixture
def toys() -> Iterator[Toys]:
    """A kind of subject that the live layer has never heard of."""
    toys = Toys()
    subjects.register(
        SubjectKind(
            "toy",
            "Toys",
            load=dict.fromkeys,
            visible_to=toys.visible_to,
            link=lambda toy: Link("/", "", "fr"),
            has_room=True,
        )
    )
    pushes(ToySaid)(toys.show)
    yield toys
    subjects.unregister("toy")


@pytest.fixture
def say(app: Flask) -> Callable[..., None]:
    """Have things said in a room, each in a unit of work of its own, from this process and beside the server."""

    def say_each(*numbers: int, toy: int = 1) -> None:
        for number in numbers:
            with unit_of_work():
                record(ToySaid(toy, number))

    return say_each


@pytest.fixture
def sign_in(app: Flask) -> Callable[[User], dict[str, str]]:
    """Sign a member in on a new device: the headers its browser sends."""

    def sign_in_one(member: User) -> dict[str, str]:
        token = new_token()
        with unit_of_work():
            open_session(member, SessionDraft(digest(token)))
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer
        return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({KEY: token, '_fresh': True})}"}

    return sign_in_one


@pytest.fixture(params=list(SERVERS))
def live(request: pytest.FixtureRequest, app: Flask, toys: Toys) -> Iterator[LiveServer]:
    """One of the two servers, running."""
    with running(SERVERS[request.param](app)) as server:
        yield server


@pytest_asyncio.fixture
async def node() -> AsyncIterator[NodeHost]:
    """A Node process that holds browsers."""
    host = NodeHost()
    await host.start()
    yield host
    await host.stop()


@pytest_asyncio.fixture(params=["python", pytest.param("node", marks=pytest.mark.node)])
async def open_browser(request: pytest.FixtureRequest, live: LiveServer) -> AsyncIterator[Callable[..., Any]]:
    """Open browsers of one kind on the server: `await open_browser(lang="en", Origin="...")`, others being headers."""
    host = NodeHost()
    if request.param == "node":
        await host.start()
    opened: list[PythonBrowser | NodeBrowser] = []

    async def open_one(lang: str = "fr", transports: list[str] | None = None, **headers: str) -> Any:
        browser = NodeBrowser(host) if request.param == "node" else PythonBrowser()
        opened.append(browser)
        await browser.open(live.url, lang, headers, transports or ["websocket"])
        return browser

    yield open_one
    for browser in opened:
        await browser.close()
    if request.param == "node":
        await host.stop()


@pytest_asyncio.fixture
async def open_page(live: LiveServer, node: NodeHost) -> AsyncIterator[Callable[..., Any]]:
    """Open pages that follow a room with the platform's own client: `await open_page(ROOM, seq=3)`."""
    opened: list[NodeBrowser] = []

    async def open_one(room: str, seq: int, transports: list[str] | None = None) -> NodeBrowser:
        browser = NodeBrowser(node)
        opened.append(browser)
        await browser.open(live.url, "fr", {}, transports or ["websocket", "polling"])
        browser.follow(room, seq)
        return browser

    yield open_one
    for browser in opened:
        await browser.close()
