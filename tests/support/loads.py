"""What a page that a browser has never seen asks for, and what of it travels: told by Chromium's own network log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
AT_REST_MS = 1_000
"""A page that has asked for nothing for so long is there."""
STEP_MS = 50
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
FACES = "[...document.fonts].filter(face => face.status === 'loaded').map(face => [face.family, face.display])"


@dataclass
class Asked:
    """One request."""

    url: str
    kind: str
    """As the browser's protocol says: Document, Stylesheet, Script, Font, Image, Fetch ..."""
    size: int = 0
    """Bytes of the answer as sent: compressed, headers included."""

    @property
    def is_posted(self) -> bool:
        """Whether it is a picture that somebody posted."""
        return self.kind == "Image" and "/static/" not in self.url


@dataclass
class Load:
    """One page, loaded by a browser that keeps nothing yet."""

    origin: str
    requests: list[Asked] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    kept_ahead: list[str] = field(default_factory=list)
    """What the service worker fetched by itself once the page was there."""
    faces: list[tuple[str, str]] = field(default_factory=list)
    """Web fonts in use, each with how its text is shown until it is there."""
    first_paint_ms: float = 0.0

    @property
    def own(self) -> list[Asked]:
        """Requests of the page itself: posted pictures are apart."""
        return [one for one in self.requests if not one.is_posted]

    def kilobytes(self, *kinds: str) -> float:
        """Bytes of the requests of these kinds (posted pictures are none), in thousands."""
        return sum(one.size for one in self.own if one.kind in kinds) / 1000

    def posted_kilobytes(self) -> float:
        """Bytes of posted pictures, in thousands."""
        return sum(one.size for one in self.requests if one.is_posted) / 1000

    def without_fonts(self) -> float:
        """Bytes of all but fonts and posted pictures, in thousands."""
        return sum(one.size for one in self.own if one.kind != "Font") / 1000

    def outside(self) -> list[str]:
        """Addresses that are not the site's."""
        own = urlsplit(self.origin).netloc
        asked = [one.url for one in self.requests] + self.sockets + self.kept_ahead
        return [url for url in asked if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != own]


def load(browser: Browser, url: str, cookie: str = "", *, kilobits: float = 0, delay_ms: float = 0) -> Load:
    """Load a page on a new device; on a line of so many kbit/s, each answer that much later, where they are given."""
    context = browser.new_context(locale="fr", **PHONE)
    parts = urlsplit(url)
    found = Load(f"{parts.scheme}://{parts.netloc}")
    try:
        if cookie:
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": found.origin}])
        _watch_worker(context, found)
        page = context.new_page()
        _watch(context, page, found, kilobits, delay_ms)
        page.goto(url, wait_until="load", timeout=90_000)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(AT_REST_MS)
        found.first_paint_ms = first_paint_ms(page)
        found.faces = [(family, display) for family, display in page.evaluate(FACES)]
    finally:
        context.close()
    return found


def first_paint_ms(page: Page, patience_ms: int = 20_000) -> float:
    """When the first words or pictures stood there. Waits for them, without a script that the page's policy forbids."""
    for _ in range(patience_ms // STEP_MS):
        if found := page.evaluate(FIRST_PAINT):
            return float(found)
        page.wait_for_timeout(STEP_MS)
    raise TimeoutError(f"nothing was painted within {patience_ms} ms")


def _watch(context: BrowserContext, page: Page, found: Load, kilobits: float, delay_ms: float) -> None:
    session = context.new_cdp_session(page)
    asked: dict[str, Asked] = {}

    def sent(told: dict[str, Any]) -> None:
        if told["request"]["url"].startswith(("data:", "blob:")):
            return
        asked[told["requestId"]] = one = Asked(told["request"]["url"], told.get("type", "Other"))
        found.requests.append(one)

    def done(told: dict[str, Any]) -> None:
        if one := asked.get(told["requestId"]):
            one.size = int(told["encodedDataLength"])

    def answered(told: dict[str, Any]) -> None:
        if told["response"].get("fromDiskCache"):
            found.requests.remove(asked.pop(told["requestId"]))  # the page had it: nothing travels

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", done)
    session.on("Network.webSocketCreated", lambda told: found.sockets.append(told["url"]))
    session.send("Network.enable")
    if kilobits:
        bytes_per_second = kilobits * 1000 / 8
        line = {"downloadThroughput": bytes_per_second, "uploadThroughput": bytes_per_second}
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": delay_ms, **line})


def _watch_worker(context: BrowserContext, found: Load) -> None:
    def note(request: Request) -> None:
        if request.service_worker:
            found.kept_ahead.append(request.url)

    context.on("request", note)


def kinds(requests: Iterable[Asked]) -> str:
    """How many bytes of each kind, in words."""
    sizes: dict[str, int] = {}
    for one in requests:
        sizes[one.kind] = sizes.get(one.kind, 0) + one.size
    return ", ".join(f"{kind.lower()} {size / 1000:.1f}" for kind, size in sorted(sizes.items()))
