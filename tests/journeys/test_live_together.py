"""Two tabs, two members, and a line that breaks: what one does the other sees, once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.core.db import db
from app.forum.models import Post, Topic
from tests.journeys.reader import Reader, number_of_posts
from tests.journeys.world import World, address

LOST_LINE = r"ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_CONNECTION|WebSocket connection"


def _item(page: Page, number: int) -> Locator:
    return page.locator(f".post-item:has(#p{number})")


def _bodies(topic: Topic) -> list[str]:
    db.session.expire_all()
    return [post.body for post in db.session.query(Post).filter_by(topic_id=topic.id).order_by(Post.number)]


def _offline(reader: Reader, is_offline: bool) -> None:
    reader.context.set_offline(is_offline)


def _settle(page: Page) -> None:
    """Wait for two drawn frames: what scrolls has scrolled, what watches the window has looked."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_reactions_typing_and_presence_reach_the_other_tab_at_once(world: World, device: Callable[..., Reader]) -> None:
    topic = world.topic(posts=2)
    one = device("fr", world.member("fr", display_name="Ada Lefebvre"))
    two = device("ar", world.member("ar", display_name="Basma"))
    one.open(address(topic))
    one.join_live()
    two.open(address(topic))
    second = one.open(address(topic), one.new_page())
    for reader in (one, two):
        expect(reader.page.locator("[data-live-presence] [data-names]")).to_contain_text("Ada Lefebvre")
        expect(reader.page.locator("[data-live-presence] [data-names]")).to_contain_text("Basma")

    item = _item(one.page, 2)
    item.locator("details.react summary").first.click()
    item.locator("details.react [data-code=useful]").click()
    for page in (one.page, second, two.page):
        expect(_item(page, 2).locator("[data-reaction=useful] .number")).to_have_text("1")
    expect(item.locator("[data-reaction=useful]")).to_have_attribute("aria-pressed", "true")
    expect(_item(two.page, 2).locator("[data-reaction=useful]")).to_have_attribute("aria-pressed", "false")
    _item(two.page, 2).locator("[data-reaction=useful]").click()
    for page in (one.page, second, two.page):
        expect(_item(page, 2).locator("[data-reaction=useful] .number")).to_have_text("2")

    one.page.locator("#body").press_sequentially("Bon")
    expect(two.page.locator("[data-live-typing]")).to_be_visible()
    expect(two.page.locator("[data-live-typing] bdi")).to_have_text("Ada Lefebvre")


def test_away_for_a_while_then_caught_up_once_and_nothing_moves(world: World, device: Callable[..., Reader]) -> None:
    topic = world.topic(posts=12)
    writer = world.member("en")
    reader = device("fr", world.member("fr"))
    reader.expected.append(LOST_LINE)
    reader.open(address(topic))
    reader.join_live()
    reader.page.locator("#p4").scroll_into_view_if_needed()
    _settle(reader.page)
    before = reader.page.evaluate("scrollY")

    _offline(reader, is_offline=True)
    for number in range(13, 16):
        world.reply(writer, topic, f"Message {number} written meanwhile.", "en")
    reader.page.wait_for_timeout(1_000)
    assert number_of_posts(reader.page) == 12
    _offline(reader, is_offline=False)
    world.reply(writer, topic, "Message 16 after.", "en")

    expect(reader.page.locator("#p16")).to_be_attached(timeout=20_000)
    assert number_of_posts(reader.page) == 16
    expect(reader.page.locator("[data-live-pill]")).to_be_visible()
    expect(reader.page.locator("[data-live-pill] [data-words]")).to_contain_text("4")
    _settle(reader.page)
    assert reader.page.evaluate("scrollY") == before
    reader.page.locator("[data-live-pill]").click()
    expect(reader.page.locator("#p13")).to_be_in_viewport()


def test_what_could_not_be_sent_is_kept_and_leaves_once_when_the_line_is_back(
    world: World, device: Callable[..., Reader]
) -> None:
    topic = world.topic()
    reader = device("fr", world.member("fr"))
    reader.expected.append(LOST_LINE)
    reader.open(address(topic))
    reader.join_live()
    reader.page.fill("#body", "Écrit pendant la coupure.")
    _offline(reader, is_offline=True)
    expect(reader.page.locator("[data-offline]")).to_be_visible()
    reader.page.locator("[data-send]").click()
    assert reader.page.input_value("#body") == "Écrit pendant la coupure."
    _offline(reader, is_offline=False)
    expect(reader.page.locator("#p2")).to_be_visible(timeout=20_000)
    expect(reader.page.locator("#body")).to_have_value("")
    assert _bodies(topic)[1:] == ["Écrit pendant la coupure."]
    assert number_of_posts(reader.page) == 2


@pytest.mark.parametrize("lost", ["the request", "the answer"])
def test_a_failed_attempt_is_made_again_and_makes_one_post(
    lost: str, world: World, device: Callable[..., Reader]
) -> None:
    """Where only the answer was lost, the message is there already: the second attempt must find it."""
    topic = world.topic()
    reader = device("fr", world.member("fr"))
    reader.expected.append("ERR_FAILED")
    reader.open(address(topic))
    reader.join_live()

    def lose(route: Route) -> None:
        if lost == "the answer":
            route.fetch()
        route.abort()

    reader.page.route("**/reply", lose, times=1)
    reader.page.fill("#body", "Une seule fois.")
    reader.button("composer", "Publish").click()
    expect(reader.page.locator("#p2")).to_be_visible(timeout=30_000)  # from the outbox, by itself
    expect(reader.page.locator("#body")).to_have_value("")
    assert _bodies(topic)[1:] == ["Une seule fois."]
    assert number_of_posts(reader.page) == 2
