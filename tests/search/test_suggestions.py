"""Suggestions while typing, through HTTP: what each reader is offered, and what nobody is told."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.db import db
from app.core.events import record, unit_of_work
from app.core.subjects import SubjectChanged, SubjectHidden
from app.forum.order import moderating
from app.search.words.keeping import keep_listed
from app.search.words.models import SearchCounted, SearchWord
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.search.conftest import open_topic, reply, signed_in


@pytest.fixture
def offered(client: Any, index_now):
    """`offered("pot")`: kinds and labels in order, after the indexer has read the log."""

    def offered(typed: str, browser: Any = None, lang: str = "fr") -> list[tuple[str, str]]:
        index_now()
        answer = (browser or client).get(f"/{lang}/search/suggest", query_string={"q": typed})
        assert answer.status_code == 200
        return [(item["kind"], item["label"]) for item in answer.json["items"]]

    return offered


@pytest.fixture
def pottery(app):
    """A topic whose words two messages hold."""
    topic = open_topic(UserFactory(), CategoryFactory(), "La poterie de Safi", "Un métier d'argile.", "céramique")
    reply(UserFactory(), topic, "Le métier se transmet, dit Zénobie.")
    return topic


def test_a_word_of_a_single_message_is_told_to_nobody(pottery, offered):
    assert offered("zeno") == []
    reply(UserFactory(), pottery, "Zénobie a raison.")
    assert offered("zeno") == [("word", "zénobie")]


def test_words_of_a_closed_space_are_told_to_nobody(app, offered):
    space = SpaceFactory(visibility="members")
    topic = open_topic(UserFactory(), CategoryFactory(space=space), "Budget secret", "Un mécénat discret.", "mécènes")
    reply(UserFactory(), topic, "Ce mécénat, encore.")
    assert offered("mecen") == []
    assert offered("budget") == []
    member = signed_in(app, UserFactory())
    assert offered("budget", member) == [("topic", "Budget secret")]
    assert offered("mecen", member) == [("tag", "mécènes")], "the tag of what they may read, no word of the texts"


def test_a_space_that_is_closed_takes_its_words_back_at_once(pottery, offered):
    assert ("word", "métier") in offered("metie")
    with unit_of_work():
        pottery.category.space.visibility = "staff"
    assert offered("metie") == []
    assert offered("poterie") == []
    assert offered("ceram") == []


def test_a_hidden_topic_is_gone_before_the_indexer_has_run(pottery, offered, client):
    assert offered("poterie") == [("topic", "La poterie de Safi")]
    moderator = UserFactory(role="moderator")
    with unit_of_work():
        moderating.change_topic_state(moderator, pottery, "hide", "Spam")
    assert client.get("/fr/search/suggest?q=poterie").json["items"] == []
    assert offered("metie") == []


def test_a_member_who_left_is_offered_to_nobody(app, offered, client):
    member = UserFactory(display_name="Aurore Wattelier", handle="aurore-w")
    with unit_of_work():
        record(SubjectChanged("member", member.id))
    assert offered("watt") == offered("aurore-w") == [("member", "Aurore Wattelier")]
    with unit_of_work():
        member.status = "closed"
        record(SubjectHidden("member", member.id))
    assert client.get("/fr/search/suggest?q=watt").json["items"] == []
    offered("watt")
    assert db.session.query(SearchWord).filter_by(kind="member", subject_id=member.id).count() == 0


@pytest.mark.parametrize(
    ("lang", "body", "typed", "word"),
    [
        ("fr", "L'échange d'élèves", "eleve", "élèves"),
        ("en", "The apprenticeship", "Apprent", "apprenticeship"),
        ("nl", "De gemeenteraad", "gemeen", "gemeenteraad"),
        ("pt-BR", "A cooperação", "cooperac", "cooperação"),
        ("ar", "مَدْرسة جديدة", "مدر", "مَدْرسة"),
        ("vi", "Gốm sứ", "go", "gốm"),
        ("mg", "Ny fiaraha-miasa", "fiara", "fiaraha"),
    ],
)
def test_words_are_offered_in_any_spelling_as_they_are_written(app, offered, lang, body, typed, word):
    topic = open_topic(UserFactory(), CategoryFactory(), "Zzz", "Rien.")
    for _ in range(2):
        reply(UserFactory(), topic, body, lang)
    assert ("word", word) in offered(typed, lang=lang)


def test_each_line_says_its_language_and_where_it_leads(pottery, client, index_now):
    for _ in range(2):
        reply(UserFactory(), pottery, "ورشة الخزف", "ar")
    index_now()
    answer = client.get("/fr/search/suggest?q=مع الخز")
    (item,) = answer.json["items"]
    assert (item["lang"], item["dir"], item["words"]) == ("ar", "rtl", "مع الخزف")
    assert "q=" in item["url"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    (topic,) = client.get("/fr/search/suggest?q=poterie de s").json["items"]
    assert client.get(topic["url"], follow_redirects=True).status_code == 200


def test_terms_and_countries_are_offered_by_any_of_their_names(app, offered):
    keep_listed()
    assert ("place", "Maroc") in offered("maro")
    assert ("place", "Maroc") in offered("marrue"), "typed in Spanish, named as the page is"
    assert any(kind == "term" for kind, _label in offered("educa"))
    before = db.session.query(SearchWord).count()
    keep_listed()
    assert db.session.query(SearchWord).count() == before


def test_at_most_eight_in_groups(app, offered):
    keep_listed()
    for number in range(12):
        open_topic(
            UserFactory(display_name=f"Marie {number}"), CategoryFactory(), f"Maroc numéro {number}", "Marrakech."
        )
    found = offered("mar")
    assert len(found) == 8
    kinds = [kind for kind, _label in found]
    assert kinds == sorted(kinds, key=["member", "topic", "tag", "place", "term", "word"].index)
    assert {"topic", "place", "word"} <= set(kinds)


@pytest.mark.parametrize("typed", ["", " ", "a", "%", "_%", "'" * 50, "\U0010ffff\U0010ffff", "tag:", "-x"])
def test_little_or_odd_signs_offer_nothing_and_break_nothing(pottery, offered, typed):
    assert offered(typed) == []


def test_whoever_asks_too_often_waits(make_app):
    app = make_app(rate_limits=True)
    with app.app_context():
        browser = app.test_client()
        codes = {browser.get("/fr/search/suggest?q=po").status_code for _ in range(301)}
        db.session.remove()
    assert codes == {200, 429}


def test_the_number_of_statements_does_not_grow(pottery, offered, query_counter, client):
    offered("poterie")
    with query_counter() as few:
        client.get("/fr/search/suggest?q=pot")
    for number in range(20):
        open_topic(UserFactory(), pottery.category, f"Poterie {number}", "Poterie.", f"poterie-{number}")
    offered("poterie")
    with query_counter() as many:
        client.get("/fr/search/suggest?q=pot")
    assert many.count <= few.count + 6, "the tags and their words are asked for once each"


def test_every_search_box_says_where_to_ask(client):
    assert client.get("/fr/search").get_data(as_text=True).count('data-suggest-url="/fr/search/suggest"') == 2


def test_what_nobody_may_find_is_not_counted(pottery, offered):
    offered("x")
    count = db.session.query(SearchCounted).count
    before = count()
    with unit_of_work():
        moderating.change_topic_state(UserFactory(role="moderator"), pottery, "hide", "Spam")
    offered("x")
    assert count() < before
