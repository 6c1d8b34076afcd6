"""From an empty platform to its first topic, by keyboard alone: in French with scripts, in Arabic without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from app import create_app
from app.config import Settings
from app.core.first_token import first_token
from app.operating.preparing import release
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.keyboard import press, tab_to, write
from tests.journeys.reader import Reader
from tests.live.servers import AsgiServer
from tests.support.databases import sqlite_template
from tests.support.running import running

PASSWORD = "une phrase assez longue pour ouvrir"
SAID = {
    "fr": ("Forum du Delta", "Bienvenue à toutes et à tous", "Le forum est ouvert."),
    "ar": ("منتدى الدلتا", "مرحبا بالجميع", "المنتدى مفتوح."),
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """A platform as it is just after installation, and where it is served."""
    sqlite_template(tmp_path)
    app = create_app(Settings(var=tmp_path, secret_key="a first run", rate_limits=False, inline_jobs=False))
    with running(AsgiServer(app)) as server, app.app_context():
        yield app, server.url
        release(app)


@pytest.mark.parametrize(("lang", "scripts"), [("fr", True), ("ar", False)])
def test_from_nothing_to_the_first_topic(lang: str, scripts: bool, empty: tuple[Flask, str], chromium: Browser) -> None:
    app, url = empty
    context = chromium.new_context(locale=lang, java_script_enabled=scripts, **(DESKTOP if scripts else PHONE))
    reader = Reader(context, url, lang)
    page = reader.page
    reader.expected.append("422")  # sent without an address first
    _give_the_token(reader, first_token(app.extensions["settings"]))
    _set_up(page, lang)
    _turn_on_the_second_step(page)
    expect(page.locator(".checks .todo").first).to_be_visible()
    _open_a_topic(reader)
    context.close()
    assert reader.outside() == []
    assert reader.unexpected() == []


def _give_the_token(reader: Reader, token: str) -> None:
    """The page of the first run asks for the token of the console."""
    page = reader.open("/first-run")
    assert page.url.endswith("/first-run/token")
    write(page, "#token", token)
    page.keyboard.press("Enter")
    page.wait_for_url("**/first-run")


def _set_up(page: Page, lang: str) -> None:
    write(page, "#site_name", SAID[lang][0])
    write(page, "#operator", SAID[lang][0])
    write(page, "#territory", "Delta")
    tab_to(page, "input[name=template]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=template][value=twinning]")).to_be_checked()
    write(page, "#admin_name", "Thu")
    write(page, "#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".notice.bad a[href='#email']")).to_be_visible()
    assert page.input_value("#site_name") == SAID[lang][0]
    write(page, "#email", "thu@example.org")
    write(page, "#password", PASSWORD)
    press(page, ".form-end button")
    page.wait_for_url("**/account/second-factor")


def _turn_on_the_second_step(page: Page) -> None:
    key = page.locator("main .meta code").inner_text()
    write(page, "#code", TOTP(key=key).generate().token)
    page.keyboard.press("Enter")
    expect(page.locator("ol.codes li")).to_have_count(10)
    press(page, "main a.button")
    page.wait_for_url("**/administration/")


def _open_a_topic(reader: Reader) -> None:
    _, title, text = SAID[reader.lang]
    page = reader.open("/spaces")
    press(page, "main .category a.title, main .topics a.title")
    page.wait_for_url("**/categories/*")
    expect(page.locator("main .empty")).to_be_visible()
    press(page, "main a[href$='/new-topic']")
    page.wait_for_url("**/new-topic")
    write(page, "#title", title)
    write(page, "#body", text)
    press(page, "[data-send]")
    page.wait_for_url("**/topics/**")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#p1 .words")).to_have_text(text)
