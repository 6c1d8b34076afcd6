"""The states of topics and messages, as the index has them: each change is found by `is:` once the indexer has read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.db import db, now
from app.core.events import unit_of_work
from app.forum import categories, services
from app.forum.history.wikis import set_wiki
from app.forum.models import Post
from app.forum.order import moderating
from app.forum.sessions.models import LiveSession
from app.forum.sessions.services import move_session
from app.forum.spaces import services as spaces
from app.search.documents import documents_of, indexed_kinds
from tests.factories import CategoryFactory, UserFactory
from tests.search.conftest import open_topic, reply


@pytest.fixture
def question(app):
    """An open question without an answer."""
    topic = open_topic(UserFactory(), CategoryFactory(), "Le four", "Quelle température ?")
    with unit_of_work():
        topic.kind = "question"
    return topic


@pytest.fixture
def is_found(search, index_now):
    def is_found(mark: str, kind: str = "topic") -> bool:
        return bool(search(f"kind:{kind} is:{mark}").titles)

    return is_found


def first_of(topic):
    return db.session.query(Post).filter_by(topic_id=topic.id, number=1).one()


def change(topic, what):
    administrator = UserFactory(role="administrator")
    with unit_of_work():
        match what:
            case "lock":
                moderating.change_topic_state(administrator, topic, "lock", "Fin")
            case "pin":
                moderating.pin_topic(administrator, topic, True, "Utile")
            case "wiki":
                set_wiki(administrator, first_of(topic), True)
            case "archive category":
                categories.archive_category(administrator, topic.category)
            case "archive space":
                spaces.archive_space(administrator, topic.category.space)


@pytest.mark.parametrize(
    ("what", "added", "gone"),
    [
        ("lock", {"closed"}, {"open", "unanswered"}),
        ("pin", {"pinned"}, set()),
        ("wiki", {"wiki"}, set()),
        ("archive category", {"archived", "closed"}, {"open"}),
        ("archive space", {"archived", "closed"}, {"open"}),
    ],
)
def test_a_change_of_state_is_found(question, is_found, index_now, what, added, gone):
    index_now()
    before = {"open", "unanswered"}
    states = ("open", "closed", "solved", "unanswered", "pinned", "wiki", "live", "archived")
    assert {mark for mark in states if is_found(mark)} == before
    change(question, what)
    index_now()
    assert {mark for mark in states if is_found(mark)} == (before | added) - gone


def test_an_answer_makes_it_answered_then_solved(question, is_found, index_now):
    answer = reply(UserFactory(), question, "Mille degrés.")
    index_now()
    assert not is_found("unanswered")
    assert not is_found("solved")
    with unit_of_work():
        services.accept_answer(question.author, answer)
    index_now()
    assert is_found("solved")
    assert is_found("solved", "post")
    with unit_of_work():
        services.accept_answer(question.author, answer)
    index_now()
    assert not is_found("solved")
    assert not is_found("solved", "post")


def test_a_session_is_live_while_it_is(question, is_found, index_now):
    with unit_of_work():
        question.kind = "live_session"
        moment = now()
        db.session.add(
            LiveSession(topic_id=question.id, starts_at=moment, ends_at=moment + timedelta(hours=1), timezone="UTC")
        )
    index_now()
    session = db.session.get(LiveSession, question.id)
    for action, is_live in (("begin", True), ("end", False)):
        with unit_of_work():
            move_session(question.author, session, action)
        index_now()
        assert is_found("live") is is_live


def test_a_reply_moves_its_topic_up_in_order_of_activity(app, search, index_now, clock):
    author, category = UserFactory(), CategoryFactory()
    first = open_topic(author, category, "Carnaval un", "Chahut.")
    clock.advance(minutes=5)
    open_topic(author, category, "Carnaval deux", "Chahut.")
    index_now()
    assert search("kind:topic carnaval", sort="active").titles == ["Carnaval deux", "Carnaval un"]
    clock.advance(minutes=5)
    reply(author, first, "Encore.")
    index_now()
    assert search("kind:topic carnaval", sort="active").titles == ["Carnaval un", "Carnaval deux"]
    assert search("kind:topic carnaval", sort="newest").titles == ["Carnaval deux", "Carnaval un"]


def test_documents_are_read_in_as_many_statements_however_many(app, query_counter):
    author, category = UserFactory(), CategoryFactory()
    topics = [open_topic(author, category, f"Sujet {number}", "Texte.", "argile") for number in range(6)]
    posts = [reply(author, topic, "Réponse.") for topic in topics]
    for name, ids in (("topic", [topic.id for topic in topics]), ("post", [post.id for post in posts])):
        counts = []
        for some in (ids[:1], ids):
            db.session.expire_all()
            with query_counter() as statements:
                assert len(documents_of(indexed_kinds()[name], some)) == len(some)
            counts.append(statements.count)
        assert counts[0] == counts[1]
