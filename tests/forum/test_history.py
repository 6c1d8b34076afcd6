"""The versions of a message: who sees which, what differs, bringing one back, taking one's text away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.i18n import speaking
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.history import versions as history
from app.forum.history.differing import Part, parts, words
from app.forum.models import Post
from app.forum.moving import relocating
from app.forum.order import moderating
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page
from tests.support.html import words as said


@pytest.fixture(autouse=True)
def spoken(app: Flask) -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def post(actor: User, clock: FrozenClock) -> Post:
    """Three versions: a slip put right within the free window, then a change that all may see."""
    written = replied(actor, opened(UserFactory(), CategoryFactory(), "Un sujet"), "Bonjour tous.")
    clock.advance(minutes=5)
    edited(written, "Bonjour à tous.")
    clock.advance(hours=2)
    edited(written, "Bonjour à toutes et à tous.")
    return written


def edited(post: Post, body: str) -> None:
    with unit_of_work():
        author = db.session.get_one(User, post.author_id)
        services.edit_post(author, post, draft_post(body, post.lang, post.client_token), post.edits)


def texts(actor: Any, post: Post) -> list[tuple[int, str]]:
    return [(version.number, version.body) for version in history.versions_of(actor, post)]


def test_slips_are_for_the_author_and_moderators(post: Post, actor: User) -> None:
    public = [(2, "Bonjour à tous."), (3, "Bonjour à toutes et à tous.")]
    everything = [(1, "Bonjour tous."), *public]
    assert texts(VISITOR, post) == texts(UserFactory(), post) == public
    assert texts(actor, post) == texts(UserFactory(role="moderator"), post) == everything
    versions = history.versions_of(actor, post)
    assert [version.is_current for version in versions] == [False, False, True]
    assert {version.author and version.author.id for version in versions} == {actor.id}
    assert versions[0].written_at == post.created_at


def test_a_history_is_seen_by_who_sees_the_message(app: Flask, actor: User) -> None:
    closed = CategoryFactory(space=SpaceFactory(visibility="staff"))
    secret = replied(UserFactory(role="staff"), opened(UserFactory(role="staff"), closed))
    with pytest.raises(NotAllowed):
        history.versions_of(actor, secret)
    moderator = UserFactory(role="moderator")
    gone = replied(actor, opened(actor, CategoryFactory()))
    hidden(moderator, gone)
    with pytest.raises(NotAllowed):
        history.versions_of(actor, gone)
    assert history.versions_of(moderator, gone)
    with unit_of_work():
        moderating.remove_post(moderator, gone, "Illégal")
    with pytest.raises(NotFound):
        history.versions_of(moderator, gone)
    withdrawn = replied(actor, opened(actor, CategoryFactory()))
    with unit_of_work():
        services.withdraw_post(actor, withdrawn)
    with pytest.raises(NotFound):
        history.versions_of(actor, withdrawn)


def brought_back(actor: User, post: Post, number: int, body: str, reason: str = "") -> Post:
    with unit_of_work():
        return history.restore_version(actor, post, number, draft_post(body, "fr", post.client_token), reason)


def test_a_version_comes_back_as_a_new_edit(post: Post, actor: User) -> None:
    for who in (UserFactory(), UserFactory(role="moderator", space=SpaceFactory())):
        with pytest.raises(NotAllowed):
            brought_back(who, post, 2, "Bonjour à tous.")
    with pytest.raises(NotFound):
        brought_back(actor, post, 9, "Rien.")
    with pytest.raises(Conflict, match="already"):
        brought_back(actor, post, 3, "Bonjour à toutes et à tous.")
    with pytest.raises(Conflict):
        brought_back(actor, post, 2, "Autre chose.")
    brought_back(actor, post, 1, "Bonjour tous.")
    assert (post.body, post.edits) == ("Bonjour tous.", 3)
    assert "Bonjour tous." in post.html
    assert [number for number, _body in texts(VISITOR, post)] == [2, 3, 4]
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_a_moderator_says_why(post: Post) -> None:
    moderator = UserFactory(role="moderator")
    with pytest.raises(Invalid, match="why"):
        brought_back(moderator, post, 2, "Bonjour à tous.", " ")
    brought_back(moderator, post, 2, "Bonjour à tous.", "Vandalisme")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.reason, entry.detail) == ("restore_version", "Vandalisme", {"version": 2})
    assert history.versions_of(moderator, post)[-1].author == moderator
    hidden(moderator, post)
    with pytest.raises(NotAllowed):
        brought_back(moderator, post, 3, "Bonjour à toutes et à tous.", "Encore")


def taken_away(actor: User, post: Post, number: int, reason: str = "Un nom") -> None:
    with unit_of_work():
        history.remove_version(actor, post, number, reason)


def test_the_text_of_a_version_is_taken_away_for_good(post: Post, actor: User) -> None:
    moderator = UserFactory(role="moderator")
    with pytest.raises(NotAllowed):
        taken_away(actor, post, 2)
    with pytest.raises(Invalid, match="why"):
        taken_away(moderator, post, 2, "")
    with pytest.raises(NotFound):
        taken_away(moderator, post, 3)  # what the message says now: it is hidden instead
    taken_away(moderator, post, 2)
    assert texts(VISITOR, post) == [(2, ""), (3, "Bonjour à toutes et à tous.")]
    assert history.versions_of(VISITOR, post)[0].removed_at
    with pytest.raises(Conflict):
        taken_away(moderator, post, 2)
    with pytest.raises(Conflict, match="cannot come back"):
        brought_back(actor, post, 2, "")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.reason, entry.detail) == ("remove_version", "Un nom", {"version": 2})


def test_the_page_compares_two_versions(client: FlaskClient, post: Post) -> None:
    address = f"/en/posts/{post.public_id}/history"
    page = Page(client.get(address).text)
    (added,) = page.all("ins")
    assert said(added) == "[added: toutes et à ]"
    assert page.all("del") == []
    assert [box.get("value") for box in page.all("input", name="from")] == ["3", "2"]
    assert client.get(f"{address}?from=3&to=2").text.count("<ins>") == 1
    assert "<ins>" not in client.get(f"{address}?from=2&to=2").text
    for query in ("from=1", "from=x&to=2", "to=99", "from=2&to=1"):
        assert client.get(f"{address}?{query}").status_code == 404, query
    assert client.get("/en/posts/nothing/history").status_code == 404
    assert client.post(address).status_code in {302, 400}


def test_the_message_leads_to_its_history_once_it_was_changed_for_all(client: FlaskClient, post: Post) -> None:
    topic = client.get(f"/en/posts/{post.public_id}", follow_redirects=True).text
    assert Page(topic).links(href=f"/en/posts/{post.public_id}/history")


def test_words_stand_in_their_own_direction(client: FlaskClient, actor: User, clock: FrozenClock) -> None:
    written = replied(actor, opened(actor, CategoryFactory()), "نبحث عن شركاء", lang="ar")
    clock.advance(hours=1)
    edited(written, "نبحث عن شركاء جدد")
    page = Page(client.get(f"/en/posts/{written.public_id}/history").text)
    text = page.one("div", class_="difference")
    assert (text.get("lang"), text.get("dir")) == ("ar", "rtl")
    (added,) = page.all("ins")
    (label, *_) = added
    assert (label.get("lang"), label.get("dir")) == ("en", "ltr")


@pytest.fixture
def browse(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[[User], FlaskClient]:
    return lambda member: sign_in(app.test_client(), member)


def test_buttons_bring_back_and_take_away(browse: Callable[[User], FlaskClient], post: Post, actor: User) -> None:
    address = f"/en/posts/{post.public_id}/history"
    author, moderator = browse(actor), browse(UserFactory(role="moderator"))

    def sent(browser: FlaskClient, **fields: str) -> Any:
        token = token_of(browser.get(f"{address}?from=2&to=3"))
        return browser.post(f"{address}?from=2&to=3", data={"csrf_token": token, **fields})

    assert sent(author, action="burn", version="2").status_code == 404
    assert sent(author, action="restore", version="9").status_code == 404
    assert sent(author, action="remove", version="2", reason="Un nom").status_code == 403
    silent = sent(moderator, action="remove", version="2")
    assert silent.status_code == 422
    assert "Say why" in said(Page(silent.text).one("p", id="reason-error"))
    assert sent(author, action="restore", version="2").status_code == 303
    assert post.body == "Bonjour à tous."
    assert sent(moderator, action="remove", version="2", reason="Un nom").status_code == 303
    assert "taken away by moderation" in author.get(f"{address}?from=2&to=3").text


def test_histories_are_paged(client: FlaskClient, post: Post) -> None:
    with unit_of_work():
        for number in range(60):
            services.replace_text(
                db.session.get_one(User, post.author_id), post, draft_post(f"Version {number}.", "fr", "x")
            )
    address = f"/en/posts/{post.public_id}/history"
    first = Page(client.get(address).text)
    (following,) = first.links(rel="next")
    second = Page(client.get(following).text)
    listed = [box.get("value") for page in (first, second) for box in page.all("input", name="from")]
    assert listed == [str(number) for number in range(63, 1, -1)]


def test_a_moved_message_keeps_its_history(post: Post, actor: User) -> None:
    with unit_of_work():
        moved = relocating.split_posts(
            UserFactory(role="moderator"), post.topic, [2], opened(actor, CategoryFactory()), "Ailleurs"
        )
    assert post.topic_id == moved.id
    assert len(texts(actor, post)) == 3


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "", []),
        ("même", "même", [Part("same", "même")]),
        ("", "neuf", [Part("added", "neuf")]),
        (
            "le chat dort", "le chien dort",
            [Part("same", "le "), Part("removed", "chat"), Part("added", "chien"), Part("same", " dort")],
        ),
        ("un deux", "une deuxième", [Part("removed", "un deux"), Part("added", "une deuxième")]),
        (
            "Chúng tôi muốn", "Chúng ta muốn",
            [Part("same", "Chúng "), Part("removed", "tôi"), Part("added", "ta"), Part("same", " muốn")],
        ),
        ("我们学习", "我们工作", [Part("same", "我们"), Part("removed", "学习"), Part("added", "工作")]),
        ("e\u0301te\u0301", "été", [Part("same", "été")]),
    ],
)  # fmt: skip
def test_texts_are_compared_by_words(before: str, after: str, found: list[Part]) -> None:
    assert parts(before, after) == found


def test_marks_stay_with_their_letters() -> None:
    assert words("سَلام، العالم") == ["سَلام", "،", " ", "العالم"]


@pytest.mark.parametrize(
    "pair", [("a b " * 5000, "b a " * 5000), ("x\n" * 9000, "y\n" * 9000), ("[" * 20_000, ">" * 20_000)]
)
@pytest.mark.timeout(10)
def test_whatever_the_texts_are_both_can_be_read(pair: tuple[str, str]) -> None:
    found = parts(*pair)
    assert "".join(part.text for part in found if part.kind != "added") == pair[0]
    assert "".join(part.text for part in found if part.kind != "removed") == pair[1]
