"""Where the network is bad or away: a message arrives once, what was read can be read again, no text is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import func, select

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.forum.drafting.models import Draft
from app.forum.models import Post, Topic
from app.forum.order.moderating import change_topic_state
from tests.journeys.conftest import PHONE
from tests.journeys.reader import Reader
from tests.journeys.world import World, address
from tests.support.slow_network import BadNetwork

AWAY = r"ERR_(INTERNET_DISCONNECTED|FAILED|NETWORK|CONNECTION|TIMED_OUT)|[wW]eb[sS]ocket|Failed to (fetch|load)"
"""What a browser says of a network that is away."""


def replies(topic: Topic, member: User) -> list[str]:
    db.session.expire_all()
    query = select(Post.body).where(Post.topic_id == topic.id, Post.author_id == member.id).order_by(Post.id)
    return list(db.session.scalars(query))


def drafts(member: User) -> list[str]:
    db.session.expire_all()
    return [draft.first("body") for draft in db.session.scalars(select(Draft).where(Draft.user_id == member.id))]


def until(found: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.2)


def becomes_true(page: Page, said: str, seconds: float = 20) -> None:
    """Wait for what a script would say of the page."""
    until(lambda: bool(page.evaluate(said)), seconds)


def begin(reader: Reader, topic: Topic) -> Page:
    """Open a topic, ready to write."""
    page = reader.open(address(topic))
    page.locator("markdown-toolbar:not([hidden])").wait_for()
    worker_is_ready(page)
    return page


def worker_is_ready(page: Page) -> None:
    """The worker rules over this page and has what it keeps."""
    becomes_true(page, "navigator.serviceWorker.controller !== null")


@pytest.fixture
def topic(world: World) -> Topic:
    return world.topic(posts=2)


def test_a_reply_sent_without_network_leaves_when_it_is_back(
    world: World, device: Callable[..., Reader], topic: Topic
) -> None:
    member = world.member("fr")
    reader = device("fr", member)
    reader.expected.append(AWAY)
    page = begin(reader, topic)
    reader.context.set_offline(True)
    page.fill("#body", "Envoyé dans le train")
    page.locator("[data-send]").click()
    queued = page.locator("[data-queued]")
    queued.wait_for(state="visible")
    assert replies(topic, member) == []
    reader.context.set_offline(False)
    page.locator("#p3").wait_for()
    until(lambda: replies(topic, member) == ["Envoyé dans le train"])
    expect(queued).to_be_hidden()
    expect(page.locator("#body")).to_have_value("")
    assert drafts(member) == []


def test_a_message_leaves_although_its_page_was_closed(
    world: World, device: Callable[..., Reader], topic: Topic
) -> None:
    member = world.member("fr")
    reader = device("fr", member)
    reader.expected.append(AWAY)
    page = begin(reader, topic)
    reader.context.set_offline(True)
    page.fill("#body", "Onglet fermé")
    page.locator("[data-send]").click()
    page.locator("[data-queued]").wait_for(state="visible")
    other = reader.new_page()
    page.close()
    reader.context.set_offline(False)
    reader.open("/drafts", other)
    until(lambda: replies(topic, member) == ["Onglet fermé"])
    time.sleep(1)
    assert replies(topic, member) == ["Onglet fermé"]


def test_a_message_that_waits_can_be_taken_back_and_changed(
    world: World, device: Callable[..., Reader], topic: Topic
) -> None:
    member = world.member("fr")
    reader = device("fr", member)
    reader.expected.append(AWAY)
    page = begin(reader, topic)
    reader.context.set_offline(True)
    page.fill("#body", "Première version")
    page.locator("[data-send]").click()
    page.locator("[data-take-back]").click()
    page.fill("#body", "Deuxième version")
    reader.context.set_offline(False)
    page.locator("[data-send]").click()
    until(lambda: replies(topic, member) == ["Deuxième version"])


def test_what_was_refused_stays_with_its_reason(world: World, device: Callable[..., Reader], topic: Topic) -> None:
    member = world.member("fr")
    reader = device("fr", member)
    reader.expected.append(AWAY + "|403")
    page = begin(reader, topic)
    reader.context.set_offline(True)
    page.fill("#body", "Trop tard")
    page.locator("[data-send]").click()
    page.locator("[data-queued]").wait_for(state="visible")
    page.close()
    db.session.expire_all()
    with unit_of_work():
        change_topic_state(world.demo_member("admin"), topic, "lock", "Terminé")
    reader.context.set_offline(False)
    shown = reader.open("/drafts", reader.new_page())
    item = shown.locator("[data-outbox-list] li")
    expect(item).to_contain_text("Trop tard")
    expect(item.locator("[data-state]")).to_contain_text(
        reader.words("forum rule", "This topic is closed: nothing can be added to it.")
    )
    assert replies(topic, member) == []
    item.locator("[data-drop]").click()
    expect(item).to_have_count(0)


def test_the_last_topics_can_be_read_without_network(world: World, device: Callable[..., Reader]) -> None:
    topics = [world.topic(posts=2) for _ in range(2)]
    reader = device("ar", world.member("ar"))
    reader.expected.append(AWAY)
    page = reader.open("/about")
    worker_is_ready(page)
    for topic in topics:
        reader.open(address(topic))
    becomes_true(page, "caches.open('pages').then(kept => kept.keys()).then(all => all.length === 2)")
    reader.context.set_offline(True)
    reader.open(address(topics[0]))
    expect(page.locator("h1")).to_have_text(topics[0].title)
    page.goto(f"{world.url}/ar/latest")
    links = page.locator("[data-behaviour='kept-topics'] a.title")
    expect(links).to_have_text([topics[1].title, topics[0].title])
    assert page.locator("html").get_attribute("dir") == "rtl"
    links.first.click()
    expect(page.locator("h1")).to_have_text(topics[1].title)


def test_signing_out_leaves_no_page_behind(world: World, device: Callable[..., Reader], topic: Topic) -> None:
    reader = device("fr", world.member("fr"))
    reader.expected.append(AWAY)
    page = reader.open(address(topic))
    worker_is_ready(page)
    page.reload()
    becomes_true(page, "caches.has('pages')")
    page.locator(".masthead summary").last.click()
    page.locator("form[action$='/logout'] button").click()
    page.wait_for_load_state()
    becomes_true(page, "caches.keys().then(names => !names.includes('pages'))")


def test_another_reader_on_the_device_finds_no_page_of_the_one_before(
    world: World, device: Callable[..., Reader], topic: Topic
) -> None:
    reader = device("fr", world.member("fr"))
    page = reader.open("/about")
    worker_is_ready(page)
    reader.open(address(topic))
    becomes_true(page, "caches.open('pages').then(kept => kept.keys()).then(all => all.length === 1)")
    name, _, value = world.cookie(world.member("fr")).partition("=")
    reader.context.add_cookies([{"name": name, "value": value, "url": world.url}])
    reader.open("/about")
    becomes_true(page, "caches.open('pages').then(kept => kept.keys()).then(all => all.length === 0)")


@pytest.fixture
def bad_network(world: World, request: pytest.FixtureRequest) -> Iterator[BadNetwork]:
    """50 kbit/s each way; three connections in ten break. Each run of a test has its own bad luck."""
    parts = urlsplit(world.url)
    network = BadNetwork(
        (str(parts.hostname), int(parts.port or 80)),
        50_000,
        0.3,
        len(request.node.name) + hash(request.node.callspec.params["attempt"]),
    )
    network.start()
    yield network
    network.stop()


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("attempt", [1, 2])
def test_a_post_at_50_kbit_with_losses_on_a_phone_arrives_once(
    world: World, chromium: Browser, topic: Topic, bad_network: BadNetwork, attempt: int
) -> None:
    member = world.member("fr")
    context = chromium.new_context(**PHONE, locale="fr", extra_http_headers={"Save-Data": "on"})
    name, _, value = world.cookie(member).partition("=")
    context.add_cookies([{"name": name, "value": value, "url": bad_network.url}])
    context.set_default_timeout(120_000)
    reader = Reader(context, bad_network.url, "fr")
    page = reader.page
    for _ in range(8):  # a reader on such a line reloads too
        with suppress(Error):
            page.goto(f"{bad_network.url}/fr{address(topic)}", wait_until="domcontentloaded", timeout=40_000)
            page.locator("markdown-toolbar:not([hidden])").wait_for(timeout=30_000)
            break
    body = f"Depuis un téléphone, essai {attempt}. " * 20
    page.fill("#body", body)
    bad_network.cut()
    page.locator("[data-send]").click()
    until(lambda: len(replies(topic, member)) > 0, 180)
    becomes_true(page, "document.querySelector('#body').value === ''", 180)
    time.sleep(3)
    assert replies(topic, member) == [body.strip()]
    assert bad_network.broken > 0
    numbers = db.session.scalar(select(func.count()).select_from(Post).where(Post.topic_id == topic.id))
    assert numbers == 3
    context.close()
