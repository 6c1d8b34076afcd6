"""Frames, oEmbed, cards and structured facts: of public topics alone, in frames of other sites and nowhere else."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.core import options
from app.core.events import unit_of_work
from app.forum import services
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import hidden, opened, replied

HERE = "http://127.0.0.1:8000"


def facts_of(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    page = client.get(address, follow_redirects=True).get_data(as_text=True)
    written = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert written
    found: list[dict[str, Any]] = orjson.loads(written[1])
    return found


def described(client: FlaskClient, url: str, **query: Any) -> Any:
    return client.get("/oembed", query_string={"url": url, **query})


def test_only_public_topics_have_frame_card_and_description(client: FlaskClient, sign_in: Any) -> None:
    member = UserFactory()
    private = opened(member, CategoryFactory(space=SpaceFactory(visibility="members")), "Entre nous")
    gone = opened(member, CategoryFactory(), "Sujet retiré")
    hidden(UserFactory(role="moderator"), gone)
    sign_in(client, member)
    for topic in (private, gone):
        assert client.get(f"/fr/topics/{topic.public_id}/card.png").status_code == 404
        assert client.get(f"/fr/topics/{topic.public_id}/embed").status_code == 404
        assert described(client, f"{HERE}/fr/topics/{topic.public_id}").status_code == 404
    assert client.get(f"/fr/embed/topics?in=space:{private.category.space.slug}").status_code == 404
    assert "Entre nous" not in client.get("/fr/embed/topics").get_data(as_text=True)


def test_a_list_is_framed_by_others_without_scripts(client: FlaskClient) -> None:
    shelf = CategoryFactory()
    opened(UserFactory(), shelf, "Carnaval <b>", "chars")
    opened(UserFactory(), CategoryFactory(), "Autre sujet")
    page = client.get(f"/fr/embed/topics?in=category:{shelf.slug}&tag=chars")
    assert "X-Frame-Options" not in page.headers
    policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    text = page.get_data(as_text=True)
    assert "Carnaval &lt;b&gt;" in text
    assert "Autre sujet" not in text
    assert "<script" not in text
    other = client.get("/fr/embed")
    assert other.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "&lt;iframe src=&#34;http://127.0.0.1:8000/fr/embed/topics?size=10" in other.get_data(as_text=True)


@pytest.mark.parametrize("query", ["in=space:none", "in=klingon:none", "tag=none", "lang=klingon"])
def test_a_list_of_nothing_does_not_exist(client: FlaskClient, query: str) -> None:
    assert client.get(f"/fr/embed/topics?{query}").status_code == 404
    assert client.get(f"/fr/embed?{query}").status_code == 404


def test_an_operator_keeps_lists_at_home(app: Flask, client: FlaskClient) -> None:
    topic = opened(UserFactory(), CategoryFactory())
    with unit_of_work():
        options.change(None, "api.embeds", False)
    for address in ("/fr/embed", "/fr/embed/topics", f"/fr/topics/{topic.public_id}/embed"):
        assert client.get(address).status_code == 404


def test_oembed_describes_a_topic_in_the_language_of_its_address(client: FlaskClient) -> None:
    topic = opened(UserFactory(display_name="Awa <b>"), CategoryFactory(), 'Un "titre" & <script>')
    facts = described(client, f"{HERE}/ar/topics/{topic.public_id}/un-titre", maxwidth="400").get_json()
    assert (facts["version"], facts["type"], facts["width"], facts["title"]) == ("1.0", "rich", 400, topic.title)
    assert facts["author_name"] == "Awa <b>"
    assert f"/ar/topics/{topic.public_id}/embed" in facts["html"]
    assert "<script" not in facts["html"]
    xml = described(client, f"{HERE}/fr/topics/{topic.public_id}", format="xml")
    assert ET.fromstring(xml.data).findtext("title") == topic.title


@pytest.mark.parametrize(
    ("url", "form", "status"),
    [("", "json", 404), ("https://elsewhere.example/fr/topics/x", "json", 404), (f"{HERE}/fr/spaces", "json", 404),
     (f"{HERE}/fr/topics/{'0' * 26}", "json", 404), (f"{HERE}/fr/topics/{'0' * 26}", "yaml", 501),
     ("http://[broken", "json", 404)],
)  # fmt: skip
def test_oembed_refuses_the_rest(client: FlaskClient, url: str, form: str, status: int) -> None:
    assert described(client, url, format=form).status_code == status


@pytest.mark.parametrize(
    ("title", "lang"),
    [("Carnaval à Montréal", "fr"), ("نبحث عن شركاء Dunkerque 2026", "ar"), ("漢" * 100, "zh"), ("W" * 160, "fr")],
)
def test_a_card_is_a_picture_of_any_title(client: FlaskClient, title: str, lang: str) -> None:
    topic = opened(UserFactory(), CategoryFactory(), title, lang=lang)
    answer = client.get(f"/fr/topics/{topic.public_id}/card.png?version=1")
    picture = Image.open(BytesIO(answer.data))
    assert (answer.mimetype, picture.size) == ("image/png", (1200, 630))
    assert len(picture.getcolors(70_000) or [1, 2, 3]) > 2, "the belfry at least is drawn"
    assert (
        client.get(
            f"/fr/topics/{topic.public_id}/card.png", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
        == 304
    )


def test_search_engines_read_discussions_and_questions(client: FlaskClient) -> None:
    asker, helper = UserFactory(), UserFactory(display_name="</script><b>")
    shelf = CategoryFactory()
    talk = opened(asker, shelf, "Carnaval")
    replied(helper, talk, "Avec plaisir.", lang="ar")
    posting, way = facts_of(client, f"/fr/topics/{talk.public_id}")
    assert posting["@type"] == "DiscussionForumPosting"
    assert [(said["@type"], said["text"], said["inLanguage"]) for said in posting["comment"]] == [
        ("Comment", "Avec plaisir.", "ar")
    ]
    assert [step["position"] for step in way["itemListElement"]] == [1, 2, 3]
    question = opened(asker, shelf, "Quel visa ?", kind="question")
    replied(asker, question, "Je précise.")
    answer = replied(helper, question, "Le visa D.")
    with unit_of_work():
        services.accept_answer(asker, answer)
    entity = facts_of(client, f"/fr/topics/{question.public_id}")[0]["mainEntity"]
    assert (entity["@type"], entity["answerCount"], entity["acceptedAnswer"]["text"]) == ("Question", 2, "Le visa D.")
    assert [said["text"] for said in entity["suggestedAnswer"]] == ["Je précise."]


def test_a_shared_topic_has_its_picture(client: FlaskClient) -> None:
    topic = opened(UserFactory(), CategoryFactory(), "Carnaval")
    page = client.get(f"/ar/topics/{topic.public_id}", follow_redirects=True).get_data(as_text=True)
    assert f'<meta property="og:image" content="{HERE}/ar/topics/{topic.public_id}/card.png?version=1">' in page
    assert '<meta property="og:locale" content="ar">' in page
    assert "application/atom+xml" in page
    assert "application/json+oembed" in page
