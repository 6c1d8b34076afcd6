"""What an edit carries, files and a poll, waits with its words and comes with them on approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.files import FileStore, LocalFiles
from app.engagement.models import Attachment
from app.engagement.queries import attachments_of
from app.engagement.shelf import attach_exactly, sweep_shelves
from app.forum import services
from app.forum.composing.extras import Extras
from app.forum.drafts import PostDraft, draft_post
from app.forum.models import Category, Post
from app.forum.order import approving
from app.forum.polls.drafts import PollDraft
from app.forum.polls.queries import poll_of
from tests.factories import PostFactory, TopicFactory, UserFactory
from tests.forum.files import on_shelf, picture
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.pages import said
from tests.support.trust import approved, guarded, held_texts, refused

ENDS = timedelta(days=3)


@pytest.fixture
def shelf(app: Flask) -> Category:
    return guarded("all")


@pytest.fixture
def moderator(shelf: Category) -> User:
    return UserFactory(role="moderator", space=shelf.space)


@pytest.fixture
def store(settings) -> LocalFiles:  # type: ignore[no-untyped-def]
    return LocalFiles(settings.var / "files")


@pytest.fixture
def post(shelf: Category) -> Post:
    return PostFactory(topic=TopicFactory(category=shelf), author=UserFactory(), body="Avant", html="<p>Avant</p>")


def draft(body: str, files: dict[str, str] | None = None, poll: PollDraft | None = None) -> PostDraft:
    return replace(draft_post(body, "fr", "x"), extras=Extras(files, poll))


def edited(post: Post, what: PostDraft) -> None:
    assert post.author
    with unit_of_work():
        services.edit_post(post.author, post, what, post.edits)


def names(post: Post) -> list[tuple[str, str]]:
    return [(file.name, file.alt_text) for file in attachments_of("post", [post.id]).get(post.id, [])]


def test_files_and_poll_come_with_the_words(post: Post, moderator: User, store: FileStore) -> None:
    assert post.author
    old, new = (on_shelf(post.author, store, picture(colour=one), f"{one}.png") for one in ("red", "blue"))
    with unit_of_work():
        attach_exactly(post.author, "post", post.id, {old.public_id: "Rouge"}, "")
        post.file_count = 1
    ends = now() + ENDS
    poll = PollDraft("Lequel ?", ("Un", "Deux"), is_multiple=True, closes_at=ends)
    edited(post, draft("Après", {new.public_id: "Bleu"}, poll))
    assert (post.body, names(post), post.has_poll) == ("Avant", [("red.png", "Rouge")], False)
    (held,) = held_texts()
    approved(moderator, held)
    assert (post.body, names(post), post.file_count) == ("Après", [("blue.png", "Bleu")], 1)
    asked = poll_of(post.id)
    assert (asked.question, [option.label for option in asked.options]) == ("Lequel ?", ["Un", "Deux"])
    assert (asked.is_multiple, asked.closes_at) == (True, ends)


def test_a_refused_edit_leaves_files_and_poll_as_they_are(post: Post, moderator: User, store: FileStore) -> None:
    assert post.author
    new = on_shelf(post.author, store, picture(), "a.png")
    edited(post, draft("Après", {new.public_id: "Un"}, PollDraft("Lequel ?", ("Un", "Deux"))))
    refused(moderator, held_texts()[0])
    assert (post.body, names(post), post.has_poll) == ("Avant", [], False)
    assert db.session.get_one(Attachment, new.id).subject_kind == "shelf"


def test_an_edit_without_a_form_of_files_leaves_them(post: Post, moderator: User, store: FileStore) -> None:
    assert post.author
    old = on_shelf(post.author, store, b"%PDF-1", "a.pdf")
    with unit_of_work():
        attach_exactly(post.author, "post", post.id, {old.public_id: ""}, "")
        post.file_count = 1
    edited(post, draft("Après"))
    approved(moderator, held_texts()[0])
    assert (post.body, names(post)) == ("Après", [("a.pdf", "")])


def test_a_new_file_under_the_same_words_waits_too(post: Post, moderator: User, store: FileStore) -> None:
    assert post.author
    new = on_shelf(post.author, store, picture(), "a.png")
    edited(post, draft("Avant", {new.public_id: "Une image"}))
    assert names(post) == []
    approved(moderator, held_texts()[0])
    assert (names(post), post.body, post.edits) == ([("a.png", "Une image")], "Avant", 0)


def test_taking_a_file_off_waits_for_nobody(post: Post, store: FileStore) -> None:
    assert post.author
    old = on_shelf(post.author, store, b"%PDF-1", "a.pdf")
    with unit_of_work():
        attach_exactly(post.author, "post", post.id, {old.public_id: ""}, "")
        post.file_count = 1
    edited(post, draft("Avant", {}))
    assert (held_texts(), names(post)) == ([], [])


def test_a_later_edit_that_needs_no_approval_takes_the_place_of_one_that_waits(post: Post) -> None:
    edited(post, draft("Après"))
    edited(post, draft("Avant"))
    assert held_texts() == []
    assert [held.text for held in held_texts("withdrawn")] == ["Après"]


def test_the_poll_of_an_edit_is_left_where_one_came_meanwhile(post: Post, moderator: User) -> None:
    edited(post, draft("Après", None, PollDraft("La seconde ?", ("Un", "Deux"))))
    assert post.author
    with unit_of_work():
        approving.put_extras(post.author, post, Extras(None, PollDraft("La première ?", ("Un", "Deux"))))
    approved(moderator, held_texts()[0])
    assert (post.body, poll_of(post.id).question) == ("Après", "La première ?")


def test_files_of_an_edit_that_waits_are_not_swept_away(post: Post, store: FileStore, clock: FrozenClock) -> None:
    assert post.author
    new = on_shelf(post.author, store, b"%PDF-1", "a.pdf")
    edited(post, draft("Après", {new.public_id: ""}))
    clock.advance(days=8)
    assert sweep_shelves() == 0


def test_the_queue_says_what_an_edit_carries(
    app: Flask, post: Post, moderator: User, store: FileStore, sign_in: Callable[..., FlaskClient]
) -> None:
    assert post.author
    new = on_shelf(post.author, store, picture(), "plan.png")
    edited(post, draft("Après", {new.public_id: "Le plan du quai"}, PollDraft("Lequel ?", ("Rouge", "Vert"))))
    page = said(sign_in(app.test_client(), moderator).get("/fr/moderation/waiting"))
    assert all(words in page for words in ("plan.png", "Le plan du quai", "Lequel ?", "Vert"))


def test_an_edit_of_the_language_alone_says_that_it_waits(
    app: Flask, post: Post, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(app.test_client(), post.author)
    address = f"/fr/posts/{post.public_id}/edit"
    fields = {"csrf_token": token_of(client.get(address)), "body": "Avant", "lang": "en", "edits": "0"}
    answer = client.post(address, data=fields)
    assert answer.status_code == 303
    assert len(held_texts()) == 1
    assert "waiting" in answer.location or "#w" in answer.location
