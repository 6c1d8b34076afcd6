"""A reply is found by the title and the tags of its topic as well, and by the new ones when those change."""

from __future__ import annotations

import pytest

from app.core.db import db
from app.core.events import tail, unit_of_work
from app.core.subjects import SubjectRenamed
from app.engagement import tag_keeping
from app.engagement.models import Tag
from app.forum import services
from app.forum.models import Topic
from app.search import services as indexing
from app.search.checking import check_index
from app.search.index import current_index
from tests.factories import CategoryFactory, UserFactory
from tests.search.conftest import open_topic, reply


@pytest.fixture
def topic(app, index_now):
    """A topic of two replies that do not say what it is about."""
    topic = open_topic(UserFactory(), CategoryFactory(), "Les potiers de Desvres", "Bonjour.", "argile", "education")
    reply(UserFactory(), topic, "Deux mains suffisent.")
    reply(UserFactory(), topic, "Een oven ook.", "nl")
    index_now()
    return topic


def renamed(topic: Topic, title: str, *tags: str) -> None:
    with unit_of_work():
        services.edit_topic(topic.author, topic, title, topic.lang, topic.kind, tags)


def texts(page) -> list[str]:
    return sorted(page.words)


@pytest.mark.parametrize("words", ["potier", "potiers desvres", "argile", "éducation", "potier mains", "oven potiers"])
def test_replies_are_found_by_title_and_tags(topic, search, words):
    assert {"Deux mains suffisent.", "Een oven ook."} & set(search(words).words)


def test_the_topic_comes_before_its_replies(topic, search):
    page = search("potier")
    assert page.words[0] == "Bonjour."
    assert len(page.words) == 3
    assert page.marks.count("potiers") == 3, "the title of its topic stands above a reply"


def test_a_reply_that_says_it_comes_before_one_that_does_not(topic, search, index_now):
    reply(UserFactory(), topic, "Un potier me l’a montré.")
    index_now()
    assert search("potier", kind="post").words[0] == "Un potier me l’a montré."


@pytest.mark.parametrize("words", ['"potiers de Desvres"', '"Les potiers"'])
def test_a_phrase_of_the_title_is_sought_in_what_is_said(topic, search, words):
    assert search(words).words == ["Bonjour."]


def test_no_word_of_the_vocabulary_is_named_where_the_title_says_what_was_typed(topic, search):
    assert search("potier", kind="post").texts("p[@class='meta reason']") == []


def test_a_new_title_finds_the_replies_and_the_old_one_no_longer(topic, search, index_now):
    renamed(topic, "Les tisserands", "argile", "education")
    index_now()
    assert search("potier").titles == []
    assert texts(search("tisserand")) == ["Bonjour.", "Deux mains suffisent.", "Een oven ook."]
    assert check_index(current_index()).outdated == 0


def test_other_tags_find_the_replies_and_the_old_ones_no_longer(topic, search, index_now):
    renamed(topic, topic.title, "verre")
    index_now()
    assert search("argile").titles == []
    assert len(search("verre").titles) == 3
    with unit_of_work():
        tag = db.session.query(Tag).filter_by(slug="verre").one()
        tag_keeping.rename_tag(UserFactory(role="administrator"), tag, "cristal")
    index_now()
    assert search("verre").titles == []
    assert len(search("cristal").titles) == 3
    assert check_index(current_index()).outdated == 0


def test_replies_are_read_again_for_a_new_name_alone(topic, index_now, monkeypatch):
    touched = []
    before = indexing.documents_of

    def reading(kind, ids):
        touched.append((kind.name, len(ids)))
        return before(kind, ids)

    monkeypatch.setattr(indexing, "documents_of", reading)
    renamed(topic, topic.title, "argile", "education")
    index_now()
    assert touched == [("topic", 1)]
    renamed(topic, "Les tisserands", "argile", "education")
    index_now()
    assert sorted(touched[1:]) == [("post", 2), ("topic", 1)]


def test_nobody_is_told_of_a_new_name_but_the_index(topic):
    renamed(topic, "Les tisserands", "argile", "education")
    (told,) = [row for row in tail((0, 0), 1_000) if row.event == SubjectRenamed("topic", topic.id)][-1:]
    assert told.room is None
