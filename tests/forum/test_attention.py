"""Follow levels in the lists: the closest choice counts, what is muted leaves them, what is followed has a view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.db import db
from app.core.errors import NotAllowed, NotFound
from app.core.events import unit_of_work
from app.engagement import queries as engaged
from app.engagement import services as engagement
from app.engagement.models import Tag
from app.forum import attention
from app.forum.models import Category, Topic
from app.forum.moving import relocating
from app.forum.reading import listing
from app.forum.reading.listing import Filters
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page, words


@pytest.fixture
def topic(app: Flask) -> Topic:
    return opened(UserFactory(), CategoryFactory(), "Un sujet", "stage", "nord")


def ids_of(topic: Topic) -> dict[str, int]:
    """The id of what a topic belongs to, by kind."""
    tag = db.session.scalars(select(Tag.id).where(Tag.slug == "stage")).one()
    author = topic.author_id or 0
    return {
        "topic": topic.id, "tag": tag, "member": author, "category": topic.category_id,
        "space": topic.category.space_id,
    }  # fmt: skip


def follow(actor: User, kind: str, subject_id: int, level: str) -> None:
    with unit_of_work():
        engagement.follow(actor, kind, subject_id, level)


def listed(actor: Any, **chosen: Any) -> set[str]:
    return {row.topic.title for row in listing.topic_page(actor, Filters(**chosen)).rows}


def level_of(actor: Any, topic: Topic) -> str:
    return attention.level_for(topic, engaged.engagement_of(actor, "post", [], ("topic", topic.id)))


CHOICES = [
    ({}, "normal"),
    ({"space": "watching"}, "watching"),
    ({"space": "watching", "category": "muted"}, "muted"),
    ({"category": "muted", "tag": "tracking"}, "tracking"),
    ({"category": "muted", "member": "normal"}, "normal"),
    ({"tag": "muted", "member": "watching"}, "watching"),
    ({"tag": "tracking", "member": "muted"}, "tracking"),
    ({"tag": "watching", "topic": "muted"}, "muted"),
    ({"space": "muted", "category": "muted", "tag": "muted", "member": "muted", "topic": "watching"}, "watching"),
]


@pytest.mark.parametrize(("chosen", "level"), CHOICES)
def test_the_closest_choice_counts_on_the_page_and_in_lists(
    actor: User, topic: Topic, chosen: dict[str, str], level: str
) -> None:
    ids = ids_of(topic)
    for kind, wanted in chosen.items():
        follow(actor, kind, ids[kind], wanted)
    assert level_of(actor, topic) == level
    assert ("Un sujet" in listed(actor)) is (level != "muted")
    assert ("Un sujet" in listed(actor, view="new")) is (level != "muted")
    assert ("Un sujet" in listed(actor, view="following")) is (level in {"watching", "tracking"})
    assert listed(actor, view="unanswered") == {"Un sujet"}
    assert listed(UserFactory()) == listed(VISITOR) == {"Un sujet"}


def test_another_tag_may_be_watched(actor: User, topic: Topic) -> None:
    nord = db.session.scalars(select(Tag.id).where(Tag.slug == "nord")).one()
    follow(actor, "tag", ids_of(topic)["tag"], "muted")
    assert listed(actor) == set()
    follow(actor, "tag", nord, "tracking")
    assert listed(actor) == listed(actor, view="following") == {"Un sujet"}
    assert level_of(actor, topic) == "tracking"


@pytest.mark.parametrize(
    ("kind", "place"), [("space", "space_id"), ("space", "category_id"), ("category", "category_id"), ("tag", "tag")]
)
def test_what_is_muted_can_be_opened(actor: User, topic: Topic, kind: str, place: str) -> None:
    ids = ids_of(topic)
    follow(actor, kind, ids[kind], "muted")
    assert listed(actor) == set()
    inside: dict[str, Any] = {"tag": "stage"} if place == "tag" else {place: ids[place.removesuffix("_id")]}
    assert listed(actor, **inside) == {"Un sujet"}


@pytest.mark.parametrize("kind", ["topic", "member", "tag"])
def test_a_muted_topic_leaves_the_list_of_its_category_too(actor: User, topic: Topic, kind: str) -> None:
    follow(actor, kind, ids_of(topic)[kind], "muted")
    assert listed(actor, category_id=topic.category_id) == set()


def test_unread_followed_topics_are_counted(actor: User, topic: Topic) -> None:
    assert attention.unread_followed(VISITOR) == attention.unread_followed(actor) == 0
    follow(actor, "category", topic.category_id, "watching")
    other = opened(UserFactory(), topic.category, "Un second sujet")
    assert attention.unread_followed(actor) == 2
    with unit_of_work():
        engagement.mark_read(actor, "topic", topic.id, 1)
    assert attention.unread_followed(actor) == 1
    replied(UserFactory(), topic)
    assert attention.unread_followed(actor) == 2
    hidden(UserFactory(role="moderator"), other)
    assert attention.unread_followed(actor) == 1


def test_who_follows_nothing_pays_one_query(actor: User, topic: Topic, query_counter: Callable[[], Any]) -> None:
    with query_counter() as plain:
        listing.topic_page(VISITOR, Filters())
    db.session.refresh(actor)
    with query_counter() as own:
        listing.topic_page(actor, Filters())
    assert own.count == plain.count + 1


def test_what_one_writes_in_is_tracked(actor: User, topic: Topic, run_consumers: Callable[[], int]) -> None:
    quiet, chosen = UserFactory(), UserFactory()
    with unit_of_work():
        engagement.prefer_tracking(quiet, False)
        engagement.follow(chosen, "topic", topic.id, "muted")
    for who in (actor, quiet, chosen):
        replied(who, topic)
    run_consumers()
    levels = [engaged.follow_level(who, "topic", topic.id) for who in (actor, quiet, chosen)]
    assert levels == ["tracking", None, "muted"]
    with unit_of_work():
        engagement.unfollow(actor, "topic", topic.id)
        engagement.prefer_tracking(quiet, True)
    replied(quiet, topic)
    run_consumers()
    assert engaged.follow_level(actor, "topic", topic.id) is None
    assert engaged.follow_level(quiet, "topic", topic.id) == "tracking"
    with pytest.raises(NotAllowed), unit_of_work():
        engagement.prefer_tracking(VISITOR, True)


@pytest.fixture
def browser(client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User) -> FlaskClient:
    return sign_in(client, actor)


def pages_with_menu(topic: Topic) -> dict[str, str]:
    return {
        "topic": f"/en/topics/{topic.public_id}/un-sujet",
        "category": f"/en/categories/{topic.category.slug}",
        "space": f"/en/spaces/{topic.category.space.slug}",
        "tag": "/en/tags/stage",
        "member": f"/en/members/{topic.author.handle if topic.author else ''}",
    }


@pytest.mark.parametrize("kind", ["topic", "category", "space", "tag", "member"])
def test_a_menu_of_four_levels_works_without_scripts(
    app: Flask, browser: FlaskClient, actor: User, topic: Topic, kind: str
) -> None:
    address = pages_with_menu(topic)[kind]
    assert Page(app.test_client().get(address).text).all("input", name="level") == []
    page = Page(browser.get(address).text)
    radios = page.all("input", name="level")
    assert [(radio.get("value"), radio.get("checked") is not None) for radio in radios] == [
        ("watching", False), ("tracking", False), ("normal", True), ("muted", False),
    ]  # fmt: skip
    form = next(form for form in page.all("form") if any(child in radios for child in form.iter()))
    fields = {
        field.get("name", ""): field.get("value", "") for field in form.iter("input") if field.get("type") == "hidden"
    }
    answer = browser.post(form.get("action", ""), data={**fields, "level": "muted"})
    assert (answer.status_code, answer.location) == (303, address)
    assert engaged.follow_level(actor, kind, ids_of(topic)[kind]) == "muted"
    again = Page(browser.get(address).text)
    assert again.one("input", name="level", value="muted").get("checked") is not None


def test_the_view_is_for_members(app: Flask, browser: FlaskClient, actor: User, topic: Topic) -> None:
    other = opened(UserFactory(), CategoryFactory(), "Autre chose")
    follow(actor, "topic", topic.id, "tracking")
    page = Page(browser.get("/en/latest?view=following").text)
    assert [words(link) for link in page.all("a", class_="cover")] == ["Un sujet"]
    visitor = Page(app.test_client().get("/en/latest?view=following").text)
    assert {words(link) for link in visitor.all("a", class_="cover")} == {"Un sujet", other.title}
    assert "Followed" not in words(visitor.one("nav", class_="tabs"))
    assert "Followed" in words(page.all("nav", class_="tabs")[0])
    assert "1 unread topic" in words(page.all("nav", class_="tabs")[0])
    follow(actor, "topic", topic.id, "normal")
    assert "You follow no topic here yet" in browser.get("/en/latest?view=following").text


def test_what_one_follows_is_changed_and_stopped(browser: FlaskClient, actor: User, topic: Topic) -> None:
    for kind, subject_id in ids_of(topic).items():
        follow(actor, kind, subject_id, "watching")
    for kind in ids_of(topic):
        assert len(Page(browser.get(f"/en/my/follows?kind={kind}").text).all("li", data_row="")) == 1
    token = token_of(browser.get("/en/my/follows"))
    form = {"csrf_token": token, "kind": "category", "row": str(topic.category_id)}
    assert browser.post("/en/my/follows", data=form | {"level": "muted"}).location == "/en/my/follows?kind=category"
    assert engaged.follow_level(actor, "category", topic.category_id) == "muted"
    assert browser.post("/en/my/follows", data=form | {"level": "stalking"}).status_code == 422
    browser.post("/en/my/follows", data=form)
    assert engaged.follow_level(actor, "category", topic.category_id) is None
    assert browser.post("/en/my/follows", data=form | {"row": "x", "level": "muted"}).status_code == 404
    browser.post("/en/my/follows", data={"csrf_token": token, "preference": "1"})
    assert Page(browser.get("/en/my/follows").text).one("input", name="tracks").get("checked") is None


def test_what_is_closed_meanwhile_can_still_be_stopped(browser: FlaskClient, actor: User, topic: Topic) -> None:
    follow(actor, "topic", topic.id, "watching")
    with unit_of_work():
        topic.category.space.visibility = "staff"
    page = browser.get("/en/my/follows").text
    assert "Un sujet" not in page
    assert "No longer open to you" in page
    token = token_of(browser.get("/en/my/follows"))
    browser.post("/en/my/follows", data={"csrf_token": token, "kind": "topic", "row": str(topic.id)})
    assert engaged.follow_level(actor, "topic", topic.id) is None


def test_what_is_closed_is_not_followed(actor: User) -> None:
    closed: Category = CategoryFactory(space=SpaceFactory(visibility="staff"))
    opened(UserFactory(role="staff"), closed, "Un secret", "sceau")
    kinds = {"category": closed.slug, "space": closed.space.slug, "tag": "sceau"}
    for kind, name in kinds.items():
        with pytest.raises(NotFound):
            engaged.subject_id_of(actor, kind, name)
        assert engaged.subject_id_of(UserFactory(role="staff"), kind, name)


def test_own_topics_say_what_is_new_and_what_was_moved(browser: FlaskClient, actor: User, topic: Topic) -> None:
    opened(UserFactory(), CategoryFactory(), "D’un autre")
    mine = opened(actor, CategoryFactory(), "Le mien")
    sent = replied(actor, topic, "Ma réponse.")

    def titles(query: str = "") -> list[str]:
        return [words(link) for link in Page(browser.get(f"/en/my/topics{query}").text).all("a", class_="cover")]

    assert titles() == ["Un sujet", "Le mien"]
    assert titles("?view=opened") == ["Le mien"]
    assert titles("?view=answered") == ["Un sujet"]
    assert titles("?view=unread") == []
    replied(UserFactory(), mine)
    assert titles("?view=unread") == ["Le mien"]
    assert "1 new" in browser.get("/en/my/topics").text
    with unit_of_work():
        relocating.split_posts(UserFactory(role="moderator"), topic, [2], mine, "Parle d’autre chose")
    notice = Page(browser.get("/en/my/topics").text).one("section", class_="notice")
    assert "1 message of yours was moved" in words(notice)
    assert "Parle d’autre chose" in words(notice)
    assert sent.topic_id == mine.id
    with unit_of_work():
        mine.category.space.visibility = "staff"
    assert "was moved" not in browser.get("/en/my/topics").text
