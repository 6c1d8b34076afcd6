"""What machines read: health, robots, sitemaps."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from app.core.i18n import INTERFACE
from app.site import queries
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory

SITE = "http://127.0.0.1:8000"
SPACES = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9", "xhtml": "http://www.w3.org/1999/xhtml"}


def test_health_is_json_without_a_language(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_robots_leave_pages_without_content_alone(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /ar/search?", "Disallow: /ar/search/"} <= set(lines)
    assert "Disallow: /ar/search" not in lines
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert not any(line.endswith("/topics") for line in lines)


def test_sitemaps_name_public_topics_in_every_language(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SITEMAP_SIZE", 2)
    topics = [PostFactory().topic for _ in range(3)]
    PostFactory(topic=TopicFactory(state="hidden"))
    PostFactory(topic=TopicFactory(category=CategoryFactory(space=SpaceFactory(visibility="members"))))
    maps = [loc.text or "" for loc in _parsed(client, "/sitemap.xml").iterfind(".//map:loc", SPACES)]
    assert len(maps) == 3
    found: dict[str, list[str]] = {}
    for address in maps[1:]:
        for url in _parsed(client, address.removeprefix(SITE)).iterfind("map:url", SPACES):
            alternates = url.iterfind("xhtml:link", SPACES)
            found[url.findtext("map:loc", "", SPACES)] = [link.get("href", "") for link in alternates]
    assert len(found) == 3
    for topic, (loc, alternates) in zip(topics, found.items(), strict=True):
        assert topic.public_id in loc
        assert alternates == [loc.replace(f"{SITE}/fr/", f"{SITE}/{tag}/") for tag in INTERFACE]
        assert client.get(loc.removeprefix(SITE)).status_code == 200
    assert client.get("/sitemap-topics-3.xml").status_code == 404
    assert client.get("/sitemap-topics-0.xml").status_code == 404


def test_the_sitemap_of_places_names_pages_that_exist(client: FlaskClient) -> None:
    category = CategoryFactory()
    kept = SpaceFactory(visibility="staff")
    addresses = [loc.text or "" for loc in _parsed(client, "/sitemap-places.xml").iterfind(".//map:loc", SPACES)]
    assert f"{SITE}/fr/categories/{category.slug}" in addresses
    assert not any(kept.slug in address for address in addresses)
    for address in addresses:
        assert client.get(address.removeprefix(SITE)).status_code == 200, address


def _parsed(client: FlaskClient, address: str) -> ET.Element:
    answer = client.get(address)
    assert answer.mimetype == "application/xml"
    return ET.fromstring(answer.text)
