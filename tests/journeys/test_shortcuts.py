"""Single keys: they move, act and go elsewhere, never while one types, and can be switched off."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.reader import Reader
from tests.journeys.world import World, address


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement?.id || document.activeElement?.className || ''"))


def test_keys_move_and_act_and_stay_quiet_while_one_types(world: World, device: Callable[..., Reader]) -> None:
    author = world.member("fr")
    topic = world.topic(author, posts=3)
    page = device("fr", author).open(address(topic))
    page.keyboard.press("j")
    first = _focused(page)
    page.keyboard.press("j")
    assert (first, _focused(page)) == ("p1", "p2")
    page.keyboard.press("k")
    assert _focused(page) == "p1"
    page.keyboard.press("b")
    expect(page.locator(".post-item").first.locator("[data-act=bookmark]")).to_have_attribute("data-kept", "")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("g l j ? /")
    expect(page.locator("#body")).to_have_value("g l j ? /")
    page.locator("#p2").focus()
    page.keyboard.press("e")
    page.wait_for_url("**/edit")


def test_the_sheet_opens_closes_and_switches_the_keys_off(world: World, device: Callable[..., Reader]) -> None:
    reader = device("ar", world.member("ar"))
    page = reader.open("/spaces")
    page.keyboard.press("Shift+?")
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/latest")
    page.keyboard.press("/")
    expect(page.locator(".masthead input[type=search]")).to_be_focused()
    page.locator("main").focus()
    page.keyboard.press("?")
    with page.expect_request("**/shortcuts/keep*"):
        sheet.locator("input[name=keys]").uncheck()
    page.wait_for_function("document.cookie.includes('shortcuts=off')")
    page.keyboard.press("Escape")
    before = _focused(page)
    page.keyboard.press("j")
    assert _focused(page) == before
    assert page.reload()
    assert page.goto(page.url.replace("/latest", "/shortcuts"))
    assert not page.locator("main input[name=keys]").is_checked()
