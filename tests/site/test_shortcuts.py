"""The page of keyboard shortcuts, without scripts: what is there, and the switch."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.site.shortcuts import GROUPS
from tests.support.html import Page, words


def test_the_page_names_every_key(client: FlaskClient) -> None:
    page = Page(client.get("/en/shortcuts").text)
    keys = [words(key) for key in page.all("kbd")]
    assert keys == [key for _title, shortcuts in GROUPS for one in shortcuts for key in one.keys]
    assert {"j", "k", "r", "b", "e", "n", "p", "g", "h", "l", "/", "?"} == set(keys)
    assert len({words(text) for text in page.all("dd")}) == 11


def test_single_keys_are_switched_off_and_on(client: FlaskClient) -> None:
    def is_on() -> bool:
        return Page(client.get("/en/shortcuts").text).one("input", name="keys").get("checked") is not None

    assert is_on()
    off = client.get("/en/shortcuts/keep")
    assert (off.status_code, off.location) == (303, "/en/shortcuts")
    cookie = client.get_cookie("shortcuts")
    assert cookie
    assert (cookie.value, cookie.http_only) == ("off", False)
    assert not is_on()
    client.get("/en/shortcuts/keep?keys=1")
    assert is_on()


def test_every_page_leads_there(client: FlaskClient) -> None:
    assert "/en/shortcuts" in Page(client.get("/en/latest").text).links()
