"""A citation names only posts that every reader of the topic may know of."""

from __future__ import annotations

from flask import Flask

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.core.i18n import speaking
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Post
from app.forum.reading.fragments import fragments_of, shown_words
from app.forum.reading.thread import heads_of
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory


def _cite(author: User, source: Post, visibility: str = "public") -> str:
    """The fragment of a post by `author`, in a topic of another space, that cites `source`."""
    topic = TopicFactory(category=CategoryFactory(space=SpaceFactory(visibility=visibility)))
    with unit_of_work():
        post = services.reply(author, topic, draft_post(f"> [post:{source.public_id}]\n> Bonjour", "fr", "cite"))
    db.session.expire_all()
    return str(fragments_of([heads_of([post.id])[post.id]], "fr")[0])


def _source(visibility: str) -> Post:
    topic = TopicFactory(category=CategoryFactory(space=SpaceFactory(visibility=visibility)))
    return PostFactory(topic=topic, author=UserFactory(display_name="Maëlle des Écluses"))


def test_a_post_the_author_may_not_see_is_not_named(app: Flask) -> None:
    source = _source("staff")
    with app.test_request_context("/fr/"), speaking("fr"):
        assert "Écluses" not in _cite(UserFactory(), source)
        assert "Écluses" not in shown_words(UserFactory(), f'<cite data-post="{source.public_id}"></cite>')


def test_a_post_of_a_closed_space_is_not_named_outside_it(app: Flask) -> None:
    source = _source("members")
    with app.test_request_context("/fr/"), speaking("fr"):
        assert "Écluses" not in _cite(UserFactory(), source)


def test_a_public_post_is_named_everywhere(app: Flask) -> None:
    source = _source("public")
    with app.test_request_context("/fr/"), speaking("fr"):
        fragment = _cite(UserFactory(), source, visibility="members")
        assert "Maëlle des Écluses" in fragment
        assert f"/fr/posts/{source.public_id}" in fragment
