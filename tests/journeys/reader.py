"""Someone at a browser, who reads the interface in a language."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, WebSocket

from tests.journeys.catalogue import words

WAIT_MS = 8_000


class Reader:
    """One device: its pages share cookies and storage. Requests, live messages and complaints are kept."""

    def __init__(self, context: BrowserContext, url: str, lang: str) -> None:
        self.context = context
        self.url = url
        self.lang = lang
        self.requests: list[str] = []
        self.kept_ahead: set[str] = set()
        """What the service worker fetches by itself, once the page is there."""
        self.frames: list[str] = []
        self.complaints: list[str] = []
        # Whoever leaves a page while its live connection is being made closes it half made: the browser says so.
        self.expected = ["WebSocket is closed before the connection is established"]
        """Patterns of complaints that the journey itself provokes, such as being offline."""
        context.set_default_timeout(WAIT_MS)
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Another tab of the same device."""
        page = self.context.new_page()
        page.on("websocket", self._note_socket)
        return page

    def open(self, address: str, page: Page | None = None) -> Page:
        """Go to an address after the language: `open("/latest")`."""
        shown = page or self.page
        answer = shown.goto(f"{self.url}/{self.lang}{address}")
        assert answer is None or answer.status < 400, f"{answer.status} at {address}"
        return shown

    def words(self, context: str, text: str, **values: object) -> str:
        return words(self.lang, context, text, **values)

    def button(self, context: str, text: str, where: Locator | Page | None = None) -> Locator:
        """The button that says this."""
        return (where or self.page).get_by_role("button", name=self.words(context, text), exact=True)

    def link(self, context: str, text: str, where: Locator | Page | None = None) -> Locator:
        """The link that says this."""
        return (where or self.page).get_by_role("link", name=self.words(context, text), exact=True)

    def sign_in(self, email: str, password: str) -> None:
        """By the form, as members do."""
        self.open("/login")
        self.page.fill("#identity", email)
        self.page.fill("#passcode", password)
        self.button("account", "Sign in", self.page.locator("main form")).click()
        self.page.locator(".masthead [action$='/logout']").wait_for(state="attached")

    def join_live(self, page: Page | None = None) -> None:
        """Wait until the page follows its topic: presence is what the server tells first."""
        (page or self.page).locator("[data-live-presence]").wait_for(state="visible")

    def pushed(self, kind: str) -> list[dict[str, Any]]:
        """Live messages of a kind that this device was sent, in order."""
        found = [json.loads(frame[frame.index("[") :]) for frame in self.frames if re.match(r"\d+\[", frame)]
        packets = [part for message in found for part in message[1:] if isinstance(part, dict)]
        return [packet for packet in packets if packet.get("type") == kind]

    def outside(self) -> list[str]:
        """Requests that left the site."""
        own = urlsplit(self.url).netloc
        return [
            url for url in self.requests if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != own
        ]

    def unexpected(self) -> list[str]:
        """Complaints of the browser that the journey did not provoke."""
        return [one for one in self.complaints if not any(re.search(pattern, one) for pattern in self.expected)]

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)
        if request.service_worker:
            self.kept_ahead.add(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _note_socket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)
        socket.on("framereceived", lambda frame: self.frames.append(frame if isinstance(frame, str) else ""))


def number_of_posts(page: Page) -> int:
    """How many messages the page shows."""
    return page.locator("[data-live-posts] > .post-item").count()
