"""Questions and recap of a live session: every pair of states, voices and marks, pages and live messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import EventRow, unit_of_work
from app.core.live import message_for
from app.forum.drafts import draft_post
from app.forum.lifecycle import next_state
from app.forum.models import Category, Post
from app.forum.sessions import questions, recap
from app.forum.sessions import services as sessions
from app.forum.sessions.events import QuestionChanged, SessionChanged
from app.forum.sessions.lifecycle import QUESTION_STATES
from app.forum.sessions.models import LiveQuestion, LiveSession
from tests.factories import CategoryFactory, UserFactory
from tests.forum.test_live_session import planned
from tests.forum.test_membership import post
from tests.forum.test_read_topic import url_of
from tests.support.forum import hidden, replied

STATES = ("waiting", "taken", "answered", "dismissed", "withdrawn")
_count = iter(range(10**6))


@pytest.fixture
def category(app: Flask) -> Category:
    return CategoryFactory()


@pytest.fixture
def leader(category: Category) -> User:
    return UserFactory(role="facilitator", space=category.space)


@pytest.fixture
def session(category: Category, leader: User, clock: Any) -> LiveSession:
    """A session that is live now."""
    made = planned(leader, category, clock() + timedelta(minutes=5))
    with unit_of_work():
        sessions.move_session(leader, made, "begin")
    return made


@pytest.fixture
def browse(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[[User], FlaskClient]:
    return lambda member: sign_in(app.test_client(), member)


def asked(member: User, session: LiveSession, body: str = "Combien coûte le visa ?", token: str = "") -> LiveQuestion:
    with unit_of_work():
        return questions.ask(member, session, body, "fr", token or f"q-{next(_count)}")


@pytest.mark.parametrize(("action", "state"), list(product(QUESTION_STATES, STATES)))
def test_every_step_of_a_question_and_no_other(action: str, state: str) -> None:
    expected = QUESTION_STATES[action].get(state)
    if expected:
        assert next_state(QUESTION_STATES, action, state) == expected
    else:
        with pytest.raises(Conflict):
            next_state(QUESTION_STATES, action, state)


@pytest.mark.parametrize(("body", "lang"), [("", "fr"), ("  ", "fr"), ("x" * 501, "fr"), ("Oui ?", "xx")])
def test_what_is_no_question(app: Flask, session: LiveSession, actor: User, body: str, lang: str) -> None:
    with pytest.raises(Invalid), unit_of_work():
        questions.ask(actor, session, body, lang, "token")


def test_a_question_is_put_once_and_three_may_wait(app: Flask, session: LiveSession, actor: User) -> None:
    first, again = asked(actor, session, token="same"), asked(actor, session, token="same")
    assert first.id == again.id
    for _ in range(2):
        asked(actor, session)
    with pytest.raises(Conflict):
        asked(actor, session)
    with pytest.raises(NotAllowed), unit_of_work():
        questions.withdraw(UserFactory(), session, first)
    with unit_of_work():
        questions.withdraw(actor, session, first)
    asked(actor, session)


@pytest.mark.parametrize("phase", ["recap", "over"])
def test_an_ended_session_takes_no_question(
    app: Flask, session: LiveSession, leader: User, actor: User, phase: str
) -> None:
    waiting = asked(UserFactory(), session)
    for action in ("end", "close")[: 1 if phase == "recap" else 2]:
        with unit_of_work():
            sessions.move_session(leader, session, action)
    with pytest.raises(NotAllowed):
        asked(actor, session)
    with pytest.raises(NotAllowed), unit_of_work():
        questions.vote(actor, session, waiting)


def test_a_voice_is_lent_once_and_taken_back(app: Flask, session: LiveSession, actor: User, leader: User) -> None:
    author = UserFactory()
    question = asked(author, session)
    with pytest.raises(NotAllowed), unit_of_work():
        questions.vote(author, session, question)
    for wanted, votes in ((True, 1), (True, 1), (None, 0), (None, 1), (False, 0), (False, 0), (True, 1)):
        with unit_of_work():
            questions.vote(actor, session, question, wanted)
        assert question.votes == votes
    assert questions.own_votes(actor, session) == {question.id}
    with unit_of_work():
        questions.decide(leader, session, question, "take")
    with pytest.raises(NotAllowed), unit_of_work():
        questions.vote(UserFactory(), session, question)


def test_the_next_question_is_the_one_most_want(app: Flask, session: LiveSession, leader: User) -> None:
    first, second, third = (asked(UserFactory(), session) for _ in range(3))
    with unit_of_work():
        questions.vote(UserFactory(), session, third)
    with pytest.raises(NotAllowed), unit_of_work():
        questions.take_next(UserFactory(), session)
    with pytest.raises(NotAllowed), unit_of_work():
        questions.decide(UserFactory(), session, first, "dismiss")
    taken = []
    for _ in range(3):
        with unit_of_work():
            taken.append(questions.take_next(leader, session).id)
        assert len(questions.shown_questions(session, ("taken",))) == 1
    assert taken == [third.id, first.id, second.id]
    with pytest.raises(Conflict), unit_of_work():
        questions.take_next(leader, session)
    assert {one.id for one in questions.shown_questions(session, ("answered",))} == {third.id, first.id}


def test_questions_through_the_page(
    app: Flask, session: LiveSession, leader: User, actor: User, browse: Callable[[User], FlaskClient]
) -> None:
    page = url_of(session.topic).replace("/fr/", "/en/")
    base = f"/en/topics/{session.topic.public_id}/questions"
    member, other, led = browse(actor), browse(UserFactory()), browse(leader)
    for typed, words in (("", "Write your question."), ("y" * 501, "at most 500")):
        answer = post(member, page, base, question=typed)
        assert (answer.status_code, words in answer.text, typed in answer.text) == (422, True, True)
    assert post(member, page, base, question="Et <i>le visa</i> ?").status_code == 303
    question = db.session.scalars(select(LiveQuestion)).one()
    assert "Et &lt;i&gt;le visa&lt;/i&gt; ?" in app.test_client().get(page).text
    act = f"{base}/{question.public_id}"
    assert post(member, page, act, action="vote").status_code == 403
    assert post(other, page, act, action="vote").status_code == 303
    assert "1 voice" in app.test_client().get(page).text
    voice = other.post(
        act, data={"action": "vote", "csrf_token": token(other, page)}, headers={"Accept": "application/json"}
    )
    assert voice.json == {"pressed": False, "votes": 0}
    assert post(other, page, act, action="answer").status_code == 403
    assert post(led, page, act, action="explode").status_code == 404
    assert post(led, page, f"{base}/none", action="answer").status_code == 404
    assert post(led, page, f"{base}/next").status_code == 303
    assert "Being answered" in other.get(page).text
    assert post(led, page, f"{base}/next").status_code == 409
    assert post(led, page, act, action="answer").status_code == 303
    assert "Questions that were answered" in other.get(page).text
    assert post(led, page, act, action="put_back").status_code == 303
    assert post(member, page, act, action="withdraw").status_code == 303
    assert "le visa" not in app.test_client().get(page).text


def token(browser: FlaskClient, page: str) -> str:
    return browser.get(page).text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def test_readers_are_told_of_one_question_at_a_time(
    app: Flask, session: LiveSession, actor: User, leader: User
) -> None:
    question = asked(actor, session)
    with app.test_request_context("/en/"):
        told = message_for(QuestionChanged(session.topic_id, question.id), "en")
        assert told is not None
        assert (told.type, told.data["state"], told.data["votes"]) == ("question", "waiting", 0)
        assert "Combien coûte le visa ?" in told.html
        with unit_of_work():
            questions.decide(leader, session, question, "dismiss")
        gone = message_for(QuestionChanged(session.topic_id, question.id), "en")
        assert gone is not None
        assert (gone.html, gone.data["state"]) == ("", "dismissed")
        moved = message_for(SessionChanged(session.topic_id), "en")
        assert moved is not None
        assert moved.data == {"phase": "live"}
        assert message_for(QuestionChanged(session.topic_id, 10**9), "en") is None
        assert message_for(SessionChanged(10**9), "en") is None
    rooms = set(db.session.scalars(select(EventRow.room).where(EventRow.name == "QuestionChanged")))
    assert rooms == {f"topic:{session.topic_id}"}


def test_marks_are_set_by_who_leads(app: Flask, session: LiveSession, leader: User, actor: User) -> None:
    said = replied(actor, session.topic, "Important.")
    with pytest.raises(NotAllowed), unit_of_work():
        recap.mark_post(actor, session, said)
    for wanted, expected in ((True, True), (True, True), (None, False), (False, False), (None, True)):
        with unit_of_work():
            assert recap.mark_post(leader, session, said, wanted) is expected
    assert recap.marked_ids(session) == {said.id}
    elsewhere = replied(actor, planned(leader, CategoryFactory(space=session.topic.category.space),
                                       session.starts_at).topic)  # fmt: skip
    with pytest.raises(Conflict), unit_of_work():
        recap.mark_post(leader, session, elsewhere)
    hidden(UserFactory(role="moderator"), said)
    assert recap.marked_posts(session) == []
    db.session.refresh(said)
    with pytest.raises(Conflict), unit_of_work():
        recap.mark_post(leader, session, said)


def test_the_recap_quotes_what_was_marked_and_leads_there(
    app: Flask, session: LiveSession, leader: User, actor: User, browse: Callable[[User], FlaskClient]
) -> None:
    kept, long = replied(actor, session.topic, "Le visa est gratuit."), replied(actor, session.topic, "mot " * 200)
    replied(actor, session.topic, "Bavardage.")
    question = asked(actor, session, "Qui paie le voyage ?")
    with unit_of_work():
        questions.decide(leader, session, question, "answer")
    page = url_of(session.topic).replace("/fr/", "/en/")
    led, member = browse(leader), browse(actor)
    address = f"/en/topics/{session.topic.public_id}/recap"
    assert (member.get(address).status_code, led.get(address).status_code) == (403, 409)
    for said in (kept, long):
        assert "For the recap" in led.get(page).text
        assert post(led, page, f"/en/posts/{said.public_id}/mark", mark="1").status_code == 303
    assert "For the recap" not in member.get(page).text
    ended = post(led, page, f"/en/topics/{session.topic.public_id}/session/phase", action="end")
    assert ended.location == address
    draft = led.get(address).text
    assert f"[post:{kept.public_id}]" in draft
    assert f"[post:{long.public_id}]" in draft
    assert "Qui paie le voyage ?" in draft
    assert "Bavardage." not in draft
    assert "quotes the 2 messages" in draft
    assert post(led, address, address, body="", lang="fr").status_code == 422
    body = f"Le récit.\n\n> [post:{kept.public_id}]\n> Le visa est gratuit."
    assert post(led, address, address, body=body, lang="fr").status_code == 303
    db.session.expire_all()
    told = db.session.get(Post, session.recap_post_id)
    assert told is not None
    assert (told.body, session.phase) == (body, "over")
    assert f"/en/posts/{kept.public_id}" in led.get(page).text
    with pytest.raises(Conflict), unit_of_work():
        recap.publish_recap(leader, session, draft_post("Encore.", "fr", "again"))


def test_the_panel_costs_the_same_however_many_questions(
    app: Flask, session: LiveSession, actor: User, query_counter: Any, browse: Callable[[User], FlaskClient]
) -> None:
    browser, page = browse(actor), f"/en/fragments/sessions/{session.topic.public_id}"
    asked(UserFactory(), session)
    browser.get(page)
    with query_counter() as few:
        browser.get(page)
    for _ in range(10):
        asked(UserFactory(), session)
    with query_counter() as many:
        browser.get(page)
    assert few.count == many.count
