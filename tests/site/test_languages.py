"""The language of the pages: addresses, menus, preferences."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.core.i18n import INTERFACE, OWN_NAMES
from tests.factories import UserFactory
from tests.support.html import Page, words

PAGES = ("/", "/about", "/rules", "/legal", "/accessibility", "/spaces", "/latest", "/no-such-page")


@pytest.mark.parametrize("lang", INTERFACE)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_every_language(client: FlaskClient, lang: str, path: str) -> None:
    page = Page(client.get(f"/{lang}{path}").text)
    root = page.one("html")
    assert (root.get("lang"), root.get("dir")) == (lang, "rtl" if lang == "ar" else "ltr")
    assert page.title().endswith("– Beffroi")
    assert len(page.title()) > len("– Beffroi")
    assert len(page.all("h1")) == 1
    assert words(page.one("h1"))
    assert page.one("main").get("id") == "content"
    assert page.one("a", class_="skip").get("href") == "#content"


def test_an_unknown_language_is_no_page(client: FlaskClient) -> None:
    assert client.get("/xx/").status_code == 404
    assert client.get("/de/").status_code == 404


def test_a_page_names_itself_in_every_language(client: FlaskClient) -> None:
    page = Page(client.get("/nl/latest?view=new&utm=1").text)
    alternates = {
        link.get("hreflang"): link.get("href") for link in page.all("link", rel="alternate") if link.get("hreflang")
    }
    assert alternates == {tag: f"http://127.0.0.1:8000/{tag}/latest?view=new" for tag in INTERFACE}
    assert page.one("link", rel="canonical").get("href") == "http://127.0.0.1:8000/nl/latest?view=new"


def test_an_error_page_names_no_other_address(client: FlaskClient) -> None:
    page = Page(client.get("/nl/no-such-page").text)
    assert not page.all("link", rel="alternate")
    assert not page.all("link", rel="canonical")


def test_the_language_menu_keeps_the_page(client: FlaskClient) -> None:
    page = Page(client.get("/fr/latest?view=new&lang=ar").text)
    menu = page.one("ul", class_="menu-list")
    names = [words(link) for link in menu.iter("a")]
    assert names == [OWN_NAMES[tag] for tag in INTERFACE]
    switch = next(link.get("href") for link in menu.iter("a") if link.get("hreflang") == "vi")
    answer = client.get(switch)
    assert answer.status_code == 303
    assert answer.location == "/vi/latest?view=new&lang=ar"
    assert client.get("/").location == "/vi/"


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("//evil.example/", "/nl/evil.example/"),
        ("\\\\evil.example", "/nl/evil.example"),
        ("https://evil.example", "/nl/https:"),
        ("/a\r\nSet-Cookie: b", "/nl/"),
    ],
)
def test_the_switch_leads_nowhere_else(client: FlaskClient, wanted: str, given: str) -> None:
    answer = client.get("/nl/language", query_string={"to": wanted})
    assert answer.location.startswith(given)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("ar-MA,ar;q=0.9,fr;q=0.5", "ar"),
        ("pt-PT,pt;q=0.9", "pt-BR"),
        ("de-DE, en;q=0.4", "en"),
        ("de", "fr"),
        ("", "fr"),
        ("vi-VN", "vi"),
    ],
)
def test_the_root_leads_to_the_language_of_the_browser(client: FlaskClient, header: str, lang: str) -> None:
    answer = client.get("/", headers={"Accept-Language": header})
    assert answer.location == f"/{lang}/"
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_a_choice_comes_before_the_browser(client: FlaskClient) -> None:
    client.get("/mg/language")
    assert client.get("/", headers={"Accept-Language": "nl"}).location == "/mg/"
    client.set_cookie("lang", "xx")
    assert client.get("/", headers={"Accept-Language": "nl"}).location == "/nl/"


def test_a_member_is_met_in_their_language(client: FlaskClient, sign_in) -> None:
    sign_in(client, UserFactory(ui_lang="vi"))
    assert client.get("/", headers={"Accept-Language": "nl"}).location == "/vi/"
