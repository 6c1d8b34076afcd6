"""What a page costs a device that has never been here: few requests, all to one origin, and no font in the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from tests.journeys.world import World, address
from tests.support.loads import PHONE, first_paint_ms, load
from tests.support.mixed_topic import FIVE, topic_in

MOST_REQUESTS, MOST_KILOBYTES, MOST_SCRIPT, MOST_FONTS = 8, 60, 45, 100


def test_a_topic_in_five_languages_comes_in_eight_requests(world: World, chromium: Browser) -> None:
    found = load(chromium, f"{world.url}/fr{address(topic_in(FIVE))}")
    assert len(found.sockets) == 1
    assert len(found.own) <= MOST_REQUESTS, [one.url for one in found.own]
    assert 0 < found.without_fonts() <= MOST_KILOBYTES
    assert 0 < found.kilobytes("Script") <= MOST_SCRIPT
    assert found.outside() == []


def test_a_french_topic_loads_a_hundred_kilobytes_of_fonts(world: World, chromium: Browser) -> None:
    found = load(chromium, f"{world.url}/fr{address(topic_in(('fr',)))}")
    assert 0 < found.kilobytes("Font") <= MOST_FONTS
    assert {display for _, display in found.faces} == {"swap"}


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_text_is_there_while_fonts_are_on_their_way(lang: str, world: World, chromium: Browser) -> None:
    context = chromium.new_context(locale=lang, service_workers="block", **PHONE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    context.route("**/*.woff2", hold)
    page = context.new_page()
    page.goto(f"{world.url}/{lang}/about", wait_until="commit")
    assert first_paint_ms(page) > 0
    assert held
    for route in held:
        route.abort()
    context.close()
