"""By keyboard alone: skip to the content, open and leave menus, format, send."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import focused, tab_to
from tests.journeys.reader import Reader
from tests.journeys.world import World, address


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_first_stop_leads_to_the_content_and_every_stop_is_seen(lang: str, device: Callable[..., Reader]) -> None:
    reader = device(lang)
    page = reader.open("/")
    page.keyboard.press("Tab")
    assert focused(page, "a.skip")
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert focused(page, "main#content")
    seen = set()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside, outline, place = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
            return [Boolean(one.closest("main")), style.outlineStyle, one.outerHTML.slice(0, 200)] }"""
        )
        assert inside
        assert outline != "none", place
        seen.add(place)
    assert len(seen) == 6


def test_a_menu_opens_closes_and_gives_the_focus_back(world: World, device: Callable[..., Reader]) -> None:
    reader = device("fr", world.member("fr"))
    page = reader.open("/latest")
    menu = page.locator(".masthead details.menu").first
    tab_to(page, ".masthead details.menu summary")
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    tab_to(page, ".masthead .menu-list a[hreflang=nl]")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    assert focused(page, ".masthead details.menu summary")
    page.keyboard.press("Enter")
    tab_to(page, ".masthead .menu-list a[hreflang=nl]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/latest")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_a_reply_is_formatted_read_over_and_sent(lang: str, world: World, device: Callable[..., Reader]) -> None:
    topic = world.topic()
    reader = device(lang, world.member(lang))
    page = reader.open(address(topic))
    reader.join_live()
    tab_to(page, "#body")
    page.keyboard.type("gras")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    assert page.input_value("#body") == "**gras**"
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+i")
    assert page.input_value("#body") == "_**gras**_"
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    assert page.input_value("#body").startswith("[")
    page.keyboard.press("Control+a")
    page.keyboard.type("Bonjour **à tous**.")

    tab_to(page, "markdown-toolbar [data-md-button]", "Shift+Tab")
    first = page.evaluate("document.activeElement.title")
    page.keyboard.press("ArrowLeft" if lang == "ar" else "ArrowRight")
    assert page.evaluate("document.activeElement.title") != first
    tab_to(page, "#tab-write", "Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-preview] strong")).to_have_text("à tous")
    page.keyboard.press("Escape")
    assert focused(page, "#body")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#p2 strong")).to_have_text("à tous")
    assert focused(page, "#body")


def test_an_answer_is_accepted_and_a_message_withdrawn(world: World, device: Callable[..., Reader]) -> None:
    asker = world.member("fr")
    topic = world.topic(asker, kind="question")
    world.reply(world.member("en"), topic, "The answer.", "en")
    world.reply(asker, topic, "Je retire ceci.")
    reader = device("fr", asker)
    page = reader.open(address(topic))
    reader.join_live()
    tab_to(page, "button[data-act=accept]")
    page.keyboard.press("Enter")
    expect(page.locator("#p2.kept")).to_be_visible()
    page.locator("#p3 .post-number").focus()
    tab_to(page, "details:has([data-act=withdraw]) summary")
    page.keyboard.press("Enter")
    tab_to(page, "button[data-act=withdraw]")
    page.keyboard.press("Enter")
    expect(page.locator("#p3.gone")).to_be_visible()
