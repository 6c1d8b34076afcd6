"""What surrounds every page: header, account menu, footer, and what must never be in a page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.i18n import pgettext, speaking
from tests.factories import PostFactory, UserFactory
from tests.support.html import Page, attributes_of, words

PAGES = ("/fr/", "/ar/about", "/nl/legal", "/vi/spaces", "/fr/latest", "/fr/no-such-page")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_calls_another_origin_nor_holds_a_script_or_a_style(client: FlaskClient, path: str) -> None:
    PostFactory()
    page = Page(client.get(path).text)
    for script in page.all("script"):
        assert script.get("src")
        assert not script.text
    assert not page.all("style")
    for tag, name, value in attributes_of(page):
        assert name != "style"
        assert not name.startswith("on")
        if name in {"src", "srcset", "action", "data"} or (name == "href" and tag in {"link", "use"}):
            assert value.startswith(("/", "http://127.0.0.1:8000/")), (tag, name, value)


@pytest.mark.parametrize(
    "path", ["/fr/", "/", "/health", "/robots.txt", "/sitemap.xml", "/fr/no-such-page", "/fr/language"]
)
def test_every_answer_carries_the_headers_that_protect(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers
    if headers["Content-Type"].startswith("text/html"):
        assert "private" in headers["Cache-Control"] or "no-store" in headers["Cache-Control"]


def test_only_who_may_read_the_log_is_led_to_it(app: Flask, sign_in) -> None:
    for role, is_led in (("", False), ("moderator", True), ("administrator", True)):
        text = sign_in(app.test_client(), UserFactory(role=role)).get("/en/about").text
        assert ("/en/moderation/log" in text) is is_led


def test_every_link_of_header_and_footer_leads_to_a_page(client: FlaskClient) -> None:
    page = Page(client.get("/en/").text)
    links = {link for element in (page.one("header"), page.one("footer")) for link in _links(element)}
    assert len(links) > 10
    for link in sorted(links):
        assert client.get(link).status_code in {200, 303}, link


def test_a_visitor_is_shown_the_way_in(client: FlaskClient) -> None:
    page = Page(client.get("/en/latest?view=new").text)
    sign_in = next(link for link in page.links() if "/login" in link)
    assert sign_in.endswith("next=/en/latest%3Fview%3Dnew")
    assert any("/register" in link for link in page.links())
    assert "csrf_token" not in words(page.one("header"))


def test_a_member_is_shown_their_account_and_the_way_out(client: FlaskClient, sign_in) -> None:
    member = UserFactory(display_name="Linh Phạm Thùy", name_lang="vi", handle="linh")
    sign_in(client, member)
    page = Page(client.get("/en/about").text)
    header = page.one("header")
    assert "/en/members/linh" in _links(header)
    assert not any("/login" in link for link in _links(header))
    face = next(element for element in header.iter("span") if "face" in element.get("class", "").split())
    assert (face.text, face.get("lang")) == ("LP", "vi")
    form = next(form for form in header.iter("form") if form.get("method") == "post")
    token = next(field.get("value") for field in form.iter("input") if field.get("name") == "csrf_token")
    client.post(form.get("action"), data={"csrf_token": token})
    assert any("/login" in link for link in Page(client.get("/en/about").text).links())


def test_two_members_never_see_each_other_s_menu(app: Flask, sign_in) -> None:
    browsers = [(app.test_client(), UserFactory(display_name=name)) for name in ("Ada Un", "Bo Deux")]
    for browser, member in browsers:
        sign_in(browser, member)
    for _ in range(2):
        for browser, member in browsers:
            text = browser.get("/fr/about").text
            assert member.display_name in text
            assert all(other.display_name not in text for _, other in browsers if other is not member)


def test_a_new_name_shows_at_once(client: FlaskClient, sign_in) -> None:
    from app.core.events import unit_of_work

    member = UserFactory(display_name="Before")
    sign_in(client, member)
    assert "Before" in client.get("/fr/about").text
    with unit_of_work():
        member.display_name, member.version = "After", member.version + 1
    text = client.get("/fr/about").text
    assert "After" in text
    assert "Before" not in text


def test_the_operator_is_named_on_every_page(client: FlaskClient, make_app: Callable[..., Flask]) -> None:
    assert "A service of The Region." in words(Page(client.get("/en/rules").text).one("footer"))
    nobody = make_app(operator="").test_client()
    assert "A service of" not in nobody.get("/en/rules").text


def test_the_current_room_is_marked(client: FlaskClient) -> None:
    room = Page(client.get("/en/latest").text).one("nav", class_="rooms")
    assert [words(link) for link in room.iter("a") if link.get("aria-current") == "page"] == ["Latest topics"]
    room = Page(client.get("/en/about").text).one("nav", class_="rooms")
    assert not [link for link in room.iter("a") if link.get("aria-current")]


def test_marks_of_the_kept_pieces_never_reach_a_reader(client: FlaskClient, sign_in) -> None:
    pages = [client.get("/fr/about").text]
    sign_in(client, UserFactory())
    pages.append(client.get("/fr/about").text)
    assert not any(re.search("[\ue000-\uf8ff]", text) for text in pages)


def _links(element) -> list[str]:
    return [link.get("href", "") for link in element.iter("a")]


@pytest.mark.parametrize(("lang", "is_told"), [("fr", False), ("en", False), ("vi", True), ("ar", True)])
def test_a_language_nobody_has_read_over_says_so(client: FlaskClient, lang: str, is_told: bool) -> None:
    with client.application.app_context(), speaking(lang):
        sentence = pgettext("shell", "These pages have not yet been read over by a native speaker.")
    assert (str(sentence) in client.get(f"/{lang}/about").text) is is_told
