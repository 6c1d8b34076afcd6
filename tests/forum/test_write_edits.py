"""Changing messages through their pages: edit with its conflict, withdraw to a tombstone, accept an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Post
from tests.factories import PostFactory, TopicFactory, UserFactory
from tests.support.browser import token_of
from tests.support.pages import JSON, fields_of, page_of, said, send


@pytest.fixture
def member(actor: User, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of a plain member."""
    return sign_in(client, actor)


@pytest.fixture
def own(actor: User) -> Post:
    """A message of the member, second in its topic."""
    return PostFactory(topic=PostFactory().topic, author=actor, body="Mon *premier* texte.")


def edit(post: Post) -> str:
    return f"/en/posts/{post.public_id}/edit"


def press(client: FlaskClient, post: Post, action: str, headers: dict[str, str] | None = None):
    token = token_of(client.get(f"/en/topics/{post.topic.public_id}", follow_redirects=True))
    return client.post(f"/en/posts/{post.public_id}/{action}", data={"csrf_token": token}, headers=headers)


def test_nobody_edits_the_words_of_others(member, own):
    theirs = PostFactory(topic=own.topic)
    assert member.get(edit(theirs)).status_code == 403
    form = fields_of(member.get(edit(own))) | {"body": "volé"}
    assert member.post(edit(theirs), data=form).status_code == 403
    db.session.refresh(theirs)
    assert theirs.body != "volé"


def test_a_bad_edit_keeps_the_text_and_changes_nothing(member, own):
    answer = send(member, edit(own), body="y" * 20_001)
    assert answer.status_code == 422
    assert len(fields_of(answer)["body"].strip()) == 20_001
    db.session.refresh(own)
    assert (own.body, own.edits) == ("Mon *premier* texte.", 0)


def test_an_edit_shows_the_text_and_leads_back_to_it(member, own):
    opened = fields_of(member.get(edit(own)))
    assert (opened["body"].strip(), opened["lang"], opened["edits"]) == (own.body, "fr", "0")
    answer = send(member, edit(own), body="Mijn tweede tekst.", lang="nl")
    assert answer.status_code == 303
    assert answer.location.endswith("#p2")
    db.session.refresh(own)
    assert (own.body, own.lang, own.edits) == ("Mijn tweede tekst.", "nl", 1)


def test_a_conflict_shows_both_texts_and_either_can_be_kept(member, own, actor):
    form = fields_of(member.get(edit(own)))
    with unit_of_work():
        services.edit_post(actor, own, draft_post("Écrit sur le téléphone.", "fr", ""), 0)
    answer = member.post(edit(own), data=form | {"body": "Écrit sur l’ordinateur."})
    assert answer.status_code == 409
    words = said(answer)
    assert "Écrit sur le téléphone." in words
    assert "Écrit sur l’ordinateur." in words
    db.session.refresh(own)
    assert own.body == "Écrit sur le téléphone."
    again = fields_of(answer)
    assert again["body"].strip() == "Écrit sur l’ordinateur."
    assert member.post(edit(own), data=again).status_code == 303
    db.session.refresh(own)
    assert (own.body, own.edits) == ("Écrit sur l’ordinateur.", 2)


def test_a_form_that_does_not_say_when_it_began_is_a_conflict(member, own, actor):
    with unit_of_work():
        services.edit_post(actor, own, draft_post("Autre.", "fr", ""), 0)
    form = fields_of(member.get(edit(own))) | {"body": "Encore.", "edits": "many"}
    assert member.post(edit(own), data=form, headers=JSON).status_code == 409


def test_an_edit_as_json_brings_the_new_fragment(member, own):
    answer = send(member, edit(own), JSON, body="**Autre**")
    assert answer.status_code == 200
    (post,) = answer.json["posts"]
    assert (post["id"], post["number"], post["state"]) == (own.public_id, 2, "visible")
    assert "<strong>Autre</strong>" in post["html"]


@pytest.mark.parametrize("action", ["withdraw", "accept"])
def test_a_visitor_who_presses_a_button_signs_in_and_comes_back(client, own, action):
    token = {"csrf_token": token_of(client.get("/en/login"))}
    answer = client.post(f"/en/posts/{own.public_id}/{action}", data=token)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/en/login?next=/en/posts/{own.public_id}")
    as_json = client.post(f"/en/posts/{own.public_id}/{action}", data=token, headers=JSON)
    assert as_json.status_code == 401
    db.session.refresh(own)
    assert own.state == "visible"


def test_withdrawing_without_the_form_of_the_page_is_refused(member, own):
    assert member.post(f"/en/posts/{own.public_id}/withdraw").status_code == 400
    db.session.refresh(own)
    assert own.state == "visible"


def test_only_the_author_withdraws(member, own):
    theirs = PostFactory(topic=own.topic)
    assert press(member, theirs, "withdraw").status_code == 403
    db.session.refresh(theirs)
    assert theirs.state == "visible"


def test_withdrawing_leaves_a_tombstone_with_its_number(member, own):
    answer = press(member, own, "withdraw")
    assert answer.status_code == 303
    assert answer.location.endswith("#p2")
    page = member.get(answer.location)
    assert "premier" not in page.text
    stone = next(one for one in page_of(page).iter("article") if one.get("id") == "p2")
    assert "gone" in stone.get("class", "").split()
    assert press(member, own, "withdraw").status_code == 403
    assert member.get(edit(own)).status_code == 403


def test_withdrawing_as_json_brings_the_tombstone(member, own):
    (post,) = press(member, own, "withdraw", JSON).json["posts"]
    assert post["state"] == "deleted_by_author"
    assert "premier" not in post["html"]


@pytest.fixture
def question(actor: User) -> list[Post]:
    """A question of the member, with two answers of others."""
    asked = PostFactory(topic=TopicFactory(author=actor, kind="question"), author=actor)
    return [asked, *(PostFactory(topic=asked.topic) for _ in range(2))]


def test_only_who_asked_accepts_and_never_the_question(member, question, app, sign_in):
    other = sign_in(app.test_client(), UserFactory())
    assert press(other, question[1], "accept").status_code == 403
    assert press(member, question[0], "accept").status_code == 403
    db.session.refresh(question[0].topic)
    assert question[0].topic.accepted_post_id is None


def test_accepting_moves_and_is_taken_back(member, question):
    _asked, first, second = question
    assert press(member, first, "accept").location.endswith("#p2")
    moved = press(member, second, "accept", JSON)
    assert {post["id"] for post in moved.json["posts"]} == {first.public_id, second.public_id}
    db.session.refresh(first.topic)
    assert first.topic.accepted_post_id == second.id
    press(member, second, "accept")
    db.session.refresh(first.topic)
    assert first.topic.accepted_post_id is None
