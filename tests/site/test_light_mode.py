"""Light pages: asked for by a cookie or by a browser that saves data; no web font, pictures as links."""

from __future__ import annotations

import pytest

from app.core.events import unit_of_work
from app.site.lighten import without_pictures
from tests.factories import PostFactory

SAVES = {"Save-Data": "on"}
PICTURE = (
    '<p><img src="/files/a?x=1&amp;y=2" alt="Le beffroi &quot;neuf&quot;" width="1200" height="800" loading="lazy"></p>'
)


@pytest.fixture
def pictured(app):
    post = PostFactory()
    with unit_of_work():
        post.html = PICTURE
    return post


def address(client, post):
    return client.get(f"/en/topics/{post.topic.public_id}").headers["Location"]


@pytest.mark.parametrize(
    ("cookie", "headers", "is_light"),
    [
        ("", {}, False),
        ("1", {}, True),
        ("", SAVES, True),
        ("0", SAVES, False),
        ("2", SAVES, True),
        ("", {"Save-Data": "off"}, False),
    ],
)
def test_who_gets_light_pages(client, cookie, headers, is_light):
    if cookie:
        client.set_cookie("light", cookie)
    page = client.get("/en/about", headers=headers)
    assert (" data-light" in page.text, "/app." not in page.text and "/light." in page.text) == (is_light, is_light)
    assert {"Save-Data"} <= set(page.vary.to_header().split(", "))


def test_a_browser_that_saves_data_may_be_told_otherwise(client):
    answer = client.get("/en/appearance?theme=auto", headers=SAVES)
    assert answer.headers.getlist("Set-Cookie")[-1].startswith("light=0")
    assert " data-light" not in client.get("/en/about", headers=SAVES).text


def test_pictures_become_links_for_who_asked_and_for_nobody_else(client, pictured):
    way = address(client, pictured)
    for _ in range(2):  # made, then kept
        assert "<img" in client.get(way).text
        light = client.get(way, headers=SAVES).text
        assert "<img" not in light
        assert 'href="/files/a?x=1&amp;y=2"' in light
        assert "Show the picture: Le beffroi &#34;neuf&#34; (1200 × 800)" in light


def test_what_is_kept_for_ever_is_the_same_for_all(client, pictured):
    fragment = f"/en/fragments/posts/{pictured.public_id}/{pictured.version}"
    assert client.get(fragment).data == client.get(fragment, headers=SAVES).data


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Rien</p>", "<p>Rien</p>"),
        ('<img class="face" src="/p" alt=""> Awa', " Awa"),
        ('<img src="/p">', "Show the picture</a>"),
        (
            '<a href="/large"><img src="/small" alt="Vue"></a>',
            'href="/large" data-behaviour="show-picture" data-src="/small"',
        ),
        ('<img src="/p" alt="&lt;script&gt;">', "&lt;script&gt;"),
    ],
)
def test_each_picture_says_what_it_shows(app, html, shown):
    with app.test_request_context("/en/"):
        app.preprocess_request()
        assert shown in without_pictures(html)
