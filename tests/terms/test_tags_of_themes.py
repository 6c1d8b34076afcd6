"""Themes as tags: typed in any language, chosen from the list, read in the reader's language, filtered and found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import User
from app.core.background import background_context
from app.core.db import db
from app.core.errors import Invalid
from app.core.events import unit_of_work
from app.core.i18n import speaking
from app.engagement import services as engagement
from app.engagement.models import Tag
from app.engagement.queries import TagLabel, tag_named, tags_of
from app.forum.events import TopicChanged, TopicMoved
from app.forum.messages import topic_changed, topic_moved
from app.forum.models import Category, Topic
from app.forum.subjects import TOPIC
from app.terms.models import Term
from app.terms.queries import forget
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import opened
from tests.support.html import Page, words
from tests.support.pages import errors_of, fields_of, send

WATER = "water-sanitation"
GOOD = {"title": "Un puits pour trois villages", "body": "Qui connaît un hydrologue ?", "kind": "question"}
SPELLINGS = (
    "eau et assainissement",
    "Water and Sanitation",
    "AGUA E SANEAMENTO",
    "المياه والصرف الصحي",
    "water_sanitation",
)
FREE = "Puits"


@pytest.fixture
def category(app: Flask) -> Category:
    return CategoryFactory()


@pytest.fixture
def topic(actor: User, category: Category) -> Topic:
    """A topic about water, with a free tag."""
    return opened(actor, category, "Un puits", "Eau et assainissement", FREE)


@pytest.fixture
def member(actor: User, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of the topic's author."""
    return sign_in(client, actor)


def new(category: Category, lang: str = "en") -> str:
    return f"/{lang}/categories/{category.slug}/new-topic"


def edit(topic: Topic) -> str:
    return f"/en/topics/{topic.public_id}/edit"


def tag(actor: User, topic: Topic, *typed: str) -> list[str]:
    with unit_of_work():
        return engagement.set_tags(actor, "topic", topic.id, typed)


def withdraw(code: str) -> None:
    with unit_of_work():
        db.session.scalars(select(Term).where(Term.code == code)).one().is_active = False
    forget()


def labels(topic: Topic, lang: str) -> list[str]:
    with speaking(lang):
        return [tag.label for tag in tags_of("topic", [topic.id])[topic.id]]


def boxes(page: Page, **wanted: str) -> dict[str, str]:
    """Code and label of the boxes of the list of themes."""
    shown = {label: label.find("input") for label in page.all("label", class_="choice")}
    chosen = {label: box for label, box in shown.items() if box is not None and box.get("name") == "themes"}
    return {
        box.get("value", ""): words(label)
        for label, box in chosen.items()
        if all(box.get(name) is not None for name in wanted)
    }


def test_more_than_eight_tags_are_refused_a_theme_in_two_languages_counting_once(actor, topic):
    seven = [f"mot {number}" for number in range(7)]
    with speaking("en"), pytest.raises(Invalid, match="eight"):
        tag(actor, topic, *seven, "Santé", "Sport")
    assert len(tag(actor, topic, *seven, "Santé", "Health", "saude")) == 8


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_theme_in_any_language_is_one_tag(actor, topic, typed):
    other = opened(actor, topic.category, "Ailleurs", typed)
    assert [found.slug for found in tags_of("topic", [other.id])[other.id]] == [WATER]
    assert db.session.scalar(select(func.count()).select_from(Tag).where(Tag.slug != "puits")) == 1
    assert tag(actor, topic, *SPELLINGS) == [WATER]


def test_the_label_follows_the_language_and_a_free_tag_stays_as_written(topic):
    assert labels(topic, "fr") == ["Eau et assainissement", FREE]
    assert labels(topic, "ar") == [FREE, "المياه والصرف الصحي"]
    assert labels(topic, "mg") == [FREE, "Rano sy fanadiovana"]
    with speaking("nl"):
        assert tag_named(WATER) == TagLabel(WATER, "Water en sanitatie", "water_sanitation")
        assert tag_named("puits") == TagLabel("puits", FREE)


@pytest.mark.parametrize(("lang", "label"), [("fr", "Eau et assainissement"), ("ar", "المياه والصرف الصحي")])
def test_pages_and_live_messages_say_it_in_the_reader_s_language(client, topic, lang, label):
    for _ in range(2):  # the second time from what was kept
        page = Page(client.get(f"/{lang}/topics/{topic.public_id}/{'un-puits'}", follow_redirects=True).text)
        tags = {link.get("href"): words(link) for link in page.all("a", rel="tag")}
        assert tags == {f"/{lang}/tags/{WATER}": label, f"/{lang}/tags/puits": FREE}
    for place in ("latest", f"categories/{topic.category.slug}"):
        row = words(Page(client.get(f"/{lang}/{place}").text).one("p", class_="topic-about"))
        assert label in row
        assert FREE in row
    with background_context(client.application):
        assert label in topic_changed(TopicChanged(topic.id), lang).html
        assert label in topic_moved(TopicMoved(topic.id, topic.category.space_id), lang).html


def test_an_unknown_code_and_too_many_boxes_are_refused_and_the_boxes_stay_pressed(member, category):
    refused = send(member, new(category), **GOOD, themes=["alchemy", "health"])
    assert refused.status_code == 422
    assert errors_of(refused) == ["Choose themes of the list."]
    eight = ["health", "sport", "youth", "digital", "crafts", "tourism", "research", "education"]
    refused = send(member, new(category), **GOOD, tags="puits", themes=eight)
    assert refused.status_code == 422
    assert errors_of(refused) == ["Choose at most eight tags."]
    assert boxes(Page(refused.text), checked="").keys() == set(eight)
    assert db.session.scalar(select(func.count()).select_from(Topic)) == 0
    assert send(member, new(category), **GOOD, tags="Santé", themes=eight).status_code == 303


