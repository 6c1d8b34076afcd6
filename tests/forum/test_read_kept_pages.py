"""Pages kept for visitors: served again without being made, and never once something on them has changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.events import MemberChanged
from app.accounts.models import User
from app.core.db import db
from app.core.events import record, unit_of_work
from app.core.markdown import render
from app.engagement import services as engagement
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Post, Topic
from app.forum.order import moderating
from tests.factories import CategoryFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.forum import hidden, opened, replied


@pytest.fixture
def topic(app: Flask) -> Topic:
    """A question with one answer."""
    asked = opened(UserFactory(display_name="Hélène"), CategoryFactory(), "Qui sait ?", kind="question")
    replied(UserFactory(display_name="Linh"), asked, "Moi.")
    return asked


def answer_of(topic: Topic) -> Post:
    return db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 2)).one()


def test_a_page_that_did_not_change_is_one_query_and_then_none_of_its_bytes(
    client: FlaskClient, query_counter: Callable[..., object], topic: Topic
) -> None:
    made = client.get(url_of(topic))
    with query_counter() as statements:  # type: ignore[attr-defined]
        kept = client.get(url_of(topic))
    assert statements.count == 1
    assert kept.data == made.data
    known = client.get(url_of(topic), headers={"If-None-Match": kept.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    assert client.get(url_of(topic), headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert "no-cache" in kept.headers["Cache-Control"]


def edit(topic: Topic) -> None:
    post = answer_of(topic)
    services.edit_post(post.author, post, draft_post("Moi, je sais.", "fr", ""), post.edits)


def withdraw(topic: Topic) -> None:
    post = answer_of(topic)
    services.withdraw_post(post.author, post)


def react(topic: Topic) -> None:
    engagement.react(UserFactory(), "post", answer_of(topic).id, "thanks")


def accept(topic: Topic) -> None:
    services.accept_answer(topic.author, answer_of(topic))


def retitle(topic: Topic) -> None:
    services.edit_topic(topic.author, topic, "Qui sait ?", "fr", "question", ("nouveau",))


def lock(topic: Topic) -> None:
    moderating.change_topic_state(UserFactory(role="moderator"), topic, "lock", "Assez dit.")


def rename_category(topic: Topic) -> None:
    topic.category.title = {"en": "Renamed"}


CHANGES = {
    edit: "je sais", withdraw: "withdrawn by its author", react: ">1</span>", accept: "Accepted answer",
    retitle: "nouveau", lock: "Assez dit.", rename_category: "Renamed",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_next_visitor_sees_every_change(client: FlaskClient, topic: Topic, change: Callable[[Topic], None]) -> None:
    before = client.get(url_of(topic))
    assert CHANGES[change] not in before.text
    with unit_of_work():
        change(topic)
    after = client.get(url_of(topic), headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert CHANGES[change] in after.text


def test_a_new_message_shows_at_once(client: FlaskClient, topic: Topic) -> None:
    client.get(url_of(topic))
    replied(UserFactory(), topic, "Moi aussi.")
    assert "Moi aussi." in client.get(url_of(topic)).text


def test_an_erased_name_is_in_no_page(client: FlaskClient, topic: Topic, run_consumers: Callable[[], int]) -> None:
    member = answer_of(topic).author
    replied(UserFactory(), topic, "Merci !", to=answer_of(topic).public_id)
    assert "Linh" in client.get(url_of(topic)).text
    with unit_of_work():
        member.display_name, member.version = "Quelqu’un", member.version + 1
        record(MemberChanged(member.id))
    run_consumers()
    text = client.get(url_of(topic)).text
    assert "Linh" not in text
    assert text.count("Quelqu’un") >= 3  # the message, the reply to it, who takes part


def test_what_becomes_hidden_is_gone_for_visitors_at_once(client: FlaskClient, topic: Topic) -> None:
    moderator = UserFactory(role="moderator")
    client.get(url_of(topic))
    hidden(moderator, answer_of(topic), "Hors sujet")
    assert "Moi." not in client.get(url_of(topic)).text
    hidden(moderator, topic)
    assert client.get(url_of(topic)).status_code == 404


def test_a_space_that_closes_closes_its_kept_pages(client: FlaskClient, topic: Topic) -> None:
    assert client.get(url_of(topic)).status_code == 200
    with unit_of_work():
        topic.category.space.visibility = "members"
    assert client.get(url_of(topic)).status_code == 404


def test_members_are_never_served_a_kept_page(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], topic: Topic, actor: User
) -> None:
    client.get(url_of(topic))
    member = sign_in(client.application.test_client(), actor)
    other = sign_in(client.application.test_client(), UserFactory(display_name="Somebody Else"))
    for _ in range(2):
        answer = member.get(url_of(topic))
        assert actor.display_name in answer.text
        assert "Somebody Else" not in answer.text
        assert "ETag" not in answer.headers
        assert "Somebody Else" in other.get(url_of(topic)).text
        assert "csrf_token" not in client.get(url_of(topic)).text


@pytest.mark.parametrize("cookies", [{"theme": "dark"}, {"light": "1"}])
def test_a_visitor_s_appearance_has_pages_of_its_own(
    client: FlaskClient, topic: Topic, cookies: dict[str, str]
) -> None:
    plain = client.get(url_of(topic))
    other = client.application.test_client()
    for name, value in cookies.items():
        other.set_cookie(name, value)
    for _ in range(2):
        assert other.get(url_of(topic)).data != plain.data
    assert client.get(url_of(topic)).data == plain.data


def test_a_language_has_pages_of_its_own(client: FlaskClient, topic: Topic) -> None:
    for _ in range(2):
        assert 'lang="en"' in client.get(url_of(topic, "en")).text[:60]
        assert 'lang="ar"' in client.get(url_of(topic, "ar")).text[:60]


def test_rendered_words_are_what_was_stored(client: FlaskClient, topic: Topic) -> None:
    assert render("Moi.").strip() in client.get(url_of(topic)).text
