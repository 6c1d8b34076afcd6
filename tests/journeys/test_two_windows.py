"""One text in two windows and on two devices: nothing typed is lost, and both texts are shown where they part."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.forum.drafting.models import Draft
from app.forum.models import Topic
from tests.journeys.reader import Reader
from tests.journeys.world import World, address


def drafts(member: User) -> list[str]:
    db.session.expire_all()
    query = select(Draft).where(Draft.user_id == member.id).order_by(Draft.id)
    return [draft.first("body") for draft in db.session.scalars(query)]


def until_kept(member: User, *texts: str) -> None:
    end = time.monotonic() + 15
    while drafts(member) != list(texts):
        assert time.monotonic() < end, drafts(member)
        time.sleep(0.2)


def write(page: Page, text: str) -> None:
    page.locator("markdown-toolbar:not([hidden])").wait_for()
    page.locator("#body").press_sequentially(text, delay=5)


@pytest.fixture
def topic(world: World) -> Topic:
    return world.topic(posts=2)


def test_a_text_begun_here_is_finished_there(world: World, device: Callable[..., Reader], topic: Topic) -> None:
    member = world.member("fr")
    desk, phone = device("fr", member), device("fr", member, phone=True)
    write(desk.open(address(topic)), "Commencé au bureau")
    until_kept(member, "Commencé au bureau")
    expect(desk.page.locator(".composer [data-state]")).to_contain_text(re.compile(r"\d\d:\d\d"))
    page = phone.open("/drafts")
    expect(page.locator("main")).to_contain_text("Commencé au bureau")
    phone.link("draft", "Continue").click()
    expect(page.locator("#body")).to_have_value("Commencé au bureau")
    page.locator("#body").press("End")
    write(page, ", fini au téléphone")
    page.locator("[data-send]").click()
    page.locator("#p3").wait_for()
    assert drafts(member) == []
    desk.open(address(topic))
    expect(desk.page.locator("#body")).to_have_value("")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_two_windows_that_part_show_both_texts(
    world: World, device: Callable[..., Reader], topic: Topic, lang: str
) -> None:
    member = world.member(lang)
    reader, other = device(lang, member), device(lang, member)
    reader.expected.append("409")
    other.expected.append("409")
    one, two = reader.open(address(topic)), other.open(address(topic))
    write(one, "Texte de la première fenêtre")
    until_kept(member, "Texte de la première fenêtre")
    write(two, "Texte de la seconde")
    two.locator("[data-parted]").wait_for(state="visible")
    assert drafts(member) == ["Texte de la première fenêtre"]
    other.button("draft", "See both texts").click()
    expect(two.locator(".version").first).to_contain_text("Texte de la seconde")
    expect(two.locator(".version").last).to_contain_text("Texte de la première fenêtre")
    other.button("draft", "Keep this text and go on writing").click()
    both = "Texte de la seconde\n\nTexte de la première fenêtre"
    expect(two.locator("#body")).to_have_value(both)
    until_kept(member, both)
    two.locator("#body").press("Control+End")
    write(two, " ensemble")
    until_kept(member, f"{both} ensemble")


def test_what_was_typed_offline_comes_back_and_meets_what_changed(
    world: World, device: Callable[..., Reader], topic: Topic
) -> None:
    member = world.member("fr")
    train, desk = device("fr", member), device("fr", member)
    train.expected.append("409|ERR_INTERNET_DISCONNECTED|WebSocket")
    write(train.open(address(topic)), "Au départ")
    until_kept(member, "Au départ")
    train.context.set_offline(True)
    train.page.locator("#body").press("End")
    write(train.page, ", puis dans le tunnel")
    time.sleep(1)
    kept = train.context.storage_state()  # the battery is empty: this is what the device has when it wakes up
    page = desk.open(address(topic))
    page.locator("#body").press("End")
    write(page, ", puis au bureau")
    until_kept(member, "Au départ, puis au bureau")
    awake = device("fr", member, storage_state=kept)
    awake.expected.append("409")
    again = awake.open(address(topic))
    expect(again.locator("#body")).to_have_value("Au départ, puis dans le tunnel")
    again.locator("[data-parted]").wait_for(state="visible")
    awake.button("draft", "See both texts").click()
    expect(again.locator(".versions")).to_contain_text("puis dans le tunnel")
    expect(again.locator(".versions")).to_contain_text("puis au bureau")
    awake.button("draft", "Keep both as two drafts").click()
    again.wait_for_url("**/drafts")
    until_kept(member, "Au départ, puis au bureau", "Au départ, puis dans le tunnel")


def test_a_new_topic_is_kept_with_all_its_fields(world: World, device: Callable[..., Reader]) -> None:
    member = world.member("fr")
    reader = device("fr", member)
    page = reader.open("/categories/retour/new-topic")
    page.locator("markdown-toolbar:not([hidden])").wait_for()
    page.fill("#title", "Un titre à garder")
    page.check("input[name=kind][value=question]")
    write(page, "Où dormir ?")
    until_kept(member, "Où dormir ?")
    page.close()
    again = reader.open("/categories/retour/new-topic", reader.new_page())
    expect(again.locator("#title")).to_have_value("Un titre à garder")
    expect(again.locator("input[name=kind][value=question]")).to_be_checked()
    expect(again.locator("#body")).to_have_value("Où dormir ?")


def test_a_message_is_left_for_later_without_leaving_the_composer(
    world: World, device: Callable[..., Reader], topic: Topic
) -> None:
    member = world.member("fr")
    reader = device("fr", member)
    page = reader.open(address(topic))
    write(page, "Pour demain")
    page.locator(".later > summary").click()
    reader.button("draft", "Publish at this time").click()
    expect(page.locator("#later_day-error")).to_be_visible()
    expect(page.locator("#body")).to_have_value("Pour demain")
    reader.expected.append("422")
    page.fill("#later_day", time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86400)))
    page.fill("#later_time", "10:30")
    reader.button("draft", "Publish at this time").click()
    page.wait_for_url("**/drafts")
    expect(page.locator("#scheduled-title")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Europe/Paris")
    reader.open(address(topic))
    expect(page.locator("#body")).to_have_value("")
    reader.open("/drafts")
    reader.button("draft", "Do not publish it by itself").click()
    expect(page.locator("#drafts-title")).to_be_visible()


def test_a_shared_computer_keeps_nothing(world: World, device: Callable[..., Reader], topic: Topic) -> None:
    member = world.member("fr")
    reader = device("fr")
    name, _, value = world.cookie(member, is_shared_device=True).partition("=")
    reader.context.add_cookies([{"name": name, "value": value, "url": world.url}])
    page = reader.open(address(topic))
    write(page, "Sur un ordinateur partagé")
    until_kept(member, "Sur un ordinateur partagé")
    kept = (
        "Object.keys(localStorage).concat(document.documentElement.hasAttribute('data-shared') ? [] : ['not shared'])"
    )
    assert page.evaluate(kept) == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    assert page.evaluate("caches.keys()") == []
