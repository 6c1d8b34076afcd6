"""The home page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic

import pytest
from flask.testing import FlaskClient

from app.places.queries import countries
from app.site import belfry_map
from app.site.belfry_map import _box_of_name, _overlap, place
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.html import Page, words
from tests.support.queries import Statements


def test_an_empty_platform_says_what_it_is_and_shows_nothing_else(client: FlaskClient) -> None:
    page = Page(client.get("/en/").text)
    assert words(page.one("h1")) == "Nord-Pas de Calais and the world, in conversation."
    assert "A service of The Region." in words(page.one("main"))
    assert not page.all("ul", class_="pulse")
    assert not page.all("ul", class_="doors")
    assert not page.all("figure", class_="map")


def test_the_latest_posts_are_read_in_their_own_language(client: FlaskClient) -> None:
    author = UserFactory(display_name="سلمى بنعمر", name_lang="ar")
    category = CategoryFactory(title={"fr": "Coopérations"})
    topic = TopicFactory(category=category, lang="fr")
    PostFactory(topic=topic, author=author, lang="ar", body="شكرا جزيلا، وصلت عينات الطين.")
    page = Page(client.get("/en/").text)
    (row,) = page.one("ul", class_="pulse")
    link = next(row.iter("a"))
    assert (link.get("lang"), link.get("dir")) == ("ar", "rtl")
    assert words(link) == "شكرا جزيلا، وصلت عينات الطين."
    assert client.get(link.get("href")).status_code in {200, 302, 303}
    said = words(row)
    assert "in Arabic" in said
    assert "just now" in said
    (place,) = [element for element in row.iter("span") if element.text == "Coopérations"]
    assert place.get("lang") == "fr"


def test_an_excerpt_is_cut_between_words_and_leaves_quotations_out(client: FlaskClient) -> None:
    PostFactory(body="> what someone else said\n\n" + "word " * 100)
    link = next(Page(client.get("/en/").text).one("ul", class_="pulse").iter("a"))
    said = words(link)
    assert "someone else" not in said
    assert said.endswith("word…")
    assert 150 < len(said) <= 201


def test_what_a_visitor_may_not_read_is_not_said(client: FlaskClient, sign_in) -> None:
    kept = SpaceFactory(visibility="members", title={"en": "The backyard"})
    PostFactory(topic=TopicFactory(category=CategoryFactory(space=kept)), body="Between us")
    PostFactory(topic=TopicFactory(state="hidden"), body="Hidden words")
    PostFactory(state="hidden_by_moderator", body="Hidden post")
    text = client.get("/en/").text
    assert not any(said in text for said in ("Between us", "The backyard", "Hidden words", "Hidden post"))
    sign_in(client, UserFactory())
    text = client.get("/en/").text
    assert "Between us" in text
    assert "The backyard" in text
    assert "Hidden" not in text


def test_members_light_the_map_where_they_live(client: FlaskClient) -> None:
    for country, number in (("SN", 2), ("VN", 1), (None, 1)):
        UserFactory.create_batch(number, country=country)
    UserFactory(country="MG", status="suspended")
    page = Page(client.get("/en/").text)
    band = page.one("section", class_="band")
    assert [words(row) for row in band.iter("li")] == ["Senegal 2 members", "Vietnam 1 member"]
    assert len(page.all("circle", class_="map-light")) == 2
    assert [words(label) for label in page.all("text", class_="map-place")] == ["Senegal", "Vietnam"]


def test_a_member_is_not_asked_to_join(client: FlaskClient, sign_in) -> None:
    assert any("/register" in link for link in _links_of_main(client))
    sign_in(client, UserFactory())
    assert not any("/register" in link for link in _links_of_main(client))


def test_the_home_page_asks_the_database_little(
    client: FlaskClient, query_counter: Callable[[], AbstractContextManager[Statements]]
) -> None:
    for _ in range(4):
        PostFactory()
    UserFactory(country="SN")
    client.get("/fr/")  # what is asked once in a while is asked here
    with query_counter() as statements:
        client.get("/fr/?from=a-letter")
    # posts with authors and places; what is live now; spaces with categories
    assert statements.count == 3, statements


def _links_of_main(client: FlaskClient) -> list[str]:
    main = Page(client.get("/en/").text).one("main")
    return [link.get("href", "") for link in main.iter("a")]


def test_names_on_the_map_touch_neither_each_other_nor_the_edge() -> None:
    counted = [(code, 1) for code, _ in countries("fr")]
    named = [light for light in place(counted, "fr") if light.side]
    assert len(named) > 15
    boxes = [_box_of_name(light.name, light.x, light.y, light.side) for light in named]
    assert all(box[0] >= -1 and box[2] <= 621 for box in boxes)
    assert not any(_overlap(one, other) for index, one in enumerate(boxes) for other in boxes[:index])
    assert place([("ZZ", 3)], "fr") == []


def test_the_map_is_drawn_anew_after_a_minute(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(country="SN")
    assert len(Page(client.get("/en/").text).all("circle", class_="map-light")) == 1
    UserFactory(country="VN")
    assert len(Page(client.get("/en/?second=time").text).all("circle", class_="map-light")) == 1
    monkeypatch.setattr(belfry_map, "monotonic", lambda: monotonic() + belfry_map.KEPT + 1)
    assert len(Page(client.get("/en/?third=time").text).all("circle", class_="map-light")) == 2


def test_the_pulse_alone_is_what_the_home_page_shows(client: FlaskClient) -> None:
    PostFactory(body="Heard just now")
    rows = client.get("/en/pulse").text
    assert rows.strip() in client.get("/en/").text
    assert "<html" not in rows
