"""Writing in a real browser: files by button and by drop; names completed by keyboard; a poll that follows votes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.core.events import unit_of_work
from app.forum.models import Post
from app.forum.polls.drafts import PollDraft
from app.forum.polls.services import put_poll
from tests.journeys.reader import Reader
from tests.journeys.world import World, address

ALT = "Une plage"
DROP = """([css, name, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  const target = document.querySelector(css);
  target.dispatchEvent(new DragEvent("dragover", { dataTransfer: carried, bubbles: true, cancelable: true }));
  target.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def picture(colour: str = "teal") -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (700, 350), colour).save(drawn, "PNG")
    return drawn.getvalue()


def _ready(page: Page) -> None:
    """The composer's script is at work."""
    expect(page.locator("markdown-toolbar")).to_be_visible()


def _describe(page: Page, place: int, words: str) -> None:
    page.locator("[data-file] input[required]").nth(place).fill(words)


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_files_by_button_and_by_drop_go_with_the_reply(lang: str, world: World, device: Callable[..., Reader]) -> None:
    topic = world.topic()
    reader = device(lang, world.member(lang))
    page = reader.open(address(topic))
    reader.join_live()
    _ready(page)
    page.set_input_files("#upload", {"name": "plage.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator("[data-file]")).to_have_count(1)
    page.evaluate(DROP, [".composer", "phare.png", list(picture("red"))])
    expect(page.locator("[data-file]")).to_have_count(2)
    page.evaluate(DROP, [".composer", "autre.png", list(picture("blue"))])
    expect(page.locator("[data-file]")).to_have_count(3)
    page.locator("[data-drop-file]").nth(2).click()
    expect(page.locator("[data-file]")).to_have_count(2)
    _describe(page, 0, ALT)
    _describe(page, 1, "Un phare")
    page.fill("#body", "Voici. ")
    page.locator("[data-place-file]").first.click()
    page.locator("[data-send]").click()
    shown = page.locator(f'.post img[alt="{ALT}"]')
    expect(shown).to_be_visible()
    expect(page.locator('.file-pictures img[alt="Un phare"]')).to_be_visible()
    assert shown.evaluate("image => image.complete || image.decode().then(() => true)")
    assert shown.evaluate("image => image.naturalWidth") > 0
    expect(page.locator("[data-file]")).to_have_count(0)


def test_an_image_without_words_is_asked_for_them_and_nothing_is_lost(
    world: World, device: Callable[..., Reader]
) -> None:
    topic = world.topic()
    reader = device("fr", world.member())
    reader.expected = ["status of 422"]  # the refusal
    page = reader.open(address(topic))
    _ready(page)
    page.set_input_files("#upload", {"name": "plage.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator("[data-file]")).to_have_count(1)
    page.fill("#body", "Voici.")
    with page.expect_navigation():
        page.locator("[data-send]").click()
    expect(page.locator("[data-file] .error")).to_be_visible()
    assert page.input_value("#body") == "Voici."
    _describe(page, 0, ALT)
    with page.expect_navigation():
        page.locator("[data-send]").click()
    expect(page.locator(f'.post img[alt="{ALT}"]')).to_be_visible()


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_names_are_completed_by_keyboard(lang: str, world: World, device: Callable[..., Reader]) -> None:
    author = world.member(display_name="Zénobie Lens")
    topic = world.topic(author)
    reader = device(lang, world.member(lang))
    page = reader.open(address(topic))
    _ready(page)
    page.focus("#body")
    page.keyboard.type(f"Merci @{author.handle[:6]}")
    chosen = page.locator(".completions:not(.suggestions) [aria-selected=true]")
    expect(chosen).to_contain_text(author.handle)
    page.keyboard.press("Enter")
    assert page.input_value("#body").startswith(f"Merci @{author.handle}")
    page.keyboard.type(" :thumbsu")
    expect(chosen).to_contain_text("👍")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(".completions:not(.suggestions)")).to_have_count(0)
    page.keyboard.type("p et :thumbsu")
    expect(chosen).to_be_visible()
    page.keyboard.press("Tab")
    assert page.input_value("#body").endswith(":thumbsup et :thumbsup: ")


def _asked(world: World) -> tuple[Post, str]:
    topic = world.topic()
    post = world_post(topic.id)
    with unit_of_work():
        put_poll(topic.author, post, PollDraft("Quel mois ?", ("Mai", "Juin")))
    return post, address(topic)


def world_post(topic_id: int) -> Post:
    from app.core.db import db

    return db.session.query(Post).filter_by(topic_id=topic_id, number=1).one()


def test_a_vote_is_seen_by_others_without_reloading(world: World, device: Callable[..., Reader]) -> None:
    _post, url = _asked(world)
    voter, watcher = device("fr", world.member()), device("ar", world.member("ar"))
    page, other = voter.open(url), watcher.open(url)
    watcher.join_live()
    expect(other.locator("meter").first).to_have_js_property("value", 0)
    page.locator(".poll input[name=option]").first.check()
    page.locator(".poll form button").first.click()
    expect(page.locator("meter").first).to_have_js_property("value", 100)
    expect(other.locator("meter").first).to_have_js_property("value", 100)
    page.locator('.poll button[name="take_back"]').click()
    expect(other.locator("meter").first).to_have_js_property("value", 0)


def test_a_vote_without_a_script(world: World, device: Callable[..., Reader]) -> None:
    _post, url = _asked(world)
    page = device("fr", world.member(), scripts=False).open(url)
    page.locator(".poll input[name=option]").nth(1).check()
    with page.expect_navigation():
        page.locator(".poll form button").first.click()
    expect(page.locator(".poll meter").nth(1)).to_have_attribute("value", "100")


def test_similar_topics_show_while_the_title_is_typed(world: World, device: Callable[..., Reader]) -> None:
    reader = device("fr", world.member())
    page = reader.open("/categories/retour/new-topic")
    page.locator("#title").press_sequentially("logement", delay=10)
    expect(page.locator(".similar a").first).to_be_visible()
