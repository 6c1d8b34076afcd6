"""The pages in a real browser: they follow what happens and never move what is being read."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.accounts.models import User
from app.core.events import unit_of_work
from app.core.markdown import render
from app.forum import services
from app.forum.drafts import PostDraft
from app.forum.models import Post, Topic
from tests.factories import PostFactory, TopicFactory, UserFactory
from tests.live.servers import AsgiServer
from tests.support.running import running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # The system's browser, which `make services` installs; as root it has no sandbox of its own.
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def served(app: Flask) -> Iterator[AsgiServer]:
    with running(AsgiServer(app)) as server:
        yield server


@pytest.fixture
def topic(app: Flask) -> Topic:
    topic = TopicFactory()
    for number in range(8):
        PostFactory(topic=topic, client_token=f"t{number}", body="Un long message. " * 60)
    return topic


@pytest.fixture
def visit(chromium: Browser, served: AsgiServer, sign_in: Any) -> Iterator[Callable[..., Page]]:
    """Open a page as a visitor or as a member; it must log no error."""
    contexts = []
    errors: list[str] = []

    def open_page(path: str, member: User | None = None) -> Page:
        context = chromium.new_context(viewport={"width": 900, "height": 600})
        contexts.append(context)
        if member:
            name, _, value = sign_in(member)["Cookie"].partition("=")
            context.add_cookies([{"name": name, "value": value, "url": served.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(served.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def write(actor: User) -> Callable[[Topic, str], Post]:
    def reply(topic: Topic, text: str) -> Post:
        with unit_of_work():
            return services.reply(actor, topic, PostDraft(text, render(text), "fr", client_token=text))

    return reply


def joined(served: AsgiServer, page: Page, room: str, count: int = 1) -> None:
    """Wait until so many pages follow the room."""
    for _ in range(200):
        if len(served.hub.roster.in_room(room)) >= count:
            return
        page.wait_for_timeout(25)
    pytest.fail(f"nobody follows {room}")


@pytest.mark.parametrize(("lang", "words"), [("en", "2 new messages"), ("ar", "رسالتان جديدتان")])
def test_a_pill_announces_and_nothing_moves(
    visit: Any, served: AsgiServer, topic: Topic, write: Any, lang: str, words: str
) -> None:
    page = visit(f"/{lang}/topics/{topic.public_id}/at/4")
    joined(served, page, f"topic:{topic.id}")
    page.locator("#p4").scroll_into_view_if_needed()
    before = page.locator("#p4").bounding_box()
    write(topic, "Premier")
    write(topic, "Second")
    pill = page.locator("[data-live-pill]")
    expect(pill).to_contain_text(words)
    assert page.locator("#p4").bounding_box() == before
    pill.click()
    expect(page.locator("#p9")).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_what_changes_above_does_not_move_what_is_read(
    visit: Any, served: AsgiServer, topic: Topic, write: Any
) -> None:
    first = write(topic, "Texte court")
    for number in range(4):
        write(topic, f"Suite {number} " * 80)
    page = visit(f"/fr/topics/{topic.public_id}/at/12")
    joined(served, page, f"topic:{topic.id}")
    page.locator("#p12").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#p12').scrollIntoView({block: 'center', behavior: 'instant'})")
    before = page.locator("#p12").bounding_box()
    with unit_of_work():
        long = "Un texte devenu long. " * 120
        services.edit_post(first.author, first, PostDraft(long, render(long), "fr", client_token="edit"), 0)
    expect(page.locator("#p9")).to_contain_text("devenu long")
    after = page.locator("#p12").bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2


def test_members_see_who_reads_and_who_writes(visit: Any, served: AsgiServer, topic: Topic) -> None:
    awa, linh = UserFactory(display_name="Awa", ui_lang="en"), UserFactory(display_name="Linh", name_lang="vi")
    path = f"/en/topics/{topic.public_id}"
    here, there = visit(path, awa), visit(path, linh)
    joined(served, here, f"topic:{topic.id}", 2)
    expect(here.locator("[data-live-presence]")).to_contain_text("2 members are reading this topic")
    expect(here.locator("[data-live-presence] bdi[lang=vi]")).to_have_text("Linh")
    there.locator("textarea[data-typing]").type("Bon")
    expect(here.locator("[data-live-typing]")).to_contain_text("Linh is writing a reply…")
    there.close()
    expect(here.locator("[data-live-presence]")).to_contain_text("1 member is reading this topic")


def test_a_lost_connection_is_said_and_caught_up(visit: Any, served: AsgiServer, topic: Topic, write: Any) -> None:
    page = visit(f"/en/topics/{topic.public_id}")
    joined(served, page, f"topic:{topic.id}")
    page.context.set_offline(True)
    for follower in served.hub.roster.in_room(f"topic:{topic.id}"):  # none where the browser was quicker
        served.hub.socketio.server.disconnect(follower.sid)
    banner = page.locator("[data-behaviour=live-link]")
    expect(banner).to_be_visible(timeout=15_000)
    write(topic, "Pendant l'absence")
    page.context.set_offline(False)
    banner.get_by_role("link").click()
    expect(page.locator("#p9")).to_contain_text("Pendant l'absence")
    expect(banner).to_be_hidden()


def test_a_list_shows_the_topic_that_moved(visit: Any, served: AsgiServer, topic: Topic, write: Any) -> None:
    member = UserFactory()
    page = visit("/en/latest", member)
    joined(served, page, f"space:{topic.category.space_id}")
    write(topic, "Nouveau")
    row = page.locator(f'[data-topic="{topic.public_id}"]')
    expect(row.locator(".topic-count")).to_contain_text("8 replies")
    expect(row).to_have_class("topic unread")
