"""The judged set is well formed: it asks for what is there, in every language, and mostly not by the title's words."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from app.core.i18n import INTERFACE
from app.core.markdown import plain
from app.demo.loading import compose
from app.demo.scales import composed
from app.demo.tables import Tables
from app.engagement.models import Tag, Tagging
from app.forum.models import Category, Post, Space, Topic
from app.search.analysis.words import words
from app.terms.themes import first_themes
from tests.relevance.judged import EXACT, KINDS, RELATED, TITLE, Wanted, judged_queries, titles

MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)
QUERIES = judged_queries()
UNKNOWN = {"vi": {"inflected"}}
"""Ways of asking that a language does not have: Vietnamese words keep their form."""


@pytest.fixture(scope="module")
def small():
    """The rows of a small set."""
    return compose(composed("small"), MOMENT, Tables()).rows


@pytest.fixture(scope="module")
def shown(small):
    """What a visitor may find in it: the text of each message."""
    public = {row["id"] for row in small[Space] if row["visibility"] == "public"}
    shelves = {row["id"] for row in small[Category] if row["space_id"] in public}
    titled = {row["id"]: row["title"] for row in small[Topic] if row["category_id"] in shelves}
    return {
        Wanted(titled[row["topic_id"]], row["number"]): plain(row["html"])
        for row in small[Post]
        if row["topic_id"] in titled and row["state"] == "visible"
    }


def words_of(text):
    return {word.text.casefold() for word in words(text)}


def is_of_the_title(query):
    """Whether each word stands as typed in the title of a document that is exactly what is sought."""
    exact = [wanted.topic for wanted, grade in query.expected.items() if grade == EXACT]
    return any(words_of(query.text) <= words_of(title) for title in exact)


def test_every_document_is_there_for_a_visitor(shown):
    sought = {wanted for query in QUERIES for wanted in query.expected}
    assert sought - shown.keys() == set()


def test_titles_are_unique_and_used(small):
    borne = Counter(row["title"] for row in small[Topic])
    assert {title: borne[title] for title in titles().values() if borne[title] != 1} == {}
    sought = {wanted.topic for query in QUERIES for wanted in query.expected}
    assert set(titles().values()) - sought == set()


def test_every_language_has_its_share():
    counted = Counter(query.lang for query in QUERIES)
    assert set(counted) == set(INTERFACE)
    assert min(counted.values()) >= 18
    assert counted.total() >= 126


@pytest.mark.parametrize("lang", INTERFACE)
def test_most_queries_go_beyond_the_words_of_the_title(lang):
    asked = [query for query in QUERIES if query.lang == lang]
    assert sum(is_of_the_title(query) for query in asked) <= len(asked) / 2
    assert {query.kind for query in asked} == set(KINDS) - UNKNOWN.get(lang, set())


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query.lang}: {query.text}")
def test_a_query_is_what_it_says(query, shown):
    assert query.kind in KINDS
    assert set(query.expected.values()) <= set(range(RELATED, EXACT + 1))
    assert EXACT in query.expected.values()
    assert is_of_the_title(query) == (query.kind == TITLE)
    is_phrase = query.text.startswith('"') and query.text.endswith('"')
    assert is_phrase == (query.kind == "phrase")
    exact = [shown[wanted] for wanted, grade in query.expected.items() if grade == EXACT]
    if is_phrase:
        assert all(query.text.strip('"').casefold() in text.casefold() for text in exact)
    if query.kind in ("unaccented", "typo"):
        assert not any(words_of(query.text) <= words_of(text) for text in exact)


def test_no_query_is_asked_twice():
    asked = Counter((query.lang, query.text.casefold()) for query in QUERIES)
    assert asked.most_common(1)[0][1] == 1


@pytest.mark.parametrize("query", [q for q in QUERIES if q.kind == "across"], ids=lambda q: f"{q.lang}: {q.text}")
def test_a_term_crosses_languages_through_the_vocabulary(query, small):
    """Each topic that is exactly what is sought bears the theme, and one of them at least is in another language."""
    tags = {row["id"]: row["slug"] for row in small[Tag]}
    topics = {row["title"]: row for row in small[Topic]}
    exact = [topics[wanted.topic] for wanted, grade in query.expected.items() if grade == EXACT]
    assert any(topic["lang"] != query.lang for topic in exact)
    themes = {
        code
        for code in tags.values()
        if (theme := first_themes().get(code))
        and any(words_of(query.text) <= words_of(word) for _, word in theme.words())
    }
    for topic in exact:
        borne = {tags[row["tag_id"]] for row in small[Tagging] if row["subject_id"] == topic["id"]}
        assert borne & themes, topic["title"]
