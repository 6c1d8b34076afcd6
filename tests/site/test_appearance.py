"""Theme and light mode, kept in cookies."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.html import Page


def look(client: FlaskClient) -> tuple[str | None, bool, bool]:
    """Theme, light mode, and whether web fonts are asked for."""
    page = Page(client.get("/fr/about").text)
    root = page.one("html")
    sheets = [link.get("href", "") for link in page.all("link", rel="stylesheet")]
    return root.get("data-theme"), root.get("data-light") is not None, any("/app." in sheet for sheet in sheets)


def test_a_reader_starts_with_the_device_s_theme_and_web_fonts_that_wait(client: FlaskClient) -> None:
    assert look(client) == (None, False, True)
    assert not Page(client.get("/fr/about").text).all("link", rel="preload")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_kept_and_left_again(client: FlaskClient, theme: str) -> None:
    answer = client.get("/fr/appearance", query_string={"theme": theme, "to": "/about"})
    assert (answer.status_code, answer.location) == (303, "/fr/about")
    assert look(client) == (theme, False, True)
    assert Page(client.get("/fr/about").text).one("input", id=f"theme-{theme}").get("checked") is not None
    client.get("/fr/appearance", query_string={"theme": "auto"})
    assert look(client) == (None, False, True)


def test_light_mode_loads_no_font(client: FlaskClient) -> None:
    client.get("/fr/appearance", query_string={"theme": "auto", "light": "1"})
    assert look(client) == (None, True, False)
    client.get("/fr/appearance", query_string={"theme": "auto"})
    assert look(client) == (None, False, True)


def test_what_is_no_theme_is_none(client: FlaskClient) -> None:
    client.set_cookie("theme", '"><script>')
    assert look(client) == (None, False, True)
    assert client.get("/fr/appearance", query_string={"theme": "pink"}).status_code == 303
    assert look(client)[0] is None


def test_the_form_brings_back_to_the_page_one_reads(client: FlaskClient) -> None:
    field = Page(client.get("/fr/latest?view=new&tag=%22%3E").text).one("input", name="to")
    assert field.get("value") == "/latest?view=new&tag=%22%3E"


def test_preferences_are_cookies_that_no_script_reads(client: FlaskClient) -> None:
    for address in ("/fr/appearance?theme=dark&light=1", "/fr/language"):
        for cookie in client.get(address).headers.getlist("Set-Cookie"):
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
