"""A fragment filled into a pattern is byte for byte what its template makes of the message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.i18n import speaking
from app.forum import services
from app.forum.models import Post, Topic
from app.forum.reading import plain_posts
from app.forum.reading.bars import Bar, render_bar
from app.forum.reading.plain_posts import answered, is_accepted, plain_fragment, time_of
from tests.factories import CategoryFactory, UserFactory
from tests.support.forum import opened, replied


def straight(post: Post, words: Markup, reply_to: Post | None, lang: str) -> str:
    """The fragment as the template makes it without any mark."""
    template = current_app.jinja_env.get_template("forum/_post.html")
    return template.render(
        post=post, words=words, author=post.author, lang=lang, reply_to=answered(reply_to), accepted=is_accepted(post),
        **time_of(post),
    )  # fmt: skip


@pytest.fixture
def topic(app: Flask) -> Topic:
    """Messages of all kinds that a pattern serves: by people with and without country, role and account."""
    asker = UserFactory(display_name="Salma <b>", name_lang="ar", country="MA")
    topic = opened(asker, CategoryFactory(), "Une question", kind="question")
    replied(UserFactory(role="moderator", country=None), topic, "Oui.", to=opening(topic).public_id)
    replied(asker, topic, "مرحبا", lang="ar")
    replied(UserFactory(), topic, "Merci.", to=posts_of(topic)[1].public_id)
    replied(UserFactory(), topic, "Ancien.")
    with unit_of_work():
        services.accept_answer(asker, posts_of(topic)[1])
        posts_of(topic)[2].edited_at = now() + timedelta(minutes=3)
        posts_of(topic)[4].author_id = None
    db.session.expire_all()
    return topic


def posts_of(topic: Topic) -> list[Post]:
    return list(db.session.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number)).unique())


def opening(topic: Topic) -> Post:
    return posts_of(topic)[0]


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_a_pattern_makes_what_the_template_makes(app: Flask, topic: Topic, lang: str) -> None:
    with app.test_request_context(f"/{lang}/"), speaking(lang):
        for _ in range(2):  # made, then kept
            for post in posts_of(topic):
                words = Markup(post.html)
                assert plain_fragment(post, words, post.reply_to) == straight(post, words, post.reply_to, lang)


def test_what_changes_of_an_author_is_another_pattern(app: Flask, topic: Topic) -> None:
    post, author = posts_of(topic)[2], topic.author
    assert isinstance(author, User)
    with app.test_request_context("/fr/"), speaking("fr"):
        for name, value in (
            ("display_name", "Une autre"), ("name_lang", "fr"), ("handle", "une-autre"), ("country", "SN"),
            ("status", "placeholder"),
        ):  # fmt: skip
            before = plain_fragment(post, Markup("Bonjour."), None)
            setattr(author, name, value)
            after = plain_fragment(post, Markup("Bonjour."), None)
            assert after == straight(post, Markup("Bonjour."), None, "fr")
            assert after != before


def test_nothing_in_the_words_is_taken_for_a_mark(app: Flask, topic: Topic) -> None:
    typed = Markup(" ".join((*map(chr, range(0xE010, 0xE016)), plain_posts._ID, plain_posts._ANSWERED, r"\1 \g<0>")))
    with app.test_request_context("/fr/"), speaking("fr"):
        post = posts_of(topic)[1]
        assert f">{typed}</div>" in plain_fragment(post, typed, post.reply_to)


def test_a_bar_says_how_many_of_each(app: Flask) -> None:
    with app.test_request_context("/en/"), speaking("en"):
        bars = [Bar("t", "p", 1, counts=(("agree", 12), ("thanks", number))) for number in (3, 4)]
        few, many = (str(render_bar(bar, "en")) for bar in bars)
        assert ">3<" in few
        assert ">12<" in few
        assert few.replace(">3<", ">4<") == many
        assert 'data-bar="p"' in few
