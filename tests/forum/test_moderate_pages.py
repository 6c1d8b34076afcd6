"""Decisions of moderators through their buttons and pages, and the log of them: refusals first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.forum.models import Post, Topic
from app.forum.order.journal import SIZE
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page, words


@pytest.fixture
def post(app: Flask) -> Post:
    """A message to decide on."""
    topic = opened(UserFactory(), CategoryFactory())
    return replied(UserFactory(), topic, "Un texte fâcheux.")


@pytest.fixture
def moderator(app: Flask, sign_in: Callable[..., FlaskClient], post: Post) -> FlaskClient:
    """The browser of the moderator of its space."""
    space = post.topic.category.space
    return sign_in(app.test_client(), UserFactory(role="moderator", space=space, display_name="Awa"))


def token(page: Page) -> dict[str, str]:
    return {"csrf_token": page.all("input", name="csrf_token")[-1].get("value", "")}


def again(thing: Post | Topic) -> str:
    db.session.refresh(thing)
    return thing.state


def entries() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.action, row.subject_kind, row.reason) for row in rows]


@pytest.mark.parametrize("who", ["visitor", "member", "author", "other moderator"])
def test_nobody_else_decides(app: Flask, sign_in: Callable[..., FlaskClient], post: Post, who: str) -> None:
    browser = app.test_client()
    if who != "visitor":
        elsewhere = SpaceFactory() if who == "other moderator" else None
        held = "moderator" if elsewhere else ""
        sign_in(browser, post.author if who == "author" else UserFactory(role=held, space=elsewhere))
    fields = token(Page(browser.get("/en/latest").text)) if who != "visitor" else {}
    assert "formaction" not in browser.get(url_of(post.topic)).text or who != "visitor"
    assert "/moderate" not in browser.get(url_of(post.topic)).text
    for address in (f"/en/posts/{post.public_id}/moderate", f"/en/topics/{post.topic.public_id}/moderate"):
        assert browser.get(address).status_code == (302 if who == "visitor" else 403)
        answer = browser.post(f"{address}?action=hide", data=fields | {"reason": "Parce que"})
        assert answer.status_code == (400 if who == "visitor" else 403)
    assert (again(post), again(post.topic), entries()) == ("visible", "open", [])


def test_a_decision_without_a_token_is_refused(moderator: FlaskClient, post: Post) -> None:
    address = f"/en/posts/{post.public_id}/moderate?action=hide"
    assert moderator.post(address, data={"reason": "Parce que"}).status_code == 400
    assert again(post) == "visible"


@pytest.mark.parametrize("reason", ["", "   \n "])
def test_a_decision_needs_a_reason_and_says_so_beside_the_field(
    moderator: FlaskClient, post: Post, reason: str
) -> None:
    for address in (f"/en/posts/{post.public_id}/moderate", f"/en/topics/{post.topic.public_id}/moderate"):
        fields = token(Page(moderator.get(address).text))
        answer = moderator.post(address, data=fields | {"action": "hide", "reason": reason})
        page = Page(answer.text)
        assert answer.status_code == 422
        assert page.title().startswith("Error:")
        assert page.one("textarea", id="reason").get("aria-invalid") == "true"
        assert "Say why" in words(page.one("p", id="reason-error"))
    assert (again(post), again(post.topic), entries()) == ("visible", "open", [])


def test_a_message_is_hidden_from_its_bar_and_shown_again(
    moderator: FlaskClient, client: FlaskClient, post: Post
) -> None:
    page = Page(moderator.get(url_of(post.topic)).text)
    button = next(one for one in page.all("button") if f"{post.public_id}/moderate" in one.get("formaction", ""))
    field = page.one("textarea", id=f"reason-{post.public_id}")
    data = token(page) | {field.get("name", ""): "Donnée <b>personnelle</b>"}
    assert moderator.post(button.get("formaction"), data=data).location == f"{url_of(post.topic)}#p2"
    assert again(post) == "hidden_by_moderator"
    assert "Donnée &lt;b&gt;personnelle" in client.get(url_of(post.topic)).text
    assert "fâcheux" not in client.get(url_of(post.topic)).text
    hidden_page = moderator.get(f"/en/posts/{post.public_id}/moderate")
    assert "Un texte fâcheux." in hidden_page.text
    data = token(Page(hidden_page.text)) | {"action": "restore", "reason": "Autorisé depuis"}
    assert moderator.post(f"/en/posts/{post.public_id}/moderate", data=data).status_code == 303
    assert again(post) == "visible"
    assert [entry[0] for entry in entries()] == ["hide", "restore"]


def test_a_decision_made_meanwhile_is_not_made_twice(moderator: FlaskClient, post: Post) -> None:
    address = f"/en/posts/{post.public_id}/moderate"
    fields = token(Page(moderator.get(address).text)) | {"action": "hide", "reason": "Une fois"}
    assert moderator.post(address, data=fields).status_code == 303
    assert moderator.post(address, data=fields).status_code == 409
    assert len(entries()) == 1


@pytest.mark.parametrize(
    ("actions", "state"),
    [(["lock"], "locked"), (["lock", "unlock"], "open"), (["hide"], "hidden"), (["hide", "restore"], "open")],
)
def test_a_topic_is_closed_hidden_and_opened_again(
    moderator: FlaskClient, client: FlaskClient, post: Post, actions: list[str], state: str
) -> None:
    topic, address = post.topic, f"/en/topics/{post.topic.public_id}/moderate"
    for action in actions:
        page = Page(moderator.get(url_of(topic)).text)
        assert f"{address}?action={action}" in [one.get("formaction") for one in page.all("button")]
        data = token(page) | {"reason": f"Raison {action}"}
        assert moderator.post(f"{address}?action={action}", data=data).location == url_of(topic)
    assert again(topic) == state
    assert entries() == [(action, "topic", f"Raison {action}") for action in actions]
    assert client.get(url_of(topic)).status_code == (404 if state == "hidden" else 200)
    seen = moderator.get(url_of(topic)).text
    assert ("only moderators see it" in seen) is (state == "hidden")


def test_a_topic_is_pinned_and_unpinned(moderator: FlaskClient, post: Post) -> None:
    address = f"/en/topics/{post.topic.public_id}/moderate"
    for action, is_pinned in (("pin", True), ("unpin", False)):
        data = token(Page(moderator.get(address).text)) | {"action": action, "reason": "Utile"}
        assert moderator.post(address, data=data).status_code == 303
        db.session.refresh(post.topic)
        assert post.topic.is_pinned is is_pinned


@pytest.mark.parametrize("action", ["", "remove", "burn"])
def test_there_is_no_other_decision(moderator: FlaskClient, post: Post, action: str) -> None:
    for address in (f"/en/posts/{post.public_id}/moderate", f"/en/topics/{post.topic.public_id}/moderate"):
        data = token(Page(moderator.get(address).text)) | {"action": action, "reason": "Parce que"}
        assert moderator.post(address, data=data).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("visitor", 302), ("", 403), ("moderator", 200), ("staff", 200)])
def test_the_log_is_for_those_who_keep_order(
    app: Flask, sign_in: Callable[..., FlaskClient], role: str, status: int
) -> None:
    browser = app.test_client()
    if role != "visitor":
        sign_in(browser, UserFactory(role=role))
    answer = browser.get("/en/moderation/log")
    assert answer.status_code == status
    assert status != 200 or "No decision yet" in answer.text


@pytest.fixture
def two_spaces(app: Flask) -> tuple[Topic, Topic]:
    """Two topics of two spaces, hidden by staff."""
    staff: User = UserFactory(role="staff", display_name="Joost")
    topics = (opened(staff, CategoryFactory(), "Ici"), opened(staff, CategoryFactory(), "Ailleurs"))
    for topic in topics:
        hidden(staff, topic, f"Raison {topic.title}")
    return topics


def reasons(answer: str) -> list[str]:
    return [words(list(row)[3]) for row in Page(answer).all("tr") if row.find("td") is not None]


def test_a_moderator_reads_the_decisions_of_their_spaces(
    app: Flask, sign_in: Callable[..., FlaskClient], two_spaces: tuple[Topic, Topic]
) -> None:
    own = UserFactory(role="moderator", space=two_spaces[0].category.space)
    other = two_spaces[1].category.space.slug
    browser = sign_in(app.test_client(), own)
    assert reasons(browser.get("/en/moderation/log").text) == ["Raison Ici"]
    assert reasons(browser.get(f"/en/moderation/log?space={other}").text) == ["Raison Ici"]
    staff = sign_in(app.test_client(), UserFactory(role="staff"))
    assert reasons(staff.get("/en/moderation/log").text) == ["Raison Ailleurs", "Raison Ici"]
    assert reasons(staff.get(f"/en/moderation/log?space={other}").text) == ["Raison Ailleurs"]
    assert reasons(staff.get("/en/moderation/log?action=hide").text) == ["Raison Ailleurs", "Raison Ici"]
    assert "No decision matches" in staff.get("/en/moderation/log?action=lock").text


def test_the_log_is_read_in_pages(
    app: Flask,
    sign_in: Callable[..., FlaskClient],
    query_counter: Callable[..., object],
    two_spaces: tuple[Topic, Topic],
) -> None:
    staff = UserFactory(role="staff")
    for number in range(SIZE):
        hidden(staff, replied_in(two_spaces[0], staff), f"Raison {number}")
    browser = sign_in(app.test_client(), staff)
    browser.get("/en/moderation/log")
    with query_counter() as statements:  # type: ignore[attr-defined]
        first = browser.get("/en/moderation/log")
    assert statements.count <= 9
    (following,) = Page(first.text).links(rel="next")
    assert reasons(browser.get(following).text) == ["Raison Ailleurs", "Raison Ici"]


def replied_in(topic: Topic, author: User) -> Post:
    post: Post = PostFactory(topic=topic, author=author)
    return post