def test_the_form_offers_every_theme_in_the_alphabet_of_the_reader(member, category):
    english, arabic = (Page(member.get(new(category, lang)).text) for lang in ("en", "ar"))
    assert list(boxes(english).values())[:3] == ["Agriculture and food", "Climate and energy", "Crafts"]
    assert boxes(arabic)[WATER.replace("-", "_")] == "المياه والصرف الصحي"
    assert len(boxes(arabic)) == 24
    assert boxes(english, checked="") == {}


def test_a_topic_is_opened_with_boxes_and_words(member, category):
    answer = send(member, new(category), **GOOD, tags="forage, Salud, Saúde", themes=["water_sanitation", "health"])
    assert answer.status_code == 303
    found = db.session.scalars(select(Topic)).one()
    assert {tag.slug for tag in tags_of("topic", [found.id])[found.id]} == {WATER, "health", "forage", "salud"}


def test_a_visitor_gets_the_boxes_back_too(client, category):
    answer = client.post(new(category), data=GOOD | {"themes": ["health", "youth"]})
    assert answer.status_code == 401
    kept = [field.get("value") for field in Page(answer.text).all("input", name="themes")]
    assert kept == ["health", "youth"]


def test_editing_presses_the_boxes_and_leaves_the_other_words_in_the_field(member, topic):
    page = member.get(edit(topic))
    assert boxes(Page(page.text), checked="") == {"water_sanitation": "Water and sanitation"}
    assert fields_of(page)["tags"] == FREE
    assert send(member, edit(topic), title="Un autre puits", themes=["sport"]).status_code == 303
    assert labels(topic, "en") == [FREE, "Sport"]


def test_a_withdrawn_theme_stays_where_it_is_and_is_not_offered(member, topic, category):
    withdraw("water_sanitation")
    assert "water_sanitation" not in boxes(Page(member.get(new(category)).text))
    assert send(member, new(category), **GOOD, themes=["water_sanitation"]).status_code == 422
    assert labels(topic, "en") == [FREE, "Water and sanitation"]
    assert boxes(Page(member.get(edit(topic)).text), checked="") == {"water_sanitation": "Water and sanitation"}
    assert send(member, edit(topic), title="Un autre puits").status_code == 303
    assert labels(topic, "en") == [FREE, "Water and sanitation"]


def test_lists_are_narrowed_by_theme_and_name_it(client, topic, actor, category):
    opened(actor, category, "Sans thème", FREE)
    page = Page(client.get(f"/vi/latest?tag={WATER}").text)
    assert [words(link) for link in page.all("a", class_="cover")] == ["Un puits"]
    assert page.title().startswith("Nước sạch và vệ sinh")
    (link,) = (link for link in page.all("a", class_="chip") if link.get("href") == f"/vi/latest?tag={WATER}")
    assert words(link) == "Nước sạch và vệ sinh"
    assert link.get("aria-current") == "true"
    unused = Page(client.get("/vi/latest?tag=tourism").text)
    assert unused.title().startswith("Du lịch")
    assert unused.all("a", class_="cover") == []


def test_themes_of_what_may_not_be_seen_are_not_offered(app, client, sign_in, actor, member):
    moderator = UserFactory(role="staff")
    hidden = CategoryFactory(space=SpaceFactory(visibility="staff", posting="roles"))
    opened(moderator, hidden, "Entre nous", "Tourisme")
    address = "/en/latest?tag=tourism"
    assert address not in Page(member.get("/en/latest").text).links()
    assert address in Page(sign_in(app.test_client(), moderator).get("/en/latest").text).links()


@pytest.mark.parametrize("sought", ["água saneamento", "sanitation", "الصرف", "nước sạch", "fanadiovana", FREE])
def test_a_topic_is_found_by_its_themes_in_every_language(client, topic, run_consumers: Callable[[], int], sought: str):
    assert "sanitation" not in TOPIC.search_documents([topic.id])[topic.id].body  # type: ignore[misc]
    run_consumers()
    found = client.get("/fr/search", query_string={"q": sought})
    assert "/topics/" + topic.public_id in found.text


@pytest.mark.parametrize("sought", ["microcrédito", "microcredit", "tín dụng vi mô"])
def test_a_synonym_finds_what_bears_the_theme(actor, category, client, run_consumers, sought):
    topic = opened(actor, category, "Caisse villageoise", "Microfinance et économie sociale")
    opened(actor, category, "Autre chose", "Sport")
    run_consumers()
    found = client.get("/en/search", query_string={"q": sought})
    assert f"/topics/{topic.public_id}" in found.text
    assert found.text.count('class="hit"') == 1
    by_slug = client.get("/en/search", query_string={"q": "tag:microfinance-social-economy"})
    assert by_slug.text.count('class="hit"') == 1


def test_pages_with_themes_ask_no_more_of_the_database(client, member, topic, query_counter: Callable[..., Any]):
    plain = opened(topic.author, topic.category, "Sans thème", FREE)
    counts = []
    for shown in (plain, topic):
        address = member.get(f"/fr/topics/{shown.public_id}").location
        member.get(address)
        with query_counter() as statements:
            assert member.get(address).status_code == 200
        counts.append(statements.count)
    assert counts[0] == counts[1] <= 4
