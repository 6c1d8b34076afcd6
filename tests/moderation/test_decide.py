"""Decisions: who takes them, what they do, what those concerned are told: refusals before success."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.config import Settings
from app.core.audit import AuditEntry
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.core.mail import OutgoingMail
from app.core.oversight import HOUSE
from app.engagement import services as engagement
from app.engagement.queries import attachments_of
from app.forum import policy as forum_policy
from app.forum.models import Post
from app.moderation import appealing, deciding
from app.moderation.drafts import DecisionDraft
from app.moderation.jobs import close_settled, end_what_is_due, keep_reports_in_place
from app.moderation.models import Decision, Report
from app.moderation.statements import rule
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.forum import opened, replied
from tests.support.moderation import appealed, case_of, decided, reported
from tests.support.pages import said


@pytest.fixture
def post(app: Flask) -> Post:
    """A message to decide on, of somebody who reads Arabic."""
    topic = opened(UserFactory(), CategoryFactory())
    return replied(UserFactory(ui_lang="ar"), topic, "Un texte fâcheux.")


@pytest.fixture
def moderator(post: Post) -> User:
    """The moderator of its space."""
    found: User = UserFactory(role="moderator", space=post.topic.category.space)
    return found


def states(*reports: Report) -> list[str]:
    for report in reports:
        db.session.refresh(report)
    return [report.state for report in reports]


@pytest.mark.parametrize("who", ["member", "author", "other moderator", "reporter"])
def test_who_does_not_decide(post: Post, who: str) -> None:
    space = post.topic.category.space
    actors = {
        "member": UserFactory(),
        "author": post.author,
        "other moderator": UserFactory(role="moderator", space=SpaceFactory()),
        "reporter": UserFactory(role="moderator", space=space),
    }
    report = reported(actors["reporter"], post)
    if who == "author":
        with unit_of_work():
            from app.accounts.models import Role

            post.author.roles.append(Role(name="moderator"))
    with pytest.raises(NotAllowed):
        decided(actors[who], post)
    assert (post.state, states(report)) == ("visible", ["new"])


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (DecisionDraft("burn"), "act"),
        (DecisionDraft("reinstate"), "act"),
        (DecisionDraft("hide", "because"), "reason"),
        (DecisionDraft("hide", "spam", statement="x" * 2001), "statement"),
        (DecisionDraft("suspend", "spam"), "days"),
    ],
)
def test_what_a_decision_must_say(post: Post, draft: DecisionDraft, field: str) -> None:
    staff = UserFactory(role="staff")
    with pytest.raises(Invalid) as refused, unit_of_work():
        deciding.decide(staff, case_of(post), draft)
    assert refused.value.field == field


def test_there_is_nothing_to_leave_where_nothing_is_reported(post: Post, moderator: User) -> None:
    with pytest.raises(Conflict):
        decided(moderator, post, "dismiss")


def test_a_state_allows_some_decisions(post: Post, moderator: User) -> None:
    with pytest.raises(Conflict):
        decided(moderator, post, "restore")
    decided(moderator, post, "hide")
    with pytest.raises(Conflict):
        decided(moderator, post, "hide")
    with pytest.raises(Conflict):
        decided(moderator, post, "lock")


def test_all_reports_of_a_subject_are_settled_together_and_everyone_is_told_once(
    post: Post, moderator: User, run_consumers: Callable[[], int]
) -> None:
    from app.accounts.actor import VISITOR

    member = UserFactory(ui_lang="nl")
    both = reported(member, post), reported(VISITOR, post, "hate", email="v@example.org")
    decision = decided(moderator, post, "hide", "hate")
    assert post.state == "hidden_by_moderator"
    assert post.state_reason == "hate"
    assert states(*both) == ["actioned", "actioned"]
    assert all(report.looked_at and report.decided_at for report in both)
    assert (decision.member_id, decision.statement_lang, decision.is_reported) == (post.author_id, "ar", True)
    assert rule("hate", "ar") in decision.statement
    run_consumers()
    with unit_of_work():
        from app.core.events import record
        from app.moderation.events import DecisionTaken

        record(DecisionTaken(decision.id))
    run_consumers()
    letters = {letter.to: letter for letter in db.session.scalars(select(OutgoingMail))}
    assert db.session.query(OutgoingMail).filter(OutgoingMail.to == post.author.email).count() == 1
    assert letters[post.author.email].lang == "ar"
    assert decision.statement.split("\n")[0] in letters[post.author.email].text
    assert letters[member.email].lang == "nl"
    assert letters["v@example.org"].lang == "fr"
    assert post.author.display_name not in letters["v@example.org"].text


def test_a_dismissed_report_leaves_the_message_and_tells_the_reporter(
    post: Post, moderator: User, run_consumers: Callable[[], int]
) -> None:
    member = UserFactory()
    report = reported(member, post)
    decision = decided(moderator, post, "dismiss")
    assert (post.state, states(report), decision.member_id) == ("visible", ["dismissed"], None)
    run_consumers()
    assert [letter.to for letter in db.session.scalars(select(OutgoingMail))] == [member.email]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.space_id) == ("dismiss", post.topic.category.space_id)


def test_what_was_hidden_at_once_is_kept_or_shown_by_a_moderator(post: Post, moderator: User) -> None:
    reported(UserFactory(), post, "minor_safety")
    kept = decided(moderator, post, "hide", "minor_safety")
    first = db.session.scalars(select(Decision).order_by(Decision.id)).first()
    assert first
    assert (post.state, first.state, kept.state) == ("hidden_by_moderator", "replaced", "in_force")
    again = replied(UserFactory(), post.topic)
    reported(UserFactory(), again, "minor_safety")
    decided(moderator, again, "dismiss", "minor_safety")
    assert again.state == "visible"


def test_what_was_removed_stands_as_a_tombstone(post: Post, moderator: User, client: FlaskClient) -> None:
    decided(moderator, post, "remove", "privacy")
    assert post.state == "removed"
    page = client.get(url_of(post.topic)).text
    assert "fâcheux" not in page
    assert "Hidden by moderation" in page
    assert "Privacy" in page, "the reason is said in the reader's language"
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("remove", {"before": "visible", "after": "removed"})


def test_a_warning_changes_nothing_but_is_told(post: Post, moderator: User) -> None:
    decision = decided(moderator, post, "warn", "harassment", statement="كن لطيفا.")
    assert (post.state, decision.statement, decision.member_id) == ("visible", "كن لطيفا.", post.author_id)
    assert decision.appeal_until is not None


def test_moderators_of_a_space_exclude_from_it_and_suspend_nobody(post: Post, moderator: User) -> None:
    until = now() + timedelta(days=3)
    with pytest.raises(NotAllowed):
        decided(moderator, post, "suspend", until=until)
    with pytest.raises(NotAllowed):
        decided(moderator, post, "ban")
    decided(moderator, post, "exclude", "harassment", until=until)
    author = db.session.get(User, post.author_id, populate_existing=True)
    assert author
    assert author.is_excluded(post.topic.category.space_id)
    assert not forum_policy.can_reply(author, post.topic)
    assert forum_policy.can_see_topic(author, post.topic)
    assert forum_policy.can_reply(author, opened(UserFactory(), CategoryFactory()))


def test_a_suspension_ends_by_its_date_a_ban_does_not(post: Post, clock: FrozenClock) -> None:
    staff = UserFactory(role="staff")
    suspension = decided(staff, post, "suspend", until=now() + timedelta(days=3))
    author = post.author
    db.session.refresh(author)
    assert (author.status, author.active) == ("suspended", False)
    with pytest.raises(NotAllowed):
        decided(staff, post, "ban")
    clock.advance(days=2)
    end_what_is_due()
    db.session.refresh(author)
    assert author.status == "suspended"
    clock.advance(days=2)
    end_what_is_due()
    db.session.refresh(author)
    db.session.refresh(suspension)
    assert (author.status, suspension.state) == ("active", "ended")
    decided(staff, post, "ban")
    clock.advance(days=4000)
    end_what_is_due()
    db.session.refresh(author)
    assert author.status == "suspended"


def test_an_exclusion_ends_by_its_date(post: Post, moderator: User, clock: FrozenClock) -> None:
    exclusion = decided(moderator, post, "exclude", until=now() + timedelta(days=1))
    clock.advance(days=2)
    end_what_is_due()
    db.session.refresh(exclusion)
    author = db.session.get(User, post.author_id, populate_existing=True)
    assert author
    assert exclusion.state == "ended"
    assert not author.is_excluded(post.topic.category.space_id)


def test_nobody_is_left_to_warn(post: Post, moderator: User) -> None:
    with unit_of_work():
        post.author.status = "anonymised"
    with pytest.raises(NotAllowed):
        decided(moderator, post, "warn")
    with unit_of_work():
        post.author_id = None
    db.session.expire_all()
    with pytest.raises(NotAllowed):
        decided(moderator, post, "warn")
    assert decided(moderator, post, "hide").statement_lang == "fr"


def test_what_is_appealed_against_is_not_taken_back_by_the_way(post: Post, moderator: User) -> None:
    appealed(decided(moderator, post))
    with pytest.raises(Conflict, match=str(deciding.APPEALED)):
        decided(UserFactory(role="moderator"), post, "restore")


def test_a_moderator_who_shows_it_again_lifts_the_decision(post: Post, moderator: User) -> None:
    first = decided(moderator, post)
    second = decided(moderator, post, "restore")
    db.session.refresh(first)
    assert (post.state, first.state, second.appeal_until) == ("visible", "lifted", None)


def test_reports_close_when_nothing_more_can_come_of_them(post: Post, moderator: User, clock: FrozenClock) -> None:
    from app.accounts.actor import VISITOR

    kept = reported(VISITOR, post, email="v@example.org")
    decided(moderator, post)
    other = replied(UserFactory(), post.topic)
    left = reported(UserFactory(), other)
    decided(moderator, other, "dismiss")
    close_settled()
    assert states(kept, left) == ["actioned", "dismissed"]
    clock.advance(days=31)
    close_settled()
    assert states(kept, left) == ["actioned", "dismissed"], "who reported may still contest it"
    with unit_of_work():
        kept.told_at = now()
    clock.advance(days=160)
    close_settled()
    assert states(kept, left) == ["closed", "closed"]
    assert kept.email is None


def test_the_buttons_of_the_forum_lead_to_the_same_decision(
    app: Flask, sign_in: Callable[..., FlaskClient], post: Post, moderator: User
) -> None:
    browser = sign_in(app.test_client(), moderator)
    report = reported(UserFactory(), post)
    token = {"csrf_token": token_of(browser.get(url_of(post.topic)))}
    address = f"/en/posts/{post.public_id}/moderate"
    sent = browser.post(address, data=token | {"action": "hide", "reason": "Trop de majuscules"})
    assert sent.status_code == 303
    decision = db.session.scalars(select(Decision)).one()
    assert "Trop de majuscules" in decision.statement
    db.session.refresh(post)
    assert (post.state_reason, states(report)) == ("Trop de majuscules", ["actioned"])


def test_moderators_close_their_own_topics_and_hide_nothing_of_theirs(
    app: Flask, sign_in: Callable[..., FlaskClient], post: Post, moderator: User
) -> None:
    own = opened(moderator, post.topic.category)
    browser = sign_in(app.test_client(), moderator)
    page = browser.get(url_of(own))
    token = {"csrf_token": token_of(page), "reason": "Fini"}
    address = f"/en/topics/{own.public_id}/moderate"
    assert f"{own.public_id}/moderate?action=hide" not in page.text
    assert browser.post(f"{address}?action=hide", data=token).status_code == 403
    assert browser.post(f"{address}?action=lock", data=token).status_code == 303
    db.session.refresh(own)
    assert own.state == "locked"
    assert db.session.scalar(select(Decision)) is None


@pytest.mark.parametrize("act", ["hide", "remove", "lock"])
def test_a_topic_is_decided_upon_and_counted(post: Post, moderator: User, act: str) -> None:
    topic = post.topic
    before = topic.category.topic_count
    decided(moderator, topic, act)
    db.session.refresh(topic.category)
    assert topic.category.topic_count == before - (act != "lock")
    assert topic.state == {"hide": "hidden", "remove": "removed", "lock": "locked"}[act]


def test_the_software_acts_where_nobody_does(post: Post) -> None:
    assert HOUSE.moderates(1)
    assert HOUSE.belongs_to(1)
    assert not HOUSE.is_excluded(1)
    with unit_of_work():
        deciding.act_on(HOUSE, case_of(post), "hide", "spam")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("hide", None)


def test_a_decision_through_its_page(
    app: Flask, sign_in: Callable[..., FlaskClient], post: Post, moderator: User
) -> None:
    address = f"/en/moderation/subjects/post/{post.public_id}"
    assert app.test_client().get(address).status_code == 302
    assert sign_in(app.test_client(), UserFactory()).get(address).status_code == 404
    assert sign_in(app.test_client(), post.author).get(address).status_code == 404
    elsewhere = UserFactory(role="moderator", space=SpaceFactory())
    assert sign_in(app.test_client(), elsewhere).get(address).status_code == 404
    browser = sign_in(app.test_client(), moderator)
    report = reported(UserFactory(display_name="Léa Vigie"), post, "harassment", "Il me poursuit.")
    page = browser.get(address)
    assert "Il me poursuit." in said(page)
    assert "Léa Vigie" in said(page)
    assert rule("harassment", "ar") in page.text, "the usual text in the author's language"
    token = {"csrf_token": token_of(page)}
    wrong = browser.post(f"{address}/decide", data=token | {"act": "suspend", "reason": "harassment", "days": "3"})
    assert wrong.status_code == 422
    assert "Only those who moderate every space" in said(wrong)
    done = browser.post(
        f"{address}/decide", data=token | {"act": "hide", "reason": "harassment", "statement": "لقد أخفينا رسالتك."}
    )
    assert done.status_code == 303
    assert states(report) == ["actioned"]
    decision = db.session.scalars(select(Decision)).one()
    assert decision.statement == "لقد أخفينا رسالتك."
    assert browser.get(f"/en/decisions/{decision.public_id}").status_code == 200


def test_open_reports_follow_what_they_are_about_and_end_with_it(post: Post, settings: Settings) -> None:
    stored = store_file(file_store(settings), "liste.csv", b"a,b\n1,2\n")
    with unit_of_work():
        found = engagement.attach(post.author, "post", post.id, stored)
    about_post, about_file = reported(UserFactory(), post), reported(UserFactory(), found)
    assert about_file.space_id == post.topic.category.space_id
    elsewhere = CategoryFactory()
    with unit_of_work():
        post.topic.category_id = elsewhere.id
    with unit_of_work():
        engagement.detach(post.author, found)
    keep_reports_in_place()
    assert states(about_post, about_file) == ["new", "closed"]
    assert about_post.space_id == elsewhere.space_id
    keep_reports_in_place()
    assert states(about_post, about_file) == ["new", "closed"]


def test_a_file_is_hidden_from_all_but_moderators_and_comes_back(
    app: Flask, sign_in: Callable[..., FlaskClient], post: Post, moderator: User, settings: Settings
) -> None:
    stored = store_file(file_store(settings), "liste.csv", b"a,b\n1,2\n")
    with unit_of_work():
        found = engagement.attach(post.author, "post", post.id, stored)
    address = f"/files/{found.public_id}"
    reader, keeper = sign_in(app.test_client(), UserFactory()), sign_in(app.test_client(), moderator)
    reported(UserFactory(), found, "copyright")
    assert "liste.csv" in said(keeper.get("/en/moderation"))
    hidden = decided(moderator, found, "hide", "copyright")
    assert (hidden.member_id, found.state) == (post.author_id, "hidden")
    assert reader.get(address).status_code == 404
    assert keeper.get(address, buffered=True).status_code == 200
    assert attachments_of("post", [post.id]) == {}
    with unit_of_work():
        appealing.decide_appeal(UserFactory(role="moderator"), appealed(hidden), "uphold", "")
    assert reader.get(address, buffered=True).status_code == 200
    decided(moderator, found, "remove", "copyright")
    assert keeper.get(address).status_code == 404
    removed = db.session.scalars(select(Decision).where(Decision.act == "remove")).one()
    with unit_of_work():
        appealing.decide_appeal(UserFactory(role="moderator"), appealed(removed), "uphold", "")
    db.session.refresh(found)
    assert found.state == "shown"
