"""Who reported contests that nothing was done: once, in time, by the link of the mail too; another decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.core.personal import declared, rows_of
from app.forum.models import Post
from app.moderation import appealing, queries
from app.moderation.drafts import AppealDraft
from app.moderation.keys import key_of
from app.moderation.models import Appeal, Report
from app.moderation.personal import forget_owner
from tests.factories import CategoryFactory, UserFactory
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.forum import opened, replied
from tests.support.moderation import decided, reported
from tests.support.pages import said

WHY = "Regardez encore, s'il vous plaît."


@pytest.fixture
def post(app: Flask) -> Post:
    return replied(UserFactory(), opened(UserFactory(), CategoryFactory()), "Un texte fâcheux.")


@pytest.fixture
def first(post: Post) -> User:
    """The moderator who leaves it as it is."""
    return UserFactory(role="moderator", space=post.topic.category.space)


@pytest.fixture
def report(post: Post, first: User) -> Report:
    """A report that led to nothing."""
    sent = reported(UserFactory(ui_lang="ar"), post)
    decided(first, post, "dismiss")
    db.session.refresh(sent)
    return sent


def contested(report: Report, actor: object = None, text: str = WHY, has_key: bool = False) -> Appeal:
    with unit_of_work():
        who = actor or report.reporter
        return appealing.contest(who, report, AppealDraft(text, "fr"), has_key=has_key)  # type: ignore[arg-type]


def settled(actor: User, filed: Appeal, outcome: str, answer: str = "") -> Appeal:
    with unit_of_work():
        return appealing.decide_appeal(actor, filed, outcome, answer)


def test_only_who_reported_contests(report: Report, post: Post, first: User) -> None:
    for actor in (VISITOR, UserFactory(), post.author, first):
        with pytest.raises(NotAllowed):
            contested(report, actor)
    for text in ("", "x" * 4001):
        with pytest.raises(Invalid):
            contested(report, text=text)
    assert contested(report).report_id == report.id


def test_once_in_time_and_only_where_nothing_was_done(report: Report, post: Post, clock: FrozenClock) -> None:
    acted_on = reported(UserFactory(), post)
    with pytest.raises(NotAllowed):
        contested(acted_on)
    decided(UserFactory(role="moderator"), post)
    db.session.refresh(acted_on)
    with pytest.raises(NotAllowed):
        contested(acted_on)
    contested(report)
    with pytest.raises(NotAllowed):
        contested(report)


def test_it_is_too_late_after_the_time_to_appeal(report: Report, clock: FrozenClock) -> None:
    clock.advance(days=184)
    with pytest.raises(NotAllowed):
        contested(report)


def test_neither_the_first_moderator_nor_who_reported_nor_the_author_decides(
    report: Report, post: Post, first: User
) -> None:
    filed = contested(report)
    assert report.reporter
    assert post.author
    everywhere = [first, report.reporter, post.author]
    for one in everywhere:
        with unit_of_work():
            one.roles.append(type(first.roles[0])(name="moderator", space_id=None))
        with pytest.raises(NotAllowed):
            settled(one, filed, "reject", "Non.")
    for one, sees in zip(everywhere, (True, True, False), strict=True):
        assert [row.id for row in queries.appeals(one, "open", None).rows] == ([filed.id] if sees else [])
        assert queries.desk_counts(one).appeals == 0
    with pytest.raises(NotFound):
        queries.get_appeal(post.author, filed.public_id)
    assert queries.desk_counts(UserFactory(role="moderator")).appeals == 1


def test_upheld_the_report_waits_again_and_the_first_does_not_leave_it_as_it_is_again(
    report: Report, post: Post, first: User, run_consumers: Callable[[], object]
) -> None:
    other = UserFactory(role="moderator")
    settled(other, contested(report), "uphold")
    db.session.refresh(report)
    assert (report.state, report.decision_id, report.taken_by_id) == ("triaged", None, other.id)
    with pytest.raises(NotAllowed):
        decided(first, post, "dismiss")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "appeal_upheld")).one()
    assert entry.actor_id == other.id
    decided(other, post, "hide")
    db.session.refresh(report)
    assert (report.state, post.state) == ("actioned", "hidden_by_moderator")


def test_rejected_everyone_who_reported_is_told_and_addresses_go(
    post: Post, first: User, run_consumers: Callable[[], object]
) -> None:
    visitor = reported(VISITOR, post, email="temoin@example.org")
    member = reported(UserFactory(email="membre@example.org"), post)
    decided(first, post, "dismiss")
    run_consumers()
    db.session.refresh(visitor)
    settled(UserFactory(role="moderator"), contested(visitor, VISITOR, has_key=True), "reject", "Rien à redire.")
    run_consumers()
    mails = [one for one in db.session.scalars(select(OutgoingMail)) if "Rien à redire." in one.text]
    assert sorted(one.to for one in mails) == ["membre@example.org", "temoin@example.org"]
    for one in (visitor, member):
        db.session.refresh(one)
        assert (one.state, one.email) == ("closed", None)


def test_through_the_pages(
    app: Flask, post: Post, first: User, sign_in: Callable[..., FlaskClient], run_consumers: Callable[[], object]
) -> None:
    sent = reported(VISITOR, post, email="temoin@example.org")
    decided(first, post, "dismiss")
    run_consumers()
    mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert mail
    assert (mail.to, key_of(sent) in mail.text) == ("temoin@example.org", True)
    assert "recours" in mail.text
    visitor, address = app.test_client(), f"/fr/reports/{sent.public_id}"
    assert visitor.get(address).status_code == 404
    page = visitor.get(f"{address}?key={key_of(sent)}")
    fields = {"csrf_token": token_of(page), "lang": "fr", "key": key_of(sent)}
    assert visitor.post(f"{address}/contest", data={**fields, "key": "non", "text": WHY}).status_code == 404
    refused = visitor.post(f"{address}/contest", data={**fields, "text": " "})
    assert refused.status_code == 422
    assert visitor.post(f"{address}/contest", data={**fields, "text": WHY}).status_code == 303
    assert WHY in said(visitor.get(f"{address}?key={key_of(sent)}"))
    desk = sign_in(app.test_client(), UserFactory(role="moderator"))
    assert WHY in said(desk.get("/fr/moderation/appeals"))
    (filed,) = db.session.scalars(select(Appeal))
    where = f"/fr/moderation/appeals/{filed.public_id}"
    shown = desk.get(where)
    assert "temoin@example.org" not in shown.text
    answer = desk.post(where, data={"csrf_token": token_of(shown), "outcome": "reject", "answer": "Rien."})
    assert answer.status_code == 303
    assert "Rien." in said(visitor.get(f"{address}?key={key_of(sent)}"))


def test_what_was_asked_is_in_its_writers_copy_and_goes_with_them(report: Report, post: Post) -> None:
    filed, writer, author = contested(report), report.reporter, post.author
    (sent,) = [one for one in declared() if one.name == "appeal_sent"]
    assert writer is not None
    assert author is not None
    assert [row["text"] for row in rows_of(sent, writer.id)] == [WHY]
    assert list(rows_of(sent, author.id)) == [], "it is not theirs, though it is about their message"
    for member, left in ((author, WHY), (writer, "")):
        with unit_of_work():
            forget_owner(member)
        db.session.refresh(filed)
        assert filed.text == left
