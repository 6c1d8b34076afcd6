"""What a device keeps and shows: theme, light mode, language, drafts; and that a shared computer keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.catalogue import words
from tests.journeys.reader import Reader
from tests.journeys.world import PASSWORD, World, address

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
FACE = "getComputedStyle(document.body).fontFamily"


@pytest.mark.parametrize(("lang", "scheme"), [("fr", "light"), ("ar", "dark")])
def test_a_theme_shows_at_once_and_after_reload(lang: str, scheme: str, device: Callable[..., Reader]) -> None:
    page = device(lang, color_scheme=scheme).open("/about")
    before = page.evaluate(BACKGROUND)
    other = "dark" if scheme == "light" else "light"
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    with page.expect_response("**/appearance?**"):
        page.check(f"#theme-{other}")
    changed = page.evaluate(BACKGROUND)
    assert changed != before
    page.wait_for_load_state("networkidle")
    assert loads == [], "what was being written on the page would be gone"
    page.reload()
    assert page.evaluate(BACKGROUND) == changed
    with page.expect_response("**/appearance?**"):
        page.check("#theme-auto")
    assert page.evaluate(BACKGROUND) == before


@pytest.mark.parametrize("scripts", [True, False])
def test_light_mode_loads_no_web_font_after_reload(scripts: bool, device: Callable[..., Reader]) -> None:
    reader = device("fr", scripts=scripts)
    page = reader.open("/about")
    page.check("#mode-lean")
    if scripts:
        assert "Bricolage" not in page.evaluate(FACE)
        page.wait_for_load_state("networkidle")
    else:
        reader.button("shell", "Keep this appearance").click()
    reader.requests.clear()
    page.reload()
    page.wait_for_load_state("networkidle")
    assert [url for url in reader.requests if "font" in url] == []
    expect(page.locator("#mode-lean")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False])
def test_another_language_keeps_the_page_and_is_remembered(
    scripts: bool, world: World, device: Callable[..., Reader]
) -> None:
    topic = world.topic(posts=21)
    reader = device("fr", scripts=scripts)
    page = reader.open(f"{address(topic)}?page=2")
    page.locator(".masthead details.menu summary").first.click()
    page.locator(".masthead .menu-list a[hreflang=ar]").click()
    page.wait_for_url(f"**/ar{address(topic)}?page=2")
    assert page.locator("html").get_attribute("dir") == "rtl"
    expect(page.locator("#p21")).to_be_visible()
    page.goto(world.url)
    assert urlsplit(page.url).path == "/ar/"


def _storage(page: Page) -> dict[str, int]:
    kept: dict[str, int] = page.evaluate(
        """async () => ({local: localStorage.length, session: sessionStorage.length,
        databases: (await indexedDB.databases()).length,
        workers: (await navigator.serviceWorker.getRegistrations()).length})"""
    )
    return kept


def test_a_draft_is_kept_on_ones_own_device_until_it_is_sent(world: World, device: Callable[..., Reader]) -> None:
    topic = world.topic()
    reader = device("fr", world.member("fr"))
    page = reader.open(address(topic))
    reader.join_live()
    page.fill("#body", "À finir plus tard.")
    expect(page.locator("#compose [data-state]")).not_to_be_empty()
    page.reload()
    expect(page.locator("#body")).to_have_value("À finir plus tard.")
    reader.join_live()
    reader.button("composer", "Publish").click()
    expect(page.locator("#p2")).to_be_visible()
    assert _storage(page)["local"] == 0


def test_a_shared_computer_keeps_nothing(world: World, device: Callable[..., Reader]) -> None:
    member = world.member("fr", password=PASSWORD)
    topic = world.topic()
    reader = device("fr")
    page = reader.open("/login")
    page.fill("#identity", member.email)
    page.fill("#passcode", PASSWORD)
    page.check("#shared")
    reader.button("account", "Sign in", page.locator("main form")).click()
    page.locator("html[data-shared]").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    reader.open(address(topic))
    reader.join_live()
    page.fill("#body", "Rien ne doit rester ici.")
    page.wait_for_timeout(1_000)
    reader.open("/latest")
    assert set(_storage(page).values()) == {0}
    (session,) = [cookie for cookie in reader.context.cookies() if cookie["name"] == "session"]
    assert session["expires"] == -1
    page.locator(".masthead details.menu summary").last.click()
    reader.button("shell", "Sign out").click()
    page.wait_for_load_state()
    kept = _storage(page)
    assert kept["local"] == kept["session"] == kept["databases"] == 0  # a worker serves visitors, as on any device
    page.go_back()
    page.wait_for_load_state()
    expect(page.get_by_role("link", name=words("fr", "shell", "Sign in"), exact=True).first).to_be_visible()
