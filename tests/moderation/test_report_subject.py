"""Reporting: who may, what is refused beside which field, what happens at once, who is told: refusals first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.core import options
from app.core.db import db
from app.core.errors import Invalid, NotAllowed, TooMany
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.core.policy import Actor
from app.forum.models import Post
from app.moderation import reporting
from app.moderation.drafts import ReportDraft
from app.moderation.keys import key_of
from app.moderation.models import Decision, Report
from tests.factories import CategoryFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.clock import FrozenClock
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page, words
from tests.support.pages import errors_of, fields_of, page_of, said


@pytest.fixture
def post(app: Flask) -> Post:
    """A message to report."""
    topic = opened(UserFactory(), CategoryFactory())
    return replied(UserFactory(ui_lang="ar"), topic, "Un texte fâcheux.")


def reported(actor: Actor, post: Post, reason: str = "spam", text: str = "", email: str = "") -> Report:
    with unit_of_work():
        return reporting.report_subject(actor, "post", post, ReportDraft(reason, text, email))


def address(post: Post) -> str:
    return f"/en/report/post/{post.public_id}"


def form_of(answer: object) -> dict[str, str]:
    form = next(
        one for one in page_of(answer).iter("form") if one.get("method") == "post" and one.get("class") == "stack form"
    )  # type: ignore[arg-type]
    return fields_of(answer, form)  # type: ignore[arg-type]


def test_what_is_not_seen_cannot_be_reported(client: FlaskClient, post: Post) -> None:
    hidden(UserFactory(role="moderator"), post)
    assert client.get(address(post)).status_code == 404
    assert client.get("/en/report/post/01j0000000000000000000000").status_code == 404
    assert client.get(f"/en/report/space/{post.topic.category.space.slug}").status_code == 404
    assert client.get("/en/report/nothing/x").status_code == 404


def test_nobody_reports_what_is_their_own(app: Flask, sign_in: Callable[..., FlaskClient], post: Post) -> None:
    assert sign_in(app.test_client(), post.author).get(address(post)).status_code == 403
    with pytest.raises(NotAllowed):
        reported(post.author, post)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ReportDraft(""), "reason"),
        (ReportDraft("burn"), "reason"),
        (ReportDraft("other", "  "), "text"),
        (ReportDraft("spam", "x" * 2001), "text"),
    ],
)
def test_a_report_needs_a_reason_and_other_reasons_words(post: Post, draft: ReportDraft, field: str) -> None:
    with pytest.raises(Invalid) as refused, unit_of_work():
        reporting.report_subject(UserFactory(), "post", post, draft)
    assert refused.value.field == field


def test_a_visitor_says_where_to_be_answered(client: FlaskClient, post: Post) -> None:
    opened_page = client.get(address(post))
    fields = form_of(opened_page) | {"reason": "spam", "text": "De la publicité."}
    answer = client.post(address(post), data=fields)
    assert answer.status_code == 422
    assert any("e-mail" in one for one in errors_of(answer))
    assert "De la publicité." in answer.text, "what was typed stays"
    answer = client.post(address(post), data=fields | {"email": "not an address"})
    assert answer.status_code == 422
    assert db.session.scalar(select(Report)) is None


def test_visitors_may_be_kept_from_reporting(client: FlaskClient, post: Post) -> None:
    with unit_of_work():
        options.change(None, "moderation.visitors_report", False)
    with pytest.raises(NotAllowed):
        reported(VISITOR, post, email="someone@example.org")


def test_a_visitor_gets_a_receipt_with_a_link_that_is_theirs_alone(
    app: Flask, client: FlaskClient, post: Post, run_consumers: Callable[[], int]
) -> None:
    fields = form_of(client.get(address(post))) | {
        "reason": "privacy",
        "text": "Mon numéro.",
        "email": "Reader@Example.org",
    }
    sent = client.post(address(post), data=fields)
    assert sent.status_code == 303
    report = db.session.scalars(select(Report)).one()
    assert (report.state, report.email, report.reason, report.gravity) == ("new", "reader@example.org", "privacy", 2)
    assert sent.location == f"/en/posts/{post.public_id}"
    page = f"/en/reports/{report.public_id}"
    assert client.get(page).status_code == 404
    assert client.get(f"{page}?key={key_of(report)[:-1]}x").status_code == 404
    run_consumers()
    run_consumers()
    (letter,) = db.session.scalars(select(OutgoingMail)).all()
    assert (letter.to, letter.lang) == ("reader@example.org", "en")
    assert f"/en/reports/{report.public_id}?key={key_of(report)}" in letter.text
    assert "Received: a moderator" in said(client.get(f"{page}?key={key_of(report)}"))


def test_who_types_the_address_of_somebody_else_learns_nothing_of_their_report(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    reported(VISITOR, post, "privacy", "Mon numéro.", "reader@example.org")
    answers = []
    for email in ("reader@example.org", "other@example.org"):
        fields = form_of(client.get(address(post))) | {"reason": "spam", "email": email}
        answers.append(client.post(address(post), data=fields))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert "Mon numéro." not in said(client.get(answers[0].location))


def test_a_member_reports_by_the_link_under_the_message_and_follows_it(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], post: Post
) -> None:
    reader = sign_in(app.test_client(), UserFactory())
    for browser in (client, reader):
        links = Page(browser.get(url_of(post.topic)).text).links()
        assert address(post) in links
    assert address(post) not in Page(sign_in(app.test_client(), post.author).get(url_of(post.topic)).text).links()
    page = reader.get(address(post))
    assert 'name="email"' not in page.text
    sent = reader.post(address(post), data=form_of(page) | {"reason": "hate"})
    assert sent.status_code == 303
    assert "key=" not in sent.location
    assert "Received" in said(reader.get(sent.location))
    assert "Received" in said(reader.get("/en/account/reports"))
    assert client.get(sent.location).status_code == 404
    again = reader.get(address(post))
    assert again.status_code == 302, "one report per person and subject while it is open"
    assert again.location == sent.location
    with unit_of_work():
        other = options.value("moderation.reports_a_day")
    assert other == 20


def test_one_report_per_person_while_it_is_open(post: Post) -> None:
    member = UserFactory()
    assert reported(member, post).id == reported(member, post, "hate").id
    first = reported(VISITOR, post, email="a@example.org")
    assert reported(VISITOR, post, email="A@example.org").id == first.id
    assert reported(VISITOR, post, email="b@example.org").id != first.id


def test_so_many_reports_in_a_day(post: Post, clock: FrozenClock) -> None:
    member = UserFactory()
    with unit_of_work():
        options.change(None, "moderation.reports_a_day", 2)
    posts = [replied(UserFactory(), post.topic) for _ in range(3)]
    for one in posts[:2]:
        reported(member, one)
    with pytest.raises(TooMany):
        reported(member, posts[2])
    clock.advance(hours=25)
    assert reported(member, posts[2]).state == "new"


def test_whoever_is_nearly_always_wrong_sends_fewer(post: Post) -> None:
    member, moderator = UserFactory(), UserFactory(role="moderator")
    from tests.support.moderation import decided

    for _ in range(5):
        one = replied(UserFactory(), post.topic)
        reported(member, one)
        decided(moderator, one, "dismiss")
    with pytest.raises(TooMany):
        reported(member, post)


def test_what_endangers_a_minor_is_hidden_at_once_and_its_author_told(
    post: Post, run_consumers: Callable[[], int]
) -> None:
    report = reported(UserFactory(), post, "minor_safety")
    db.session.refresh(post)
    assert post.state == "hidden_by_moderator"
    assert report.state == "new", "it still waits for a moderator"
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.act, decision.is_automatic, decision.actor_id) == ("hide", True, None)
    run_consumers()
    (letter,) = db.session.scalars(select(OutgoingMail).where(OutgoingMail.to == post.author.email)).all()
    assert letter.lang == "ar"
    assert decision.public_id in letter.text


def test_what_a_moderator_left_in_place_is_not_hidden_again_by_itself(post: Post) -> None:
    from tests.support.moderation import decided

    moderator = UserFactory(role="moderator")
    reported(UserFactory(), post, "minor_safety")
    decided(moderator, post, "dismiss")
    db.session.refresh(post)
    assert post.state == "visible"
    reported(UserFactory(), post, "minor_safety")
    db.session.refresh(post)
    assert post.state == "visible"
    assert words(Page("<!doctype html><title>a</title>").one("title")) == "a"
