"""On every kind of page: axe-core finds nothing, the Nu HTML checker finds nothing, nothing moves sideways."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.config import PROJECT
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.page_types import NOT_PAGES, PageType, cookies, page_types
from tests.live.servers import AsgiServer
from tests.support.sample import sample_platform

PARTS = 8
"""Of the pages, examined by themselves: two processes share them."""
STANDING_SAMPLE: dict[str, tuple[Any, dict[str, Any]]] = {"fr": ("light", PHONE), "ar": ("dark", DESKTOP)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXAMINE = """async rules => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
  return found.violations.map(one => `${one.id}: ${one.nodes.length} times, ${one.nodes[0].html.slice(0, 200)}`);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with sample_platform(tmp_path_factory.mktemp("sample")) as app:
        yield app


@pytest.fixture(scope="module")
def kinds(sample: Flask) -> list[PageType]:
    return page_types(sample)


@pytest.fixture(scope="module")
def served(sample: Flask) -> Iterator[str]:
    server = AsgiServer(sample)
    server.start()
    yield server.url
    server.stop()


def test_no_page_is_missing_from_the_list(sample: Flask, kinds: list[PageType]) -> None:
    opened = {rule.endpoint for rule in sample.url_map.iter_rules() if "GET" in (rule.methods or ())}
    listed = {kind.endpoint for kind in kinds if kind.status == 200}
    assert listed.isdisjoint(NOT_PAGES)
    assert opened == listed | set(NOT_PAGES)


@pytest.mark.timeout(300)  # some twenty pages, each examined whole
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("lang", list(STANDING_SAMPLE))
def test_axe_finds_nothing(
    lang: str, part: int, sample: Flask, kinds: list[PageType], served: str, chromium: Browser
) -> None:
    scheme, device = STANDING_SAMPLE[lang]
    axe = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    held = cookies(sample)
    pages: dict[str, Page] = {}
    faults = []
    for kind in kinds[part::PARTS]:
        if kind.who not in pages:
            context = chromium.new_context(locale=lang, color_scheme=scheme, reduced_motion="reduce", **device)
            name, _, value = held[kind.who].partition("=")
            if name:
                context.add_cookies([{"name": name, "value": value, "url": served}])
            pages[kind.who] = context.new_page()
        faults += [f"{lang} {kind.name}: {fault}" for fault in _faults(pages[kind.who], kind, f"{served}/{lang}", axe)]
    for page in pages.values():
        page.context.close()
    assert not faults, "\n".join(faults)


def _faults(page: Page, kind: PageType, root: str, axe: str) -> list[str]:
    answer = page.goto(root + kind.address, wait_until="load")
    if not answer or answer.status != kind.status:
        return [f"answered {answer and answer.status}"]
    page.evaluate(axe)
    found: list[str] = page.evaluate(EXAMINE, RULES)
    wide = page.evaluate(OVERFLOW)
    return found + ([f"{wide} px too wide"] if wide > 1 else [])


@pytest.mark.parametrize("lang", list(STANDING_SAMPLE))
def test_the_html_checker_finds_nothing(lang: str, sample: Flask, kinds: list[PageType], tmp_path: Path) -> None:
    held = cookies(sample)
    named: dict[str, str] = {}
    for number, kind in enumerate(kinds):
        answer = sample.test_client(use_cookies=False).get(
            f"/{lang}{kind.address}", headers={"Cookie": held[kind.who], "Accept": "text/html"}
        )
        assert answer.status_code == kind.status, kind.name
        path = tmp_path / f"{number}.html"
        path.write_bytes(answer.data)
        named[path.name] = kind.name
    assert _checked(sorted(tmp_path.glob("*.html")), named) == []


def _checked(paths: list[Path], named: dict[str, str]) -> list[str]:
    """What the checker says of these files."""
    (jar,) = (PROJECT / "node_modules" / "vnu-jar").rglob("vnu.jar")
    command: list[Any] = ["java", "-Xss1024k", "-jar", jar, "--format", "json", "--stdout", *paths]
    report = subprocess.run(command, capture_output=True, check=False, timeout=110)
    messages = json.loads(report.stdout)["messages"]
    return [
        f"{named[re.sub('.*/', '', message['url'])]}: {message['message']} {message.get('extract', '')}"
        for message in messages
    ]
