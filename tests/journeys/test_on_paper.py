"""A topic and a list on paper: what was said, by whom and when; nothing to press."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.reader import Reader
from tests.journeys.world import World, address

LINK_ENDS = "getComputedStyle(document.querySelector('#p2 .words a'), '::after').content"


@pytest.mark.parametrize(("lang", "theme"), [("fr", "light"), ("ar", "dark")])
def test_a_topic_on_paper(world: World, device: Callable[..., Reader], lang: str, theme: str) -> None:
    member = world.member(lang)
    topic = world.topic(member)
    world.reply(member, topic, "Voir https://example.org/logement pour la suite.")
    reader = device(lang, member, color_scheme=theme)
    page = reader.open(address(topic))
    page.locator("markdown-toolbar:not([hidden])").wait_for()
    page.emulate_media(media="print")
    for shown in ("h1", "#p1 .words", "#p2 .post-head h2", "#p2 .post-head time"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in (".footer", ".composer", ".rooms", "#p1 .face-wrap", ".masthead .menu", "[data-bar]"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("main button:visible").count() == 0
    assert "https://example.org/logement" in page.evaluate(LINK_ENDS)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_on_paper(device: Callable[..., Reader]) -> None:
    reader = device("fr")
    page = reader.open("/latest")
    page.emulate_media(media="print")
    expect(page.locator(".topic-title").first).to_be_visible()
    expect(page.locator(".footer")).to_be_hidden()
    assert page.locator("main button:visible").count() == 0
