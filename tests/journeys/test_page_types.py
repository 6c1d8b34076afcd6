"""On every kind of page: axe-core finds nothing, the Nu HTML checker finds nothing, nothing moves sideways.

In two languages, a theme and a width each; `python -m tests.journeys.walk` looks at all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.examining import Visits, faults_in_sight, faults_of_html, faults_when_narrow
from tests.journeys.page_types import NOT_PAGES, PageType, cookies, page_types
from tests.live.servers import AsgiServer
from tests.support.running import running
from tests.support.sample import sample_platform

PARTS = 8
"""Of the pages, examined by themselves: two processes share them."""
STANDING_SAMPLE: dict[str, tuple[Any, dict[str, Any]]] = {"fr": ("light", PHONE), "ar": ("dark", DESKTOP)}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with sample_platform(tmp_path_factory.mktemp("sample")) as app:
        yield app


@pytest.fixture(scope="module")
def kinds(sample: Flask) -> list[PageType]:
    return page_types(sample)


@pytest.fixture(scope="module")
def served(sample: Flask) -> Iterator[str]:
    with running(AsgiServer(sample)) as server:
        yield server.url


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
    visits = Visits(chromium, served, lang, cookies(sample), color_scheme=scheme, **device)
    found = []
    for kind in kinds[part::PARTS]:
        page, faults = visits.open(kind)
        faults = faults or faults_in_sight(page) + faults_when_narrow(page)
        found += [f"{lang} {kind.name}: {fault}" for fault in faults]
    visits.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", list(STANDING_SAMPLE))
def test_the_html_checker_finds_nothing(lang: str, sample: Flask, kinds: list[PageType], tmp_path: Path) -> None:
    assert faults_of_html(sample, kinds, lang, cookies(sample), tmp_path) == []
