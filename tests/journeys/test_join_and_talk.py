"""The way of a newcomer, in French and in Arabic: join by mail, ask, be answered live, find it again, leave."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from app.accounts.models import User
from app.core.db import db
from tests.journeys.catalogue import words
from tests.journeys.reader import Reader
from tests.journeys.world import PASSWORD, World
from tests.support.mailbox import first_link, part

JOURNEYS = {
    "fr": (
        "en",
        "Jeanne Delattre",
        "Comment garder le contact avec la région ?",
        "Je vis à Leeds depuis deux ans. Qui connaît une association de gens du Nord près de chez moi ? Merci.",
        "There is a group in Sheffield, with a **quizzaciously** good monthly lunch. Come and join us on Sunday.",
        "quizzaciously",
    ),
    "ar": (
        "fr",
        "سلمى بناني",
        "كيف أبقى على صلة بالمنطقة؟",
        "أسكن في آسفي منذ سنتين وأبحث عن جمعية تجمع أبناء الشمال في المدينة. شكرا جزيلا لكم جميعا على المساعدة.",
        "Il y a un groupe à Safi, avec un déjeuner **abracadabrantesquement** bon chaque mois. Venez dimanche.",
        "abracadabrantesquement",
    ),
}


@pytest.mark.parametrize("lang", list(JOURNEYS))
def test_from_the_first_visit_to_signing_out_everywhere(lang: str, world: World, device: Callable[..., Reader]) -> None:
    other_lang, name, title, question, answer, rare = JOURNEYS[lang]
    email = f"newcomer-{lang}@example.org"
    asker = device(lang)
    _join(asker, world, email, name)
    asker.sign_in(email, PASSWORD)

    _ask(asker, title, question)
    path = urlsplit(asker.page.url).path.removeprefix(f"/{lang}")
    asker.join_live()

    other = device(other_lang, world.member(other_lang), phone=True)
    other.open(path)
    other.join_live()
    _answer(other, answer)
    _see_it_come(asker, rare)
    _accept(asker, other)
    _find(other, rare)
    _leave_everywhere(asker, world, email, device)


def _join(asker: Reader, world: World, email: str, name: str) -> None:
    asker.page.goto(world.url)
    assert urlsplit(asker.page.url).path == f"/{asker.lang}/"
    assert asker.page.locator("html").get_attribute("dir") == ("rtl" if asker.lang == "ar" else "ltr")
    asker.link("shell", "Join", asker.page.locator(".masthead")).click()
    asker.page.fill("#display_name", name)
    asker.page.fill("#email", email)
    asker.page.fill("#password", PASSWORD)
    asker.page.check("#is_old_enough")
    asker.button("account", "Create my account").click()
    asker.page.wait_for_url("**/register/sent")

    letter = _letter_to(world, email)
    assert letter["Content-Language"] == asker.lang
    assert name in part(letter, "plain")
    assert f'lang="{asker.lang}"' in part(letter, "html")
    asker.page.goto(first_link(letter))
    asker.page.wait_for_url("**/login**")


def _letter_to(world: World, email: str) -> EmailMessage:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        for letter in world.mailbox.messages:
            if email in letter["To"]:
                return letter
        time.sleep(0.1)
    raise AssertionError(f"no mail to {email} came")


def _ask(asker: Reader, title: str, question: str) -> None:
    asker.open("/categories/retour")
    asker.link("forum", "New topic").click()
    asker.page.fill("#title", title)
    asker.page.check("input[name=kind][value=question]")
    asker.page.fill("#body", question)
    asker.button("composer", "Publish the topic").click()
    asker.page.wait_for_url("**/topics/**")
    assert asker.page.locator("h1").inner_text() == title


def _answer(other: Reader, answer: str) -> None:
    other.page.fill("#body", answer)
    other.button("composer", "Publish").click()
    other.page.locator("#p2").wait_for()


def _see_it_come(asker: Reader, rare: str) -> None:
    """The answer stands in the page, which was not loaded again, and its bytes are those of the page."""
    asker.page.locator("#p2 strong", has_text=rare).wait_for()
    (came,) = [packet["data"]["posts"][0]["html"] for packet in asker.pushed("post")]
    page = asker.context.request.get(asker.page.url).text()
    assert came in page
    assert rare in came


def _accept(asker: Reader, other: Reader) -> None:
    asker.button("forum", "Accept this answer").click()
    for reader in (asker, other):
        reader.page.locator("#p2.kept").wait_for()
        solved = reader.page.locator("#topic-head").get_by_text(reader.words("forum", "Solved"), exact=True)
        solved.wait_for()


def _find(reader: Reader, rare: str) -> None:
    end = time.monotonic() + 5
    found = False
    while not found and time.monotonic() < end:
        reader.open(f"/search?q={rare}")
        found = reader.page.locator("main mark", has_text=rare).count() > 0
    assert found, "not in the search within five seconds"


def _leave_everywhere(asker: Reader, world: World, email: str, device: Callable[..., Reader]) -> None:
    db.session.expire_all()
    member = db.session.query(User).filter_by(email=email).one()
    second = device(asker.lang, member)
    second.open("/account/")
    asker.open("/account/sessions")
    asker.button("account", "Sign out everywhere").click()
    asker.page.wait_for_load_state()
    for reader in (asker, second):
        reader.open("/")
        assert reader.page.get_by_role("link", name=words(asker.lang, "shell", "Sign in"), exact=True).count() == 1
        assert reader.context.request.get(f"{world.url}/{asker.lang}/account/", max_redirects=0).status == 302
