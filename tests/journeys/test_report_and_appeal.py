"""A message is reported, hidden with reasons in its author's language, appealed against, and shown again by another
moderator than the first (J11), in French and in Arabic: each reads the site in their own language."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import SecondFactor, User
from app.core.db import db
from app.core.events import unit_of_work
from app.forum.models import Post, Topic
from app.moderation.statements import rule
from tests.journeys.reader import Reader
from tests.journeys.world import World
from tests.support.forum import replied
from tests.support.mailbox import first_link, part

JOURNEYS = {
    "fr": (
        "ar",
        "Voici le numéro de ma voisine.",
        "C'est mon propre numéro, je le donne volontiers.",
        "Vous avez raison.",
    ),
    "ar": ("fr", "هذا رقم هاتف جارتي.", "هذا رقمي أنا وأوافق على نشره.", "معكم حق."),
}


@pytest.mark.parametrize("lang", list(JOURNEYS))
def test_from_the_report_to_the_message_shown_again(lang: str, world: World, device: Callable[..., Reader]) -> None:
    other_lang, text, objection, answer = JOURNEYS[lang]
    author = world.member(lang)
    topic = world.topic(posts=2)
    post = replied(author, topic, text, lang)
    first, second = (device(lang, _moderator(world, lang)) for _ in range(2))
    key = f"post-{post.public_id}"

    first.open("/moderation")
    reporter = device(other_lang, world.member(other_lang), phone=True)
    _report(reporter, topic, post)
    expect(first.page.locator(f"[data-case='{key}']")).to_contain_text(text)

    _hide(first, second, post, key, lang)
    letter = _letter_to(world, author.email, 1)
    assert letter["Content-Language"] == lang
    assert _words(rule("privacy", lang)) in _words(part(letter, "plain"))
    _reporter_is_told(world, reporter, other_lang)

    reader = device(lang)
    _is_shown(reader, topic, post, is_shown=False)
    _appeal(reader, letter, text, objection)

    _first_may_not_decide(first, objection)
    _uphold(second, objection, answer)
    outcome = _letter_to(world, author.email, 2)
    assert answer in part(outcome, "plain")
    _is_shown(reader, topic, post, is_shown=True)
    reader.page.goto(first_link(outcome))
    expect(reader.page.locator(".notice.good")).to_contain_text(answer)


def _moderator(world: World, lang: str) -> User:
    """A moderator who has a second step of signing in, as the role asks."""
    moderator = world.member(lang, role="moderator")
    with unit_of_work() as session:
        session.add(SecondFactor(user_id=moderator.id, secret="not used here"))
    return moderator


def _report(reporter: Reader, topic: Topic, post: Post) -> None:
    reporter.open(f"/topics/{topic.public_id}/at/{post.number}")
    reporter.page.locator(f"[data-bar='{post.public_id}'] a[href*='/report/post/']").click()
    reporter.page.wait_for_url("**/report/post/**")
    reporter.expected.append("422")  # sent without a reason first
    reporter.page.locator("main form button[type=submit]").click()
    expect(reporter.page.locator(".error").first).to_be_visible()
    reporter.page.check("input[name=reason][value=privacy]")
    reporter.page.fill("textarea[name=text]", "Un numéro de téléphone.")
    reporter.page.locator("main form button[type=submit]").click()
    reporter.page.wait_for_url("**/reports/**")


def _hide(first: Reader, second: Reader, post: Post, key: str, lang: str) -> None:
    """The other moderator sees that the first one looks at it; the statement comes in the author's language."""
    second.open("/moderation")
    case = second.page.locator(f"[data-case='{key}']")
    expect(case.locator("form.push .meta")).to_have_count(0)
    first.page.locator(f"[data-case='{key}'] form.push button").click()
    first.page.wait_for_load_state()
    expect(case.locator("form.push .meta")).to_have_count(1)
    first.page.locator(f"[data-case='{key}'] .acts > a[href*='/moderation/subjects/post/']").click()
    first.page.wait_for_url("**/moderation/subjects/**")
    statement = first.page.locator("textarea[name=statement]")
    assert statement.get_attribute("lang") == lang
    expect(statement).to_have_value(re.compile(re.escape(rule("privacy", lang))))
    first.page.select_option("select[name=reason]", "spam")
    expect(statement).to_have_value(re.compile(re.escape(rule("spam", lang))))
    first.page.select_option("select[name=reason]", "privacy")
    expect(statement).to_have_value(re.compile(re.escape(rule("privacy", lang))))
    first.page.select_option("select[name=act]", "hide")
    first.page.locator("form[data-behaviour=statement] button[type=submit]").last.click()
    first.page.wait_for_url(re.compile(r"/moderation$"))
    expect(case).to_have_count(0)
    db.session.expire_all()
    assert db.session.get_one(Post, post.id).state == "hidden_by_moderator"


def _reporter_is_told(world: World, reporter: Reader, lang: str) -> None:
    reporter.page.reload()
    expect(reporter.page.locator("main .notice.good[role=status]").last).to_be_visible()
    address = urlsplit(reporter.page.url).path.rsplit("/", 1)[1]
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if any(
            address in part(letter, "plain") and letter["Content-Language"] == lang for letter in world.mailbox.messages
        ):
            return
        time.sleep(0.1)
    raise AssertionError("the reporter was told nothing")


def _appeal(reader: Reader, letter: EmailMessage, text: str, objection: str) -> None:
    """By the link of the mail, without signing in."""
    page = reader.page
    page.goto(first_link(letter))
    expect(page.locator("blockquote")).to_contain_text(text)
    page.fill("textarea[name=text]", objection)
    page.locator("form[action$='/appeal'] button[type=submit]").click()
    expect(page.locator("blockquote").last).to_contain_text(objection)
    expect(page.locator("textarea[name=text]")).to_have_count(0)


def _open_appeal(reader: Reader, objection: str) -> Page:
    page = reader.open("/moderation/appeals")
    page.locator(".report-item", has_text=objection).locator("h2 a").click()
    page.wait_for_url("**/moderation/appeals/*")
    return page


def _first_may_not_decide(first: Reader, objection: str) -> None:
    page = _open_appeal(first, objection)
    expect(page.locator("blockquote").first).to_contain_text(objection)
    expect(page.locator("input[name=outcome]")).to_have_count(0)


def _uphold(second: Reader, objection: str, answer: str) -> None:
    page = _open_appeal(second, objection)
    page.check("input[name=outcome][value=uphold]")
    page.fill("textarea[name=answer]", answer)
    page.locator("form.panel button[type=submit]").click()
    page.wait_for_url("**/moderation/appeals")


def _is_shown(reader: Reader, topic: Topic, post: Post, *, is_shown: bool) -> None:
    reader.open(f"/topics/{topic.public_id}/at/{post.number}")
    place = reader.page.locator(f"#p{post.number}")
    expect(place).to_be_visible()
    assert ("gone" in (place.get_attribute("class") or "")) is not is_shown


def _letter_to(world: World, email: str | None, number: int) -> EmailMessage:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        letters = [letter for letter in world.mailbox.messages if email and email in letter["To"]]
        if len(letters) >= number:
            return letters[number - 1]
        time.sleep(0.1)
    raise AssertionError(f"no mail to {email} came")


def _words(text: str) -> str:
    return " ".join(text.split())
