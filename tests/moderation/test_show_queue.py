"""The queue: whose it is, in which order, what is read in place, who is looking; live, in pages, in few queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.core.errors import NotAllowed
from app.core.events import missed, unit_of_work
from app.core.i18n import speaking
from app.core.live import message_for
from app.forum.models import Post, Topic
from app.live.rights import may_follow
from app.moderation import queries, reporting
from app.moderation.queries import Wanted
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.forum import opened, replied
from tests.support.html import Page, words
from tests.support.moderation import case_of, decided, reported
from tests.support.pages import said


@pytest.fixture
def topic(app: Flask) -> Topic:
    """A topic with some messages."""
    topic = opened(UserFactory(), CategoryFactory(), "Le sujet du litige")
    for number in range(2, 7):
        replied(UserFactory(), topic, f"Voisin {number}.")
    return topic


def queued(actor: Any, **wanted: str) -> list[int]:
    return [case.subject.id for case in queries.queue(actor, Wanted(**wanted)).cases]


@pytest.mark.parametrize(("role", "status"), [("", 403), ("moderator", 200), ("staff", 200), ("facilitator", 200)])
def test_the_queue_is_for_those_who_keep_order(
    app: Flask, sign_in: Callable[..., FlaskClient], role: str, status: int
) -> None:
    assert app.test_client().get("/en/moderation").status_code == 302
    space = SpaceFactory() if role == "facilitator" else None
    browser = sign_in(app.test_client(), UserFactory(role=role, space=space))
    answer = browser.get("/en/moderation")
    assert answer.status_code == status
    assert status != 200 or "Nothing is reported" in said(answer)


def test_each_moderator_has_their_own_spaces_and_nobody_their_own_messages(topic: Topic) -> None:
    here = UserFactory(role="moderator", space=topic.category.space)
    elsewhere = UserFactory(role="moderator", space=SpaceFactory())
    own = replied(here, topic)
    for thing in (own, topic, UserFactory()):
        reported(UserFactory(), thing)
    assert queued(here) == [topic.id]
    assert queued(elsewhere) == []
    assert len(queued(UserFactory(role="moderator"))) == 3
    assert queries.desk_counts(here).reports == 1


def test_the_gravest_first_then_ones_own_languages_then_the_oldest(topic: Topic, clock: FrozenClock) -> None:
    posts = [replied(UserFactory(), topic, lang=lang) for lang in ("ar", "fr", "fr", "vi")]
    for post, reason in zip(posts, ("spam", "spam", "spam", "hate"), strict=True):
        clock.advance(minutes=1)
        reported(UserFactory(), post, reason)
    clock.advance(minutes=1)
    reported(UserFactory(), posts[2], "illegal_content")
    french, arabic = (UserFactory(role="moderator", content_langs=[lang]) for lang in ("fr", "ar"))
    assert queued(french) == [posts[number].id for number in (2, 3, 1, 0)]
    assert queued(arabic) == [posts[number].id for number in (2, 3, 0, 1)]
    assert queued(french, reason="hate") == [posts[3].id]
    assert queued(french, lang="ar") == [posts[0].id]
    assert queued(french, kind="topic") == []
    page = queries.queue(french, Wanted(), size=3)
    assert [case.subject.id for case in page.cases] == [posts[number].id for number in (2, 3, 1)]
    rest = queries.queue(french, Wanted(), page.next_key, size=3)
    assert ([case.subject.id for case in rest.cases], rest.next_key) == ([posts[0].id], "")
    assert queries.queue(french, Wanted(), "no key").is_first


def test_a_message_that_moved_to_another_space_leaves_the_queue_of_the_old_one(topic: Topic) -> None:
    here = UserFactory(role="moderator", space=topic.category.space)
    reported(UserFactory(), topic)
    with unit_of_work():
        topic.category_id = CategoryFactory().id
    assert queued(here) == []


def test_a_message_is_read_in_its_context_with_what_is_known_of_its_author(
    app: Flask, sign_in: Callable[..., FlaskClient], topic: Topic
) -> None:
    author, reporter = UserFactory(), UserFactory(display_name="Léa Vigie")
    post = replied(author, topic, "Le message en cause.")
    for number in (8, 9, 10):
        replied(UserFactory(), topic, f"Voisin {number}.")
    decided(UserFactory(role="moderator"), replied(author, topic), "warn")
    reported(reporter, post, "illegal_content", "Regardez ceci.")
    browser = sign_in(app.test_client(), UserFactory(role="moderator", space=topic.category.space))
    page = said(browser.get("/en/moderation"))
    for part in (
        "Urgent",
        "Illegal content",
        "Le message en cause.",
        "Voisin 5.",
        "Voisin 9.",
        "Regardez ceci.",
        "Léa Vigie",
        "Warning (1)",
        "To be looked at before",
        "Le sujet du litige",
    ):
        assert part in page, part
    for part in ("Voisin 4.", "Voisin 10."):
        assert part not in page, part


def test_queries_do_not_grow_with_the_queue(
    app: Flask,
    sign_in: Callable[..., FlaskClient],
    topic: Topic,
    query_counter: Callable[[], AbstractContextManager[Any]],
) -> None:
    browser = sign_in(app.test_client(), UserFactory(role="moderator"))
    counts = []
    for wanted in (2, 8):
        while queries.desk_counts(UserFactory(role="moderator")).reports < wanted:
            reported(UserFactory(), replied(UserFactory(), topic))
        browser.get("/en/moderation")
        with query_counter() as statements:
            assert browser.get("/en/moderation").status_code == 200
        counts.append(statements.count)
    assert counts[0] == counts[1]
    assert counts[0] <= 16


def test_the_header_counts_for_moderators_alone(
    app: Flask,
    sign_in: Callable[..., FlaskClient],
    topic: Topic,
    query_counter: Callable[[], AbstractContextManager[Any]],
) -> None:
    reported(UserFactory(), topic)
    member, moderator = (sign_in(app.test_client(), UserFactory(role=role)) for role in ("", "moderator"))
    assert "/en/moderation" not in Page(member.get("/en/latest").text).links()
    page = Page(moderator.get("/en/latest").text)
    assert "Moderation: 1 case waits" in next(words(link) for link in page.all("a", href="/en/moderation"))
    member.get("/en/about", follow_redirects=True)
    with query_counter() as statements:
        member.get("/en/latest")
    assert not any("report" in statement for statement in statements)  # type: ignore[attr-defined]


def test_who_looks_at_a_report_says_so(
    app: Flask, sign_in: Callable[..., FlaskClient], topic: Topic, clock: FrozenClock
) -> None:
    space = topic.category.space
    report = reported(UserFactory(), topic, "illegal_content")
    one, other = (UserFactory(role="moderator", space=space, display_name=name) for name in ("Awa", "Joost"))
    with pytest.raises(NotAllowed), unit_of_work():
        reporting.take(UserFactory(), case_of(topic))
    browser = sign_in(app.test_client(), one)
    assert case_of(topic).look_due == report.created_at + timedelta(hours=24)
    clock.advance(hours=2)
    address = f"/en/moderation/subjects/topic/{topic.public_id}/take"
    token = {"csrf_token": token_of(browser.get("/en/moderation"))}
    assert browser.post(address, data=token | {"take": "1", "next": "/en/moderation"}).location == "/en/moderation"
    db.session.refresh(report)
    assert (report.state, report.taken_by_id, report.looked_at) == ("triaged", one.id, clock.moment)
    assert case_of(topic).look_due is None
    assert "You are looking at it" in said(browser.get("/en/moderation"))
    assert "Awa is looking" in said(sign_in(app.test_client(), other).get("/en/moderation"))
    browser.post(address, data=token | {"take": "0"})
    db.session.refresh(report)
    assert (report.state, report.taken_by_id) == ("triaged", None)


def test_moderators_are_told_live_and_nobody_else(topic: Topic) -> None:
    space_id = topic.category.space_id
    reported(UserFactory(), topic)
    for desk in (0, space_id):
        (logged,) = missed(f"desk:{desk}", 0)
        with speaking("ar"):
            message = message_for(logged.event, "ar")
        assert message is not None
        assert message.data == {"what": "filed", "kind": "topic", "public_id": topic.public_id}
    here, everywhere = UserFactory(role="moderator", space=topic.category.space), UserFactory(role="moderator")
    assert may_follow(here, f"desk:{space_id}")
    assert not may_follow(here, "desk:0")
    assert may_follow(everywhere, "desk:0")
    assert not may_follow(UserFactory(), f"desk:{space_id}")


def test_who_reported_it_sees_it_and_does_not_decide(
    app: Flask, sign_in: Callable[..., FlaskClient], topic: Topic
) -> None:
    moderator = UserFactory(role="moderator", space=topic.category.space)
    reported(moderator, topic)
    browser = sign_in(app.test_client(), moderator)
    page = browser.get("/en/moderation")
    assert "another moderator decides" in said(page)
    assert 'name="act"' not in page.text
    assert 'name="act"' not in browser.get(f"/en/moderation/subjects/topic/{topic.public_id}").text


def test_links_to_report_stand_on_topics_and_members(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], topic: Topic
) -> None:
    member = topic.author
    assert member
    address = f"/en/report/member/{member.public_id}"
    assert f"/en/report/topic/{topic.public_id}" in Page(client.get(url_of(topic)).text).links()
    assert address in Page(client.get(f"/en/members/{member.handle}").text).links()
    own = sign_in(app.test_client(), member)
    assert address not in Page(own.get(f"/en/members/{member.handle}").text).links()
    assert f"/en/report/topic/{topic.public_id}" not in Page(own.get(url_of(topic)).text).links()
    post: Post = replied(UserFactory(), topic)
    assert f"/en/report/post/{post.public_id}" in Page(client.get(url_of(topic)).text).links()
