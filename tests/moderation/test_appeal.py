"""Appeals: once, in time, in one's own language, by a signed link too; decided by another moderator than the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.forum.models import Post
from app.moderation import appealing
from app.moderation.drafts import AppealDraft
from app.moderation.keys import key_of
from app.moderation.models import Appeal, Decision
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.forum import opened, replied
from tests.support.moderation import appealed, decided, reported
from tests.support.pages import said


@pytest.fixture
def post(app: Flask) -> Post:
    """A message that will be hidden."""
    topic = opened(UserFactory(), CategoryFactory())
    return replied(UserFactory(ui_lang="ar"), topic, "Un texte fâcheux.")


@pytest.fixture
def decision(post: Post) -> Decision:
    """The decision of a first moderator to hide it."""
    return decided(UserFactory(role="moderator", space=post.topic.category.space), post)


def settled(actor: User, filed: Appeal, outcome: str, answer: str = "") -> Appeal:
    with unit_of_work():
        appealing.decide_appeal(actor, filed, outcome, answer)
    return filed


def test_only_the_person_concerned_appeals(decision: Decision) -> None:
    for actor in (VISITOR, UserFactory(), decision.actor):
        assert actor is not None
        with pytest.raises(NotAllowed), unit_of_work():
            appealing.appeal(actor, decision, AppealDraft("Non.", "fr"))


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001])
def test_an_appeal_says_why(decision: Decision, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        appealed(decision, text)
    assert refused.value.field == "text"


def test_one_appeals_once(decision: Decision) -> None:
    appealed(decision)
    with pytest.raises(NotAllowed):
        appealed(decision)


def test_one_appeals_in_time(decision: Decision, clock: FrozenClock) -> None:
    clock.advance(days=182)
    with unit_of_work():
        decision.appeal_until = now()
    with pytest.raises(NotAllowed):
        appealed(decision)


def test_there_is_no_appeal_against_what_is_in_ones_favour(post: Post, decision: Decision) -> None:
    moderator = UserFactory(role="moderator")
    restored = decided(moderator, post, "restore")
    for one in (restored, decision):
        db.session.refresh(one)
        with pytest.raises(NotAllowed):
            appealed(one)


@pytest.mark.parametrize("who", ["member", "author", "first", "other moderator"])
def test_who_does_not_decide_on_an_appeal(decision: Decision, post: Post, who: str) -> None:
    filed = appealed(decision)
    actors = {
        "member": UserFactory(),
        "author": post.author,
        "first": decision.actor,
        "other moderator": UserFactory(role="moderator", space=SpaceFactory()),
    }
    with pytest.raises(NotAllowed):
        settled(actors[who], filed, "uphold")
    assert filed.state == "open"


@pytest.mark.parametrize(
    ("outcome", "answer", "field"),
    [("burn", "a", "outcome"), ("reject", " ", "answer"), ("uphold", "x" * 4001, "answer")],
)
def test_what_a_decision_on_an_appeal_must_say(decision: Decision, outcome: str, answer: str, field: str) -> None:
    filed = appealed(decision)
    with pytest.raises(Invalid) as refused:
        settled(UserFactory(role="moderator"), filed, outcome, answer)
    assert refused.value.field == field


def test_an_appeal_is_decided_once(decision: Decision) -> None:
    filed, moderator = appealed(decision), UserFactory(role="moderator")
    settled(moderator, filed, "reject", "لا.")
    with pytest.raises(Conflict):
        settled(moderator, filed, "uphold")


def test_an_appeal_that_is_upheld_undoes_the_decision_and_closes_the_reports(
    post: Post, run_consumers: Callable[[], int]
) -> None:
    report = reported(UserFactory(), post)
    decision = decided(UserFactory(role="moderator"), post, "remove")
    filed = settled(UserFactory(role="moderator"), appealed(decision, "هذا خطأ.", "ar"), "uphold", "معك حق.")
    for row in (post, decision, report):
        db.session.refresh(row)
    assert (post.state, decision.state, filed.state, report.state) == ("visible", "lifted", "upheld", "closed")
    actions = [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert actions == ["remove", "appeal_upheld", "reinstate"]
    run_consumers()
    run_consumers()
    letters = db.session.scalars(select(OutgoingMail).where(OutgoingMail.to == post.author.email)).all()
    assert len(letters) == 2
    assert "معك حق." in letters[-1].text
    assert letters[-1].lang == "ar"


def test_an_appeal_that_is_rejected_changes_nothing(decision: Decision, post: Post) -> None:
    filed = settled(UserFactory(role="moderator"), appealed(decision), "reject", "La règle vaut pour tous.")
    db.session.refresh(post)
    db.session.refresh(decision)
    assert (post.state, decision.state, filed.answer_lang) == ("hidden_by_moderator", "in_force", "ar")


@pytest.mark.parametrize("act", ["lock", "hide", "remove"])
def test_a_topic_comes_back(post: Post, act: str) -> None:
    topic = post.topic
    decision = decided(UserFactory(role="moderator"), topic, act)
    settled(UserFactory(role="moderator"), appealed(decision), "uphold")
    db.session.refresh(topic)
    assert topic.state == "open"


def test_accounts_are_decided_upon_by_who_moderates_every_space_and_open_again(post: Post) -> None:
    first = decided(UserFactory(role="staff"), post, "suspend", until=now() + timedelta(days=9))
    author = post.author
    filed = appealed(first)
    with pytest.raises(NotAllowed):
        settled(UserFactory(role="moderator", space=post.topic.category.space), filed, "uphold")
    settled(UserFactory(role="moderator"), filed, "uphold")
    db.session.refresh(author)
    assert (author.status, author.active) == ("active", True)


def test_an_exclusion_is_undone(post: Post) -> None:
    space = post.topic.category.space
    decision = decided(UserFactory(role="moderator", space=space), post, "exclude")
    settled(UserFactory(role="moderator", space=space), appealed(decision), "uphold")
    author = db.session.get(User, post.author_id, populate_existing=True)
    assert author
    assert not author.is_excluded(space.id)


def test_a_warning_and_what_was_shown_again_since_need_no_undoing(post: Post) -> None:
    moderator, other = UserFactory(role="moderator"), UserFactory(role="moderator")
    warning = decided(moderator, post, "warn")
    assert settled(other, appealed(warning), "uphold").state == "upheld"
    db.session.refresh(warning)
    assert warning.state == "lifted"
    hidden = decided(moderator, post, "hide")
    filed = appealed(hidden)
    with unit_of_work():
        post.state = "deleted_by_author"
    settled(other, filed, "uphold")
    db.session.refresh(post)
    assert post.state == "deleted_by_author"


def test_who_is_suspended_reads_and_appeals_by_the_link_of_the_mail(
    client: FlaskClient, post: Post, run_consumers: Callable[[], int]
) -> None:
    decision = decided(UserFactory(role="staff"), post, "ban", "hate")
    run_consumers()
    (letter,) = db.session.scalars(select(OutgoingMail)).all()
    link = f"/ar/decisions/{decision.public_id}?key={key_of(decision)}"
    assert link in letter.text
    assert client.get(f"/ar/decisions/{decision.public_id}").status_code == 404
    assert client.get(f"/ar/decisions/{decision.public_id}?key=é").status_code == 404
    page = client.get(link.replace("/ar/", "/en/"))
    assert page.status_code == 200
    assert "Un texte fâcheux." in page.text, "its author reads it again"
    data = {"csrf_token": token_of(page), "key": key_of(decision), "lang": "ar"}
    address = f"/en/decisions/{decision.public_id}/appeal"
    assert client.post(address, data=data | {"text": "خطأ", "key": "0"}).status_code == 404
    empty = client.post(address, data=data | {"text": " "})
    assert empty.status_code == 422
    assert "Say why" in said(empty)
    sent = client.post(address, data=data | {"text": "هذا خطأ."})
    assert sent.status_code == 303
    assert "Another moderator" in said(client.get(sent.location))
    filed = db.session.scalars(select(Appeal)).one()
    assert (filed.lang, filed.text) == ("ar", "هذا خطأ.")
    assert client.post(address, data=data | {"text": "Encore"}).status_code == 422


def test_the_author_finds_decisions_on_their_page(
    app: Flask, sign_in: Callable[..., FlaskClient], decision: Decision, post: Post
) -> None:
    browser = sign_in(app.test_client(), post.author)
    assert "Hidden" in said(browser.get("/en/account/decisions"))
    page = browser.get(f"/en/decisions/{decision.public_id}")
    assert decision.statement.split("\n")[0] in page.text
    assert sign_in(app.test_client(), UserFactory()).get(f"/en/decisions/{decision.public_id}").status_code == 404
    data = {"csrf_token": token_of(page), "text": "C'est une erreur.", "lang": "xx"}
    assert browser.post(f"/en/decisions/{decision.public_id}/appeal", data=data).status_code == 303
    assert db.session.scalars(select(Appeal)).one().lang == "ar", "an unknown language is that of the statement"


def test_appeals_at_the_desk(app: Flask, sign_in: Callable[..., FlaskClient], decision: Decision, post: Post) -> None:
    filed = appealed(decision, "Je conteste.")
    address = f"/en/moderation/appeals/{filed.public_id}"
    assert sign_in(app.test_client(), UserFactory()).get(address).status_code == 403
    elsewhere = UserFactory(role="moderator", space=SpaceFactory())
    assert sign_in(app.test_client(), elsewhere).get(address).status_code == 404
    first = sign_in(app.test_client(), decision.actor)
    assert "another moderator decides" in said(first.get("/en/moderation/appeals"))
    assert 'name="outcome"' not in first.get(address).text
    other = sign_in(app.test_client(), UserFactory(role="moderator"))
    assert "Je conteste." in said(other.get("/en/moderation/appeals"))
    page = other.get(address)
    data = {"csrf_token": token_of(page)}
    assert other.post(address, data=data | {"outcome": "reject"}).status_code == 422
    assert other.post(address, data=data | {"outcome": "uphold", "answer": "Oui."}).status_code == 303
    db.session.refresh(post)
    assert post.state == "visible"
    assert "No appeal to decide on" in said(other.get("/en/moderation/appeals"))
    assert "taken back" in said(other.get("/en/moderation/appeals?state=decided"))
    assert "taken back" in said(other.get(address))
