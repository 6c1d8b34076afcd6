"""A fragment is the same bytes for all its readers, on the page, at its own address and in live messages."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import Context

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.core.live import message_for
from app.engagement import services as engagement
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.events import PostEdited
from app.forum.models import Post, Topic
from app.forum.reading import fragments
from app.forum.reading.thread import heads
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.forum import hidden, opened, replied

ARTICLE = re.compile(r"<article .*?</article>", re.DOTALL)


@pytest.fixture
def author(app: Flask) -> User:
    return UserFactory(display_name="Salma Benomar", country="MA", content_langs=["ar"])


@pytest.fixture
def topic(author: User) -> Topic:
    """A question with an accepted answer, a reply, a reaction, a tombstone and a hidden message."""
    asker, moderator = UserFactory(), UserFactory(role="moderator")
    asked = opened(asker, CategoryFactory(), "Une question", kind="question")
    posts = [replied(author, asked, f"Texte {number}") for number in range(4)]
    replied(asker, asked, f"> [post:{posts[0].public_id}]\n> Texte\n\nMerci.", to=posts[0].public_id)
    with unit_of_work():
        services.accept_answer(asker, posts[0])
        services.withdraw_post(author, posts[1])
        engagement.react(asker, "post", posts[0].id, "useful")
    hidden(moderator, posts[2], "Hors sujet")
    return asked


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_five_readers_get_the_same_bytes(
    app: Flask, sign_in: Callable[..., FlaskClient], topic: Topic, author: User, lang: str
) -> None:
    space = topic.category.space
    readers = [
        app.test_client(),
        sign_in(app.test_client(), UserFactory()),
        sign_in(app.test_client(), author),
        sign_in(app.test_client(), UserFactory(role="moderator", space=space)),
        sign_in(app.test_client(), UserFactory(role="staff")),
    ]
    pages = [reader.get(url_of(topic, lang)).text for reader in readers]
    fragments = [ARTICLE.findall(page) for page in pages]
    assert len(fragments[0]) == 6
    assert all(found == fragments[0] for found in fragments[1:])
    assert len({len(page) for page in pages}) > 3  # the bars differ
    for article in fragments[0]:
        assert "csrf" not in article
        assert "aria-pressed" not in article


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_page_address_and_live_message_carry_the_same_bytes(
    app: Flask, client: FlaskClient, topic: Topic, lang: str
) -> None:
    post = _post(topic, 2)
    on_page = next(one for one in ARTICLE.findall(client.get(url_of(topic, lang)).text) if 'id="p2"' in one)
    alone = client.get(f"/{lang}/fragments/posts/{post.public_id}/{post.version}")
    message = message_for(PostEdited(topic.id, post.id), lang)
    assert message is not None
    assert alone.text.strip().endswith(on_page)
    assert message.data["posts"][0]["html"] == alone.text


def _post(topic: Topic, number: int) -> Post:
    return db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == number)).one()


def test_a_fragment_never_changes_and_only_its_reader_s_browser_keeps_it(client: FlaskClient, topic: Topic) -> None:
    post = _post(topic, 2)
    kept = client.get(f"/en/fragments/posts/{post.public_id}/{post.version}").headers["Cache-Control"]
    assert {"private", "immutable"} <= set(kept.split(", "))
    for version in (post.version - 1, post.version + 1, 0):
        assert client.get(f"/en/fragments/posts/{post.public_id}/{version}").status_code == 404
    with unit_of_work():
        services.edit_post(post.author, post, draft_post("Autre texte", "fr", ""), post.edits)
    assert "Autre texte" in client.get(f"/en/fragments/posts/{post.public_id}/{post.version}").text


def test_a_fragment_of_a_closed_space_is_not_found(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    topic = opened(actor, CategoryFactory(space=SpaceFactory(visibility="members")))
    address = f"/en/fragments/posts/{_post(topic, 1).public_id}/1"
    assert client.get(address).status_code == 404
    assert sign_in(client, UserFactory()).get(address).status_code == 200


def test_what_is_hidden_is_in_no_fragment(client: FlaskClient, topic: Topic) -> None:
    for number in (3, 4):
        post = _post(topic, number)
        text = client.get(f"/en/fragments/posts/{post.public_id}/{post.version}").text
        assert "Texte" not in text
        assert "Salma" not in text


def test_a_live_message_speaks_its_own_language_whoever_asked(app: Flask, topic: Topic) -> None:
    """Messages of all languages are rendered by one process, in the request context of none of their readers."""

    def render() -> str:
        with app.test_request_context("/ar/"):
            message = message_for(PostEdited(topic.id, post_id), "vi")
            assert message is not None
            return str(message.data["posts"][0]["html"])

    post_id = _post(topic, 2).id
    assert 'href="/vi/members/' in Context().run(render)


def test_a_new_message_is_rendered_once_though_several_want_it(
    app: Flask, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, said, rendered = heads(topic, 1)[0], [], []
    load = fragments._load

    def slowly(ids: Iterable[int]) -> list[Post]:
        rendered.append(1)
        time.sleep(0.1)
        return load(ids)

    def want() -> None:
        with app.test_request_context("/"):
            said.append(str(fragments.fragments_of([head], "fr")[0]))

    fragments.clear()
    monkeypatch.setattr(fragments, "_load", slowly)
    readers = [threading.Thread(target=Context().run, args=(want,)) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(rendered) == 1
    assert len(said) == 3
    assert len(set(said)) == 1
