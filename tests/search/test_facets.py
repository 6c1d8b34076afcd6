"""Narrowing by facets, chips and typed labels, which agree with one another; the feed of a search."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.search.conftest import open_topic, reply, signed_in
from tests.support.html import Page

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def pottery(app, index_now):
    """Two topics in two spaces, one of them for members, with a reply each."""
    author, other = (
        UserFactory(display_name="Hélène", handle="helene"),
        UserFactory(display_name="Amine", handle="amine"),
    )
    shelf = CategoryFactory(space=SpaceFactory(slug="ateliers", title={"fr": "Ateliers"}))
    kept = CategoryFactory(space=SpaceFactory(slug="cercle", title={"fr": "Cercle"}, visibility="members"))
    topic = open_topic(author, shelf, "La poterie de Safi", "Un métier.", "argile")
    reply(other, topic, "La poterie en arabe.", "ar")
    secret = open_topic(other, kept, "La poterie du cercle", "Entre nous.", "secret")
    reply(author, secret, "Encore la poterie.")
    index_now()
    return topic


def test_facets_of_what_the_reader_may_see(app, pottery, search):
    page = search("poterie")
    assert page.tabs == {"Tout": 2, "Sujets": 1, "Messages": 1} or list(page.tabs.values()) == [2, 1, 1]
    assert {name: page.choices.get(name) for name in ("Ateliers", "argile", "Hélène", "Amine")} == {
        "Ateliers": 2, "argile": 1, "Hélène": 1, "Amine": 1,
    }  # fmt: skip
    assert not {"Cercle", "secret"} & page.choices.keys()
    assert "Cercle" not in page.text
    member = search("poterie", signed_in(app, UserFactory()))
    assert {name: member.choices[name] for name in ("Cercle", "secret", "Hélène")} == {
        "Cercle": 2, "secret": 1, "Hélène": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"author": "helene"}, 1),
        ({"author": ["helene", "amine"]}, 2),
        ({"author": "helene", "language": "ar"}, 0),
        ({"tag": "argile"}, 1),
        ({"space": "ateliers"}, 2),
        ({"space": "cercle"}, 0),
        ({"state": "open"}, 1),
        ({"state": "nonsense"}, 2),
        ({"year": "1999"}, 0),
        ({"year": "soon"}, 2),
        ({"sort": "active"}, 2),
        ({"sort": "nonsense"}, 2),
    ],
)
def test_choices_in_the_address(pottery, search, query, count):
    page = search("poterie", **query)
    assert page.response.status_code == 200
    assert len(page.titles) == count


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("poterie author:amine", 1),
        ("poterie -author:amine", 1),
        ("poterie NOT lang:ar", 1),
        ("poterie -tag:argile", 1),
        ("poterie tag:ARGILE", 1),
        ("kind:topics", 1),
        ("lang:AR poterie", 1),
        ("pot*", 2),
        ("introuvable OR métier", 1),
        ("poterie from:1990 before:1991", 0),
        ("poterie from:1990", 2),
        ("poterie in:cercle", 0),
        ("poterie author:me", 0),
    ],
)
def test_labels_in_the_box(pottery, search, words, count):
    assert len(search(words).titles) == count


def test_what_names_nothing_is_said_and_a_closed_space_is_as_unknown_as_any(app, pottery, search):
    notices = "div[@class='notice']//li"
    assert len(search("poterie is:open").texts(notices)) == 0
    for words in ("in:cercle", "in:nowhere", "tag:secret", "author:nobody", "is:nothing", "kind:x", "lang:xx"):
        (said,) = search(f"poterie {words}").texts(notices)
        assert words in said
    assert search("poterie in:cercle", signed_in(app, UserFactory())).texts(notices) == []
    (said,) = search(f"poterie in:{pottery.category.slug}").texts(notices)
    assert pottery.category.slug in said
    assert len(search(f"poterie in:{pottery.category.slug}").titles) == 2


def test_a_typed_label_is_a_chip_that_goes(pottery, search, client):
    page = search("poterie author:amine", kind="post")
    chips = {" ".join("".join(a.itertext()).split()): a.get("href") for a in page.all("a[@class='chip']")}
    (typed,) = [address for said, address in chips.items() if said.endswith("author:amine")]
    assert typed == "/fr/search?q=poterie&kind=post"
    (by_hand,) = [address for said, address in chips.items() if not said.endswith("author:amine")]
    assert by_hand == "/fr/search?q=poterie+author%3Aamine"
    (box,) = [each for each in page.all("input[@name='author']") if each.get("value") == "amine"]
    assert "disabled" in box.attrib


def test_a_tab_takes_the_place_of_a_typed_kind(pottery, search):
    page = search("poterie kind:post")
    assert page.all("nav[@class='tabs']/a")[1].get("href") == "/fr/search?q=poterie&kind=topic"


def test_the_page_tells_of_its_feed_and_crawlers_leave_it(pottery, search):
    page = search("poterie", kind="topic")
    (link,) = [each for each in page.all("link[@rel='alternate']") if each.get("type") == "application/atom+xml"]
    assert link.get("href") == "/fr/search/feed.atom?q=poterie&kind=topic"
    assert [each.get("content") for each in page.all("meta[@name='robots']")] == ["noindex"]


def test_crawlers_may_find_the_page_where_one_searches(client):
    page = Page(client.get("/fr/search").text)
    assert not page.all("meta", name="robots")
    assert page.one("meta", name="description").get("content")


def test_the_feed_of_a_search_holds_what_everyone_finds(app, pottery, client):
    for browser in (client, signed_in(app, UserFactory(role="administrator"))):
        answer = browser.get("/fr/search/feed.atom?q=poterie")
        assert answer.mimetype == "application/atom+xml"
        entries = fromstring(answer.data).findall(f"{ATOM}entry")
        assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["La poterie de Safi"] * 2
    assert b"cercle" not in answer.data
    for query, count in (("q=poterie&kind=topic", 1), ("q=poterie&kind=member", 0), ("q=", 0), ("q=poterie&page=9", 0)):
        entries = fromstring(client.get(f"/fr/search/feed.atom?{query}").data).findall(f"{ATOM}entry")
        assert len(entries) == count


def test_a_feed_has_pages(app, client, index_now):
    author, category = UserFactory(), CategoryFactory()
    for number in range(22):
        open_topic(author, category, f"Carnaval {number}", "Chahut.")
    index_now()
    first = fromstring(client.get("/fr/search/feed.atom?q=carnaval").data)
    assert len(first.findall(f"{ATOM}entry")) == 20
    (older,) = [link.get("href") for link in first.findall(f"{ATOM}link") if link.get("rel") == "next"]
    path = older[older.index("/fr/") :]
    assert len(fromstring(client.get(path).data).findall(f"{ATOM}entry")) == 2
