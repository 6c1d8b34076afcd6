"""A slow line and no scripts: reading, writing and finding all work, and a topic's page stays light."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator

from app.accounts.models import User
from tests.journeys.reader import Reader, number_of_posts
from tests.journeys.world import PASSWORD, World, address

PAGE_LIMIT = 150_000
WORDS = {
    "fr": ("Réponse sans script, avec le mot galimatias.", "galimatias"),
    "ar": ("جواب بلا نصوص برمجية وفيه كلمة فسيفساء.", "فسيفساء"),
}


@pytest.fixture
def someone(world: World) -> User:
    return world.member(password=PASSWORD)


@pytest.mark.parametrize("lang", list(WORDS))
def test_reads_signs_in_replies_quotes_reacts_edits_withdraws_pages_and_searches(
    lang: str, world: World, someone: User, device: Callable[..., Reader]
) -> None:
    text, rare = WORDS[lang]
    topic = world.topic(posts=21)
    reader = device(lang, scripts=False, phone=True)
    reader.open(address(topic))
    assert number_of_posts(reader.page) == 20
    reader.page.locator("nav.pages a[rel=next]").click()
    assert number_of_posts(reader.page) == 1

    reader.sign_in(someone.email, PASSWORD)
    last = f"/topics/{topic.public_id}/last"
    reader.open(last)
    _reply(reader, text)
    assert reader.page.locator("#p22 .words").inner_text() == text

    _react(reader, _item(reader, 21))
    _quote(reader, _item(reader, 21), lang)
    _edit(reader, _item(reader, 22))
    _find(reader, rare)
    reader.open(last)
    _withdraw(reader, _item(reader, 23))
    assert "data-live-posts" in reader.page.content()


def _item(reader: Reader, number: int) -> Locator:
    return reader.page.locator(f".post-item:has(#p{number})")


def _reply(reader: Reader, text: str) -> None:
    reader.page.fill("#body", text)
    reader.button("composer", "Publish").click()


def _react(reader: Reader, item: Locator) -> None:
    item.locator("details:has(summary .icon)").first.locator("summary").click()
    thanks = item.locator("details .reaction[data-code=thanks]")
    thanks.click()
    shown = item.locator("[data-reaction=thanks]")
    assert shown.locator(".number").inner_text() == "1"
    assert shown.get_attribute("aria-pressed") == "true"


def _quote(reader: Reader, item: Locator, lang: str) -> None:
    reader.link("forum", "Quote", item).click()
    begun = reader.page.input_value("#body")
    assert begun.startswith("> [post:")
    reader.page.fill("#body", f"{begun}\n\n{WORDS[lang][0]}")
    reader.button("composer", "Publish").click()
    quoted = _item(reader, 23).locator("blockquote")
    quoted.wait_for()
    assert quoted.locator("cite a").count() == 1


def _edit(reader: Reader, item: Locator) -> None:
    reader.link("forum", "Edit", item).click()
    assert reader.page.locator("#two-texts").count() == 0, "nobody else edited it"
    body = reader.page.input_value("#body")
    reader.page.fill("#body", f"{body}\n\nUn ajout.")
    reader.button("composer", "Save the changes").click()
    assert "Un ajout." in _item(reader, 22).inner_text()


def _find(reader: Reader, rare: str) -> None:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        reader.open("/")
        reader.page.locator(".masthead-tools a[href$='/search']").click()
        reader.page.fill("main input[type=search]", rare)
        reader.page.locator("main form[role=search] button[type=submit]").click()
        if reader.page.locator("main mark", has_text=rare).count():
            return
    raise AssertionError("not in the search within five seconds")


def _withdraw(reader: Reader, item: Locator) -> None:
    item.locator("details", has=reader.page.locator("[data-act=withdraw]")).locator("summary").click()
    reader.button("forum", "Withdraw this message", item).click()
    assert reader.page.locator("#p23.gone").count() == 1


@pytest.mark.parametrize("lang", list(WORDS))
@pytest.mark.parametrize("scripts", [False, True])
def test_a_full_page_of_a_topic_weighs_less_than_the_limit(
    scripts: bool, lang: str, world: World, device: Callable[..., Reader]
) -> None:
    topic = world.topic(body=WORDS[lang][0], lang=lang)
    for _ in range(19):
        world.reply(topic.author, topic, "\n\n".join([WORDS[lang][0]] * 6), lang)
    reader = device(lang, world.member(lang), scripts=scripts, phone=True)
    reader.open(address(topic))
    if scripts:
        reader.join_live()
    reader.page.wait_for_load_state("networkidle")
    shown = {url for url in reader.requests if urlsplit(url).path not in {"/socket.io/", "/sw.js"}}
    weights = {url: _size(reader, url) for url in shown - reader.kept_ahead}
    assert sum(weights.values()) < PAGE_LIMIT, weights


def _size(reader: Reader, url: str) -> int:
    """Bytes of an answer, compressed as a browser is sent it."""
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in reader.context.cookies())
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip", "Cookie": cookies})
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())
