"""The pages that move, merge and split: who opens them, what they say, and where old addresses lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.events import tail, unit_of_work
from app.core.i18n import speaking
from app.core.live import message_for
from app.forum.addresses import topic_url
from app.forum.drafting.models import Draft
from app.forum.events import PostsArrived, PostsLeft, TopicLeft, TopicMoved
from app.forum.models import Post, Topic
from app.forum.moving import relocating
from app.forum.moving.forms import numbers_in
from app.forum.moving.relocating import NewTopic
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.forum import opened, replied
from tests.support.html import Page, words


@pytest.fixture
def topic(app: Flask) -> Topic:
    """Four messages."""
    made = opened(UserFactory(), CategoryFactory(), "Le premier sujet")
    for number in (2, 3, 4):
        replied(UserFactory(), made, f"Message {number}.")
    return made


@pytest.fixture
def other(app: Flask) -> Topic:
    return opened(UserFactory(), CategoryFactory(), "Un autre sujet")


@pytest.fixture
def browser(client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(client, UserFactory(role="moderator"))


def sent(browser: FlaskClient, address: str, **fields: Any) -> Any:
    token = token_of(browser.get(address))
    return browser.post(address, data={"csrf_token": token, **fields})


@pytest.mark.parametrize("page", ["move", "merge", "split"])
def test_the_pages_are_for_moderators(
    app: Flask, sign_in: Callable[..., FlaskClient], browser: FlaskClient, topic: Topic, actor: User, page: str
) -> None:
    address = f"/en/topics/{topic.public_id}/{page}"
    assert app.test_client().get(address).status_code == 302
    member = sign_in(app.test_client(), actor)
    assert member.get(address).status_code == 403
    assert member.post(address).status_code in {400, 403}
    assert browser.get(address).status_code == 200
    assert browser.get(f"/en/topics/nothing/{page}").status_code == 404


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(browser: FlaskClient, topic: Topic) -> None:
    refused = sent(browser, f"/en/topics/{topic.public_id}/move", category=topic.category.slug, reason="Trop loin")
    assert refused.status_code == 422
    page = Page(refused.text)
    assert "already" in words(page.one("p", id="category-error"))
    assert "Trop loin" in words(page.one("textarea", id="reason"))
    unknown = sent(browser, f"/en/topics/{topic.public_id}/move", category="nowhere", reason="Trop loin")
    assert "Choose a category" in words(Page(unknown.text).one("p", id="category-error"))
    silent = sent(browser, f"/en/topics/{topic.public_id}/move", category=CategoryFactory().slug)
    assert "Say why" in words(Page(silent.text).one("p", id="reason-error"))


def test_a_topic_is_moved_and_its_address_stays(browser: FlaskClient, topic: Topic) -> None:
    shelf = CategoryFactory()
    address = f"/en/topics/{topic.public_id}/le-premier-sujet"
    answer = sent(browser, f"/en/topics/{topic.public_id}/move", category=shelf.slug, reason="Mieux ici")
    assert (answer.status_code, answer.location) == (303, address)
    assert f"/en/categories/{shelf.slug}" in browser.get(address).text


@pytest.mark.parametrize("typed", ["", "https://example.org/", "nothing", "/en/topics/01j00000000000000000000000/x"])
def test_an_address_that_names_no_topic_is_refused(browser: FlaskClient, topic: Topic, typed: str) -> None:
    refused = sent(browser, f"/en/topics/{topic.public_id}/merge", target=typed, reason="Même sujet")
    assert refused.status_code == 422
    assert "no topic at this address" in words(Page(refused.text).one("p", id="target-error"))


def test_the_address_of_a_merged_topic_leads_to_the_other(
    app: Flask, browser: FlaskClient, topic: Topic, other: Topic
) -> None:
    third = db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 3)).one()
    visitor = app.test_client()
    target = f"https://forum.example/fr/topics/{other.public_id}/un-autre-sujet?page=1#p1"
    answer = sent(browser, f"/en/topics/{topic.public_id}/merge", target=target, reason="Même sujet")
    there = f"/en/topics/{other.public_id}/un-autre-sujet"
    assert (answer.status_code, answer.location) == (303, there)
    for old in ("", "/le-premier-sujet", "/unread", "/last", "/on/2026-01-01"):
        moved = visitor.get(f"/en/topics/{topic.public_id}{old}")
        assert (moved.status_code, moved.location) == (301, there), old
    assert visitor.get(f"/en/topics/{topic.public_id}/at/3").location == f"{there}#p4"
    assert visitor.get(f"/en/topics/{topic.public_id}/at?number=2").location == f"{there}#p3"
    assert visitor.get(f"/en/topics/{topic.public_id}/at/99").location == there
    assert visitor.get(f"/en/posts/{third.public_id}").location == f"{there}#p4"
    assert "Le premier sujet" not in visitor.get("/en/latest").text


def test_a_reply_begun_before_the_merge_arrives_in_the_other_topic(
    browser: FlaskClient, topic: Topic, other: Topic
) -> None:
    address = f"/en/topics/{topic.public_id}/reply"
    begun = {"csrf_token": token_of(browser.get(address)), "body": "Ma réponse.", "lang": "fr"}
    draft = browser.post(address, data=begun | {"keep": "1", "client_token": "kept"})
    assert draft.status_code == 303
    with unit_of_work():
        relocating.merge_topics(UserFactory(role="moderator"), topic, other, "Même sujet")
    kept = db.session.scalars(select(Draft)).one()
    assert (kept.place, kept.place_id) == ("reply", other.id)
    led = browser.get(f"{address}?to=x&quote=y")
    assert (led.status_code, led.location) == (307, f"/en/topics/{other.public_id}/reply?to=x&quote=y")
    text = begun | {"client_token": "sent"}
    sent = browser.post(address, data=text)
    assert sent.status_code == 307  # a browser sends the same once more
    assert "Ma réponse." in browser.post(sent.location, data=text, follow_redirects=True).text
    db.session.refresh(other)
    assert other.post_count == 6
    assert browser.get("/en/topics/nothing/reply").status_code == 404


def test_a_merged_topic_says_nothing_of_a_closed_one(app: Flask, actor: User, topic: Topic) -> None:
    closed = opened(
        UserFactory(role="staff"), CategoryFactory(space=SpaceFactory(visibility="staff")), "Entre nous seulement"
    )
    old = f"/en/topics/{topic.public_id}"
    with unit_of_work():
        relocating.merge_topics(UserFactory(role="staff"), topic, closed, "Interne")
    assert app.test_client().get(old).status_code == 404
    assert app.test_client().get(f"{old}/at/2").status_code == 404


def test_messages_are_split_off_by_boxes_and_by_numbers(browser: FlaskClient, topic: Topic) -> None:
    address = f"/en/topics/{topic.public_id}/split"
    page = Page(browser.get(address).text)
    assert [box.get("value") for box in page.all("input", type="checkbox", name="posts")] == ["2", "3", "4"]
    wrong = {"numbers": "two", "posts": "2", "place": "new", "title": "x"}
    refused = sent(browser, address, **wrong, category=topic.category.slug, reason="Autre")
    errors = Page(refused.text)
    assert "numbers and ranges" in words(errors.one("p", id="numbers-error"))
    assert errors.one("p", id="title-error") is not None
    assert [box.get("value") for box in errors.all("input", name="posts", checked="")] == ["2"]
    chosen = {"numbers": "4-4", "posts": "2", "place": "new", "title": "Une autre affaire", "kind": "discussion"}
    done = sent(browser, address, **chosen, category=topic.category.slug, reason="Autre sujet")
    assert done.status_code == 303
    split = Page(browser.get(done.location).text)
    assert "Une autre affaire" in words(split.one("h1"))
    assert "Message 2." in split.text
    assert "Message 4." in split.text
    source = Page(browser.get(topic_url_of(topic)).text)
    stones = source.all("article", class_="gone")
    assert [words(stone.find("p")).partition(" on ")[0] for stone in stones] == [  # type: ignore[arg-type]
        "Moved to another topic by moderation"
    ] * 2
    assert "Autre sujet" in words(stones[0])
    assert "Read it there" in words(stones[0])


def topic_url_of(topic: Topic) -> str:
    return f"/en/topics/{topic.public_id}/le-premier-sujet"


def test_messages_join_a_topic_that_is_there(browser: FlaskClient, topic: Topic, other: Topic) -> None:
    address = f"/en/topics/{topic.public_id}/split"
    done = sent(browser, address, posts="3", place="there", target=other.public_id, reason="Autre sujet")
    assert done.status_code == 303, words(Page(done.text).one("div", role="alert"))
    assert done.location == f"/en/topics/{other.public_id}/un-autre-sujet"


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("", set()),
        ("4, 7-9", {4, 7, 8, 9}),
        ("4 7 – 9،2", {2, 4, 7, 8, 9}),
        ("9-7", set()),
        ("x", None),
        ("-3", None),
        ("1-2-3", None),
    ],
)
def test_numbers_and_ranges(typed: str, numbers: set[int] | None) -> None:
    assert numbers_in(typed) == numbers


def test_an_endless_range_stays_small() -> None:
    found = numbers_in("1-999999, 5-999999")
    assert found
    assert len(found) < 1000


def _events(kind: type) -> list[Any]:
    return [row.event for row in tail((0, 0), 1000) if isinstance(row.event, kind)]


def test_readers_of_both_topics_are_told(app: Flask, topic: Topic, other: Topic) -> None:
    second = db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 2)).one()
    moderator = UserFactory(role="moderator")
    with unit_of_work():
        relocating.split_posts(moderator, topic, [2, 4], other, "Autre sujet")
    with app.test_request_context("/en/"), speaking("en"):
        left, arrived = message_for(_events(PostsLeft)[0], "en"), message_for(_events(PostsArrived)[0], "en")
    assert left
    assert arrived
    assert [(post["number"], post["state"]) for post in left.data["posts"]] == [(2, "moved"), (4, "moved")]
    assert left.data["posts"][0]["id"] == second.public_id
    assert "Autre sujet" in left.data["posts"][0]["html"]
    assert (arrived.data["posts"][0]["number"], arrived.data["posts"][0]["id"]) == (2, second.public_id)


def test_many_at_once_load_the_page_again(app: Flask, topic: Topic, other: Topic) -> None:
    for _ in range(21):
        replied(UserFactory(), topic)
    with unit_of_work():
        relocating.split_posts(UserFactory(role="moderator"), topic, range(2, 25), other, "Autre sujet")
    with app.test_request_context("/en/"), speaking("en"):
        messages = [message_for(_events(kind)[0], "en") for kind in (PostsLeft, PostsArrived)]
    assert [message and message.type for message in messages] == ["reload", "reload"]


def test_the_past_of_an_open_space_tells_nothing_of_a_closed_one(app: Flask, topic: Topic) -> None:
    space_id, category = topic.category.space_id, topic.category
    closed = CategoryFactory(space=SpaceFactory(visibility="closed"))
    moderator = UserFactory(role="moderator")
    with unit_of_work():
        relocating.move_topic(moderator, topic, closed, "Interne")
    with app.test_request_context("/en/"), speaking("en"):
        past = [message_for(event, "en") for event in _events(TopicMoved) if event.space_id == space_id]
        (left,) = [message_for(event, "en") for event in _events(TopicLeft)]
    assert past
    assert not any(past)
    assert left
    assert left.data == {"topic": topic.public_id, "category": category.slug, "is_gone": True}
    assert left.html == ""


def test_what_left_a_topic_is_no_longer_told_to_its_readers(app: Flask, topic: Topic) -> None:
    from app.forum.events import PostPublished

    closed = CategoryFactory(space=SpaceFactory(visibility="closed"))
    with unit_of_work():
        relocating.split_posts(UserFactory(role="staff"), topic, [2], NewTopic("Entre nous", closed), "Interne")
    with app.test_request_context("/en/"), speaking("en"):
        told = [message_for(event, "en") for event in _events(PostPublished) if event.topic_id == topic.id]
        address = topic_url(topic)
    assert "Message 2." not in " ".join(message.data["posts"][0]["html"] for message in told if message)
    page = app.test_client().get(address).text
    assert "Read it there" not in page
    assert "moved to another topic" in page
