"""A text that waits: absent everywhere but for its author and the moderators, then published or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import tail, unit_of_work
from app.core.subjects import kind
from app.engagement.models import ReadMarker
from app.forum import lifecycle, queries, services
from app.forum.drafts import draft_post
from app.forum.events import PostPublished, TextDecided, TextHeld, TopicMoved, TopicOpened
from app.forum.models import Category, Post, Topic
from app.forum.order import approving, waiting
from app.forum.order.held import HeldText
from tests.factories import CategoryFactory, PostFactory, TopicFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.pages import JSON, said, send
from tests.support.trust import approved, chosen, guarded, held_texts, refused


@pytest.fixture
def shelf(app: Flask) -> Category:
    return guarded("all")


@pytest.fixture
def moderator(shelf: Category) -> User:
    return UserFactory(role="moderator", space=shelf.space)


def happened() -> list[str]:
    return [type(logged.event).__name__ for logged in tail((0, 0))]


def test_a_topic_that_waits_is_counted_and_told_nowhere(shelf: Category, actor: User) -> None:
    topic = opened(actor, shelf, "Bonjour à tous", "logement")
    (post,) = db.session.scalars(select(Post))
    assert (topic.state, topic.post_count, post.state, post.number) == ("pending", 0, "pending", None)
    assert (shelf.topic_count, shelf.post_count, shelf.last_topic_id) == (0, 0, None)
    assert happened() == ["TextHeld"]
    for anyone in (actor, UserFactory(), UserFactory(role="administrator")):
        with pytest.raises(NotFound):
            queries.get_topic(anyone, topic.public_id)
        with pytest.raises(NotFound):
            queries.get_post(anyone, post.public_id)
        assert not queries.visible_topic_ids(anyone, [topic.id]) | queries.visible_post_ids(anyone, [post.id])
        assert not queries.citable_posts(anyone, [post.public_id])
    for name, row in (("topic", topic), ("post", post)):
        assert kind(name).search_documents([row.id]) == {}  # type: ignore[misc]


def test_a_reply_that_waits_moves_no_counter(shelf: Category, actor: User) -> None:
    topic = TopicFactory(category=shelf)
    PostFactory(topic=topic)
    before = (topic.post_count, topic.last_post_at, shelf.post_count)
    post = replied(actor, topic)
    assert (post.number, post.state) == (None, "pending")
    assert (topic.post_count, topic.last_post_at, shelf.post_count) == before
    assert db.session.scalar(select(ReadMarker).where(ReadMarker.user_id == actor.id)) is None
    assert happened() == ["TextHeld"]


def test_the_same_token_waits_once(shelf: Category, actor: User) -> None:
    topic = TopicFactory(category=shelf)
    PostFactory(topic=topic)
    draft = draft_post("Bonjour", "fr", "the-token")
    for _ in range(2):
        with unit_of_work():
            services.reply(actor, topic, draft)
    (held,) = held_texts()
    approved(UserFactory(role="staff"), held)
    with unit_of_work():
        assert services.reply(actor, topic, draft).number == 2


def test_approval_gives_the_next_number_and_tells_as_usual(shelf: Category, actor: User, moderator: User) -> None:
    topic = TopicFactory(category=shelf)
    PostFactory(topic=topic)
    late = replied(actor, topic, "Première")
    other = replied(actor, topic, "Seconde")
    assert [held.post_id for held in held_texts()] == [late.id, other.id]
    for held in reversed(held_texts()):
        approved(moderator, held)
    assert (other.number, late.number, topic.post_count) == (2, 3, 3)
    assert (late.state, topic.last_author_id) == ("visible", actor.id)
    assert happened().count("PostPublished") == 2
    assert {TextHeld, TextDecided, PostPublished, TopicMoved} <= {type(one.event) for one in tail((0, 0))}
    assert db.session.scalars(select(AuditEntry.action)).all() == ["approve", "approve"]
    assert late.created_at >= other.created_at


def test_an_approved_topic_is_there_like_any_other(shelf: Category, actor: User, moderator: User) -> None:
    topic = opened(actor, shelf, "Bonjour à tous", "logement")
    approved(moderator, held_texts()[0])
    assert (topic.state, topic.post_count, shelf.topic_count, shelf.post_count) == ("open", 1, 1, 1)
    assert shelf.last_topic_id == topic.id
    assert queries.get_topic(UserFactory(), topic.public_id).id == topic.id
    names = happened()
    assert names.index(TopicOpened.__name__) < names.index(PostPublished.__name__)


@pytest.mark.parametrize("who", ["member", "other moderator", "author"])
def test_only_other_moderators_of_the_space_decide(shelf: Category, who: str) -> None:
    author = UserFactory()
    opened(author, shelf)
    (held,) = held_texts()
    if who == "author":
        with unit_of_work():
            author.roles.append(UserFactory(role="moderator", space=shelf.space).roles[0].__class__(name="staff"))
    actors = {"member": UserFactory, "other moderator": lambda: UserFactory(role="moderator", space=guarded().space)}
    actor = author if who == "author" else actors[who]()
    for decide in (lambda: approving.approve(actor, held), lambda: approving.refuse(actor, held, "non")):
        with pytest.raises(NotAllowed), unit_of_work():
            decide()
    assert held_texts() == [held]


def test_a_refusal_needs_a_reason_and_keeps_the_text_for_its_author(
    shelf: Category, actor: User, moderator: User
) -> None:
    topic = opened(actor, shelf, body="Mon texte")
    (held,) = held_texts()
    with pytest.raises(Invalid) as without, unit_of_work():
        approving.refuse(moderator, held, "  ")
    assert without.value.field == "reason"
    refused(moderator, held, "Trop court")
    assert (held.state, held.reason, topic.state, held.post.state) == ("refused", "Trop court", "refused", "refused")
    (own,) = waiting.own_texts(actor)
    assert (own.text, own.reason) == ("Mon texte", "Trop court")
    assert waiting.own_texts(UserFactory()) == []
    with pytest.raises(Conflict):
        approved(moderator, held)


def test_a_reply_to_a_topic_that_was_hidden_meanwhile_is_not_published(shelf: Category, actor: User) -> None:
    topic = TopicFactory(category=shelf)
    PostFactory(topic=topic)
    replied(actor, topic)
    with unit_of_work():
        topic.state = "hidden"
    with pytest.raises(Conflict, match=str(approving.TOPIC_GONE)):
        approved(UserFactory(role="staff"), held_texts()[0])


def test_an_author_takes_a_waiting_text_back(shelf: Category, actor: User, moderator: User) -> None:
    topic = opened(actor, shelf)
    (held,) = held_texts()
    with pytest.raises(NotAllowed), unit_of_work():
        approving.take_back(moderator, held)
    with unit_of_work():
        approving.take_back(actor, held)
    assert (held.state, topic.state, held.post.state) == ("withdrawn", "withdrawn", "deleted_by_author")
    assert waiting.own_texts(actor) == []


def test_an_edit_that_waits_leaves_the_post_as_it_is(shelf: Category, moderator: User) -> None:
    author = UserFactory()
    post = PostFactory(topic=TopicFactory(category=shelf), author=author, body="Avant", html="<p>Avant</p>")
    for words in ("Encore", "Après"):
        with unit_of_work():
            services.edit_post(author, post, draft_post(words, "fr", "x"), 0)
    assert (post.body, post.state, post.number, post.edits) == ("Avant", "visible", 1, 0)
    (held,) = held_texts()
    assert (held.kind, held.text) == ("edit", "Après")
    approved(moderator, held)
    assert (post.body, post.edits) == ("Après", 1)
    assert "PostEdited" in happened()


def test_a_new_title_with_words_of_the_list_is_refused(app: Flask, actor: User) -> None:
    topic = opened(actor, CategoryFactory(), "Un sujet")
    chosen("moderation.held_words", "casino")
    with pytest.raises(Invalid) as refusal, unit_of_work():
        services.edit_topic(actor, topic, "Casino gratuit", "fr", "discussion", ())
    assert refusal.value.field == "title"
    with unit_of_work():
        services.edit_topic(UserFactory(role="staff"), topic, "Casino gratuit", "fr", "discussion", ())


def test_every_step_of_what_waits(app: Flask) -> None:
    states = {"waiting", "approved", "refused", "withdrawn"}
    for action, steps in approving.HELD_STATES.items():
        for state in states - set(steps):
            with pytest.raises(Conflict):
                lifecycle.next_state(approving.HELD_STATES, action, state)


def test_moderators_and_staff_never_wait(shelf: Category, moderator: User) -> None:
    assert opened(moderator, shelf).state == "open"
    assert opened(UserFactory(role="administrator"), shelf).state == "open"


Sign = Callable[..., FlaskClient]


def test_the_author_is_led_to_the_waiting_topic_and_others_are_not(
    app: Flask, shelf: Category, actor: User, moderator: User, sign_in: Sign
) -> None:
    author = sign_in(app.test_client(), actor)
    sent = send(author, f"/fr/categories/{shelf.slug}/new-topic", title="Un beau sujet", body="Mon texte.")
    assert sent.status_code == 303
    page = author.get(sent.location)
    assert page.status_code == 200
    assert "Mon texte." in said(page)
    topic = db.session.scalars(select(Topic)).one()
    address = sent.location.partition("?")[0]
    assert app.test_client().get(address).status_code == 404
    assert sign_in(app.test_client(), UserFactory()).get(address).status_code == 404
    assert sign_in(app.test_client(), moderator).get(address).status_code == 200
    listed = f"/fr/categories/{shelf.slug}"
    assert topic.title not in author.get(listed).text
    assert "Mon texte." in said(author.get("/fr/account/waiting"))
    assert "Mon texte." not in said(sign_in(app.test_client(), UserFactory()).get("/fr/account/waiting"))


def test_a_waiting_reply_stands_under_the_topic_for_its_author_alone(
    app: Flask, shelf: Category, actor: User, sign_in: Sign
) -> None:
    topic = TopicFactory(category=shelf, title="Sujet ouvert")
    PostFactory(topic=topic)
    author = sign_in(app.test_client(), actor)
    answer = send(author, f"/fr/topics/{topic.public_id}/reply", JSON, body="Ma réponse à moi.")
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["waits"] is True
    assert "Ma réponse à moi." in author.get(answer.json["url"]).text
    other = sign_in(app.test_client(), UserFactory())
    assert "Ma réponse à moi." not in other.get(answer.json["url"]).text
    assert "Ma réponse à moi." not in app.test_client().get(answer.json["url"]).text


def test_taking_back_through_the_page(app: Flask, shelf: Category, actor: User, sign_in: Sign) -> None:
    opened(actor, shelf)
    (held,) = held_texts()
    stranger = sign_in(app.test_client(), UserFactory())
    assert _press(stranger, held).status_code == 404
    assert _press(sign_in(app.test_client(), actor), held).status_code == 303
    assert held_texts() == []


def _press(client: FlaskClient, held: HeldText) -> Any:
    from tests.support.browser import token_of

    page = client.get("/fr/account/settings")
    return client.post(f"/fr/account/waiting/{held.id}/withdraw", data={"csrf_token": token_of(page)})
