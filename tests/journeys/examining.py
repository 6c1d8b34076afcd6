"""What is wrong with a page: by axe-core, by the Nu HTML checker, and by what moves sideways."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page

from app.config import PROJECT
from tests.journeys.page_types import PageType

WIDE_SCREEN, PHONE_SCREEN = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
NARROWEST = 320
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_EXAMINE = """async rules => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
  return found.violations.map(one => `${one.id}: ${one.nodes.length} times, ${one.nodes[0].html.slice(0, 200)}`);
}"""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def _axe() -> str:
    return (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Visits:
    """Pages of one browser in one language: whoever looks at a kind of page has a device of their own."""

    def __init__(self, browser: Browser, url: str, lang: str, cookies: dict[str, str], **device: Any) -> None:
        self._browser, self._url, self._lang, self._cookies, self._device = browser, url, lang, cookies, device
        self._pages: dict[str, Page] = {}

    def open(self, kind: PageType) -> tuple[Page, list[str]]:
        """The page, with axe in it; and what is wrong with the answer."""
        page = self._page(kind.who)
        answer = page.goto(f"{self._url}/{self._lang}{kind.address}", wait_until="load")
        if not answer or answer.status != kind.status:
            return page, [f"answered {answer and answer.status}"]
        page.evaluate(_axe())
        return page, []

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()

    def _page(self, who: str) -> Page:
        if who not in self._pages:
            context = self._browser.new_context(locale=self._lang, reduced_motion="reduce", **self._device)
            name, _, value = self._cookies[who].partition("=")
            if name:
                context.add_cookies([{"name": name, "value": value, "url": self._url}])
            self._pages[who] = context.new_page()
        return self._pages[who]


def faults_in_sight(page: Page) -> list[str]:
    """What is wrong with an opened page as it is shown now."""
    found: list[str] = page.evaluate(_EXAMINE, _RULES)
    wide = page.evaluate(_OVERFLOW)
    return found + ([f"{wide} px too wide"] if wide > 1 else [])


def faults_when_narrow(page: Page) -> list[str]:
    """What moves sideways on the narrowest screen that WCAG 1.4.10 asks for, 320 px; the page is put back after."""
    before = page.viewport_size
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    wide = page.evaluate(_OVERFLOW)
    if before:
        page.set_viewport_size(before)
    return [f"{wide} px too wide at {NARROWEST} px"] if wide > 1 else []


def faults_of_html(
    app: Flask, kinds: list[PageType], lang: str, cookies: dict[str, str], folder: Path, seconds: int = 110
) -> list[str]:
    """What the HTML checker says of these pages in a language; they are kept in a folder."""
    named: dict[str, str] = {}
    for number, kind in enumerate(kinds):
        answer = app.test_client(use_cookies=False).get(
            f"/{lang}{kind.address}", headers={"Cookie": cookies[kind.who], "Accept": "text/html"}
        )
        assert answer.status_code == kind.status, kind.name
        path = folder / f"{number}.html"
        path.write_bytes(answer.data)
        named[path.name] = kind.name
    (jar,) = (PROJECT / "node_modules" / "vnu-jar").rglob("vnu.jar")
    command: list[Any] = ["java", "-Xss1024k", "-jar", jar, "--format", "json", "--stdout", *folder.glob("*.html")]
    report = subprocess.run(command, capture_output=True, check=False, timeout=seconds)
    return [
        f"{named[re.sub('.*/', '', message['url'])]}: {message['message']} {message.get('extract', '')}"
        for message in json.loads(report.stdout)["messages"]
    ]
