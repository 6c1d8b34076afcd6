"""By keyboard alone, with scripts and without: a vote, a decision in the queue, the order of categories."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import SecondFactor, User
from app.core.db import db
from app.core.events import unit_of_work
from app.forum.models import Post, Space
from app.forum.polls.drafts import PollDraft
from app.forum.polls.services import put_poll
from tests.journeys.keyboard import focused, press, tab_to
from tests.journeys.reader import Reader
from tests.journeys.world import World, address
from tests.support.moderation import reported

WAYS = pytest.mark.parametrize(("lang", "scripts"), [("fr", True), ("ar", False)])


def _trusted(world: World, lang: str, role: str) -> User:
    """A member with a role and the second step that it asks for."""
    member = world.member(lang, role=role)
    with unit_of_work() as session:
        session.add(SecondFactor(user_id=member.id, secret="not used here"))
    return member


@WAYS
def test_a_vote(lang: str, scripts: bool, world: World, device: Callable[..., Reader]) -> None:
    topic = world.topic()
    post = db.session.scalars(select(Post).where(Post.topic_id == topic.id)).one()
    with unit_of_work():
        put_poll(topic.author, post, PollDraft("Quel mois ?", ("Mai", "Juin")))
    page = device(lang, world.member(lang), scripts=scripts).open(address(topic))
    tab_to(page, ".poll input[name=option]")
    page.keyboard.press("ArrowDown")
    press(page, ".poll form button")
    expect(page.locator(".poll meter").nth(1)).to_have_attribute("value", "100")
    press(page, ".poll button[name=take_back]")
    expect(page.locator(".poll meter").nth(1)).to_have_attribute("value", "0")


@WAYS
def test_a_decision_in_the_queue(lang: str, scripts: bool, world: World, device: Callable[..., Reader]) -> None:
    topic = world.topic()
    post = db.session.scalars(select(Post).where(Post.topic_id == topic.id)).one()
    reported(world.member(), post, "minor_safety")
    page = device(lang, _trusted(world, lang, "moderator"), scripts=scripts).open("/moderation")
    case = f"[data-case='post-{post.public_id}']"
    tab_to(page, f"{case} button[value=dismiss]")
    page.keyboard.press("Enter")
    expect(page.locator(case)).to_have_count(0)
    assert page.url.endswith("/moderation")


@WAYS
def test_the_order_of_categories(lang: str, scripts: bool, world: World, device: Callable[..., Reader]) -> None:
    slugs = [
        shelf.slug for shelf in db.session.scalars(select(Space).where(Space.slug == "nordistes")).one().categories
    ]
    page = device(lang, _trusted(world, lang, "administrator"), scripts=scripts).open("/administration/spaces")
    shown = page.locator("#nordistes ol.within > li h3 a")
    order = "[...document.querySelectorAll('#nordistes ol.within > li')].map(row => row.dataset.slug)"
    down = f"#nordistes button[name=down][value='{slugs[0]}']"
    page.locator("#nordistes h2 a").focus()
    press(page, down)
    page.wait_for_function(f"{order}[1] === '{slugs[0]}'")
    expect(shown).to_have_count(len(slugs))
    if scripts:
        assert focused(page, down)
    tab_to(page, f"#nordistes button[name=up][value='{slugs[0]}']", "Shift+Tab" if scripts else "Tab")
    page.keyboard.press("Space")
    page.wait_for_function(f"{order}[0] === '{slugs[0]}'")
    page.reload()
    assert page.evaluate(order) == slugs
