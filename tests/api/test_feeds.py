"""Feeds: well-formed Atom of what visitors may read, and of nothing else."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.forum.models import Post, Topic
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import hidden, opened, replied

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"


def read(client: FlaskClient, address: str) -> ET.Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)
    for part in ("id", "title", "updated"):
        assert feed.findtext(ATOM + part)
    assert {link.get("rel") for link in feed.iter(ATOM + "link")} >= {"self", "alternate"}
    return feed


def titles(feed: ET.Element) -> list[str | None]:
    return [entry.findtext(ATOM + "title") for entry in feed.iter(ATOM + "entry")]


def test_each_feed_tells_its_own(client: FlaskClient) -> None:
    author, other = UserFactory(handle="awa"), UserFactory()
    shelf, elsewhere = CategoryFactory(), CategoryFactory()
    carnival = opened(author, shelf, "Carnaval", "chars", lang="fr")
    opened(other, elsewhere, "موعد اللقاء", lang="ar")
    expected = {
        "/fr/latest/feed.atom": ["موعد اللقاء", "Carnaval"],
        "/fr/latest/feed.atom?lang=ar": ["موعد اللقاء"],
        f"/fr/categories/{shelf.slug}/feed.atom": ["Carnaval"],
        f"/fr/spaces/{elsewhere.space.slug}/feed.atom": ["موعد اللقاء"],
        "/fr/tags/chars/feed.atom": ["Carnaval"],
        "/fr/members/awa/feed.atom": ["Carnaval"],
        f"/fr/topics/{carnival.public_id}/feed.atom": ["Carnaval"],
    }
    for address, wanted in expected.items():
        assert titles(read(client, address)) == wanted, address


@pytest.mark.parametrize(
    "address",
    ["/fr/latest/feed.atom?lang=klingon", "/fr/tags/none/feed.atom", "/fr/spaces/none/feed.atom",
     "/fr/members/nobody/feed.atom", "/fr/topics/none/feed.atom"],
)  # fmt: skip
def test_a_feed_of_nothing_does_not_exist(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_what_visitors_may_not_read_is_in_no_feed(client: FlaskClient, sign_in: Any) -> None:
    moderator = UserFactory(role="moderator")
    open_shelf = CategoryFactory()
    private = CategoryFactory(space=SpaceFactory(visibility="members"))
    secret = opened(moderator, private, "Entre nous", "chars", "entre-nous")
    shown = opened(moderator, open_shelf, "Pour tout le monde", "chars")
    withdrawn = replied(moderator, shown, "Ceci sera retiré.")
    gone = opened(moderator, open_shelf, "Sujet retiré", "chars")
    hidden(moderator, withdrawn)
    hidden(moderator, gone)
    sign_in(client, moderator)
    addresses = ["/fr/latest/feed.atom", "/fr/tags/chars/feed.atom", f"/fr/members/{moderator.handle}/feed.atom",
                 f"/fr/topics/{shown.public_id}/feed.atom"]  # fmt: skip
    for address in addresses:
        assert set(titles(read(client, address))) == {"Pour tout le monde"}, address
    assert client.get(f"/fr/topics/{secret.public_id}/feed.atom").status_code == 404
    assert client.get("/fr/tags/entre-nous/feed.atom").status_code == 404
    assert client.get("/fr/embed/topics?tag=entre-nous").status_code == 404
    assert client.get(f"/fr/spaces/{private.space.slug}/feed.atom").status_code == 404
    assert client.get(f"/fr/topics/{gone.public_id}/feed.atom").status_code == 404


def test_an_entry_says_language_author_answer_and_words(client: FlaskClient) -> None:
    author = UserFactory(display_name="Élise & Co <b>")
    topic = opened(author, CategoryFactory(), "Deux < trois", body="Un *mot* & <script>alert(1)</script>")
    answer = replied(author, topic, "En retour\x0b\x02.", lang="en", to=topic_opening(topic))
    entries = list(read(client, f"/fr/topics/{topic.public_id}/feed.atom").iter(ATOM + "entry"))
    assert [entry.get("{http://www.w3.org/XML/1998/namespace}lang") for entry in entries] == ["en", "fr"]
    assert entries[0].find(THREAD + "in-reply-to") is not None
    assert entries[0].findtext(ATOM + "id").endswith(answer.public_id)  # type: ignore[union-attr]
    assert entries[1].findtext(f"{ATOM}author/{ATOM}name") == "Élise & Co <b>"
    words = entries[1].findtext(ATOM + "content") or ""
    assert "<em>mot</em>" in words
    assert "<script" not in words


def topic_opening(topic: Topic) -> str:
    return str(db.session.scalar(select(Post.public_id).where(Post.topic_id == topic.id, Post.number == 1)))


def test_who_has_a_feed_already_is_told_so(client: FlaskClient) -> None:
    topic = opened(UserFactory(), CategoryFactory(), "Carnaval")
    address = f"/fr/topics/{topic.public_id}/feed.atom"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    replied(UserFactory(), topic)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_older_entries_follow_by_key(client: FlaskClient, query_counter: Any) -> None:
    author, shelf = UserFactory(), CategoryFactory()
    topic = opened(author, shelf, "Sujet 0")
    for number in range(1, 35):
        opened(author, shelf, f"Sujet {number}")
        replied(author, topic, f"Réponse {number}")
    for first in (
        "/fr/latest/feed.atom",
        f"/fr/topics/{topic.public_id}/feed.atom",
        f"/fr/members/{author.handle}/feed.atom",
    ):
        seen, address = [], first
        while address:
            with query_counter() as statements:
                feed = read(client, address)
            assert len(statements) <= 8
            seen += [entry.findtext(ATOM + "id") for entry in feed.iter(ATOM + "entry")]
            following = [link.get("href") for link in feed.iter(ATOM + "link") if link.get("rel") == "next"]
            address = following[0].removeprefix("http://127.0.0.1:8000") if following else ""  # type: ignore[union-attr]
        assert len(seen) == len(set(seen)) >= 35, first
