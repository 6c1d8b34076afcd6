"""Which texts wait, and why: the setting of the space, the member's level, lists and the classifier."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts import trust
from app.accounts.models import User
from app.core import markdown
from app.core.db import db
from app.core.events import unit_of_work
from app.core.sieve import Writing
from app.forum.models import Post
from app.moderation import learning, sifting
from app.moderation.features import features
from tests.factories import CategoryFactory, PostFactory, TopicFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.trust import approved, chosen, guarded, held_texts, refused

SPAM = "Gagnez 3000 € par mois depuis chez vous, casino gratuit sur https://casino-{0}.example cliquez vite !!"
FINE = "Bonjour, je viens de Dunkerque et je cherche un logement à Montréal pour {0} mois, merci."


def causes(actor: User, body: str, premoderation: str = "none", kind: str = "post", title: str = "") -> list[str]:
    writing = Writing(kind, body, markdown.render(body), "fr", 1, premoderation, title)
    return [cause.code for cause in sifting.judge(actor, writing)]


@pytest.mark.parametrize(
    ("premoderation", "level", "published", "body", "expected"),
    [
        ("none", trust.NEW, 0, "Bonjour", []),
        ("first_posts", trust.NEW, 0, "Bonjour", ["first_posts"]),
        ("first_posts", trust.NEW, 2, "Bonjour", []),
        ("first_posts", trust.NEW, 2, "Voir https://exemple.example/a", ["links"]),
        ("first_posts", trust.BASIC, 0, "Voir https://exemple.example/a", []),
        ("none", trust.NEW, 2, "Voir https://exemple.example/a", []),
        ("none", trust.NEW, 2, " ".join(f"https://e{n}.example/" for n in range(3)), ["links"]),
        ("none", trust.REGULAR, 2, " ".join(f"https://e{n}.example/" for n in range(3)), []),
        ("all", trust.REGULAR, 9, "Bonjour", ["space"]),
        ("first_posts", trust.NEW, 2, "Voir http://127.0.0.1:8000/fr/", []),
    ],
)
def test_the_space_and_the_level_decide(
    app: Flask, premoderation: str, level: int, published: int, body: str, expected: list[str]
) -> None:
    member = UserFactory(trust=level)
    for _ in range(published):
        PostFactory(author=member)
    assert causes(member, body, premoderation) == expected


def test_an_edit_is_not_a_first_message_but_its_links_are_looked_at(app: Flask) -> None:
    member = UserFactory()
    assert causes(member, "Bonjour", "first_posts", "edit") == []
    assert causes(member, "Voir https://exemple.example/", "first_posts", "edit") == ["links"]


def test_nobody_asks_who_keeps_order(app: Flask) -> None:
    space = CategoryFactory().space
    writing = Writing("post", "x", "<p>x</p>", "fr", space.id, "all")
    for who in (UserFactory(role="staff"), UserFactory(role="moderator", space=space)):
        assert list(sifting.judge(who, writing)) == []
    assert list(sifting.judge(UserFactory(role="moderator", space=CategoryFactory().space), writing))


@pytest.mark.parametrize(
    ("listed", "text", "waits"),
    [
        ("casino", "Un CASINO en ligne", True),
        ("casino", "Le casinotier", False),
        ("c++", "du c++ ici", True),
        ("كازينو", "أفضل كازينو هنا", True),
        ("gain facile\ncasino", "Un gain facile", True),
        ("", "casino", False),
    ],
)
def test_words_of_the_list_are_found_whole_in_any_script(app: Flask, listed: str, text: str, waits: bool) -> None:
    chosen("moderation.held_words", listed)
    member = UserFactory(trust=trust.REGULAR)
    assert causes(member, text) == (["words"] if waits else [])
    assert causes(member, "rien", title=text) == (["words"] if waits else [])


def teach(lessons: int = 20) -> None:
    with unit_of_work():
        for number in range(lessons):
            learning.learn("post", 2 * number, "", markdown.render(SPAM.format(number)), is_spam=True)
            learning.learn("post", 2 * number + 1, "", markdown.render(FINE.format(number)), is_spam=False)


def test_the_classifier_is_silent_until_it_was_taught(app: Flask) -> None:
    teach(19)
    assert learning.opinion("", markdown.render(SPAM.format("x"))) is None
    assert causes(UserFactory(), SPAM.format("x")) == []


def test_the_classifier_holds_what_looks_like_spam_and_says_by_which_words(app: Flask) -> None:
    teach()
    said = learning.opinion("", markdown.render(SPAM.format("x")))
    assert said is not None
    assert said.percent >= 95
    assert {word.casefold() for word in said.words} & {"casino", "gagnez", "cliquez", "gratuit"}
    fine = learning.opinion("", markdown.render(FINE.format(3)))
    assert fine is not None
    assert fine.percent < 20
    assert causes(UserFactory(), SPAM.format("x")) == ["classifier"]
    assert causes(UserFactory(trust=trust.MEMBER), SPAM.format("x")) == []
    chosen("moderation.classifier_threshold", 100)
    assert causes(UserFactory(), SPAM.format("x")) == []


def test_a_lesson_counts_once_and_can_be_turned(app: Flask) -> None:
    html = markdown.render(SPAM.format("x"))
    for is_spam in (True, True, False):
        with unit_of_work():
            learning.learn("post", 1, "", html, is_spam)
    assert learning.lessons() == (0, 1)
    spam = db.session.scalars(db.select(learning.SpamToken.spam)).all()
    assert set(spam) == {0}


def test_no_word_of_a_member_can_be_read_in_the_tables(app: Flask) -> None:
    teach(1)
    for row in db.session.scalars(db.select(learning.SpamLesson)):
        assert all(isinstance(token, int) for token in row.tokens)


def test_features_in_any_script() -> None:
    found = features("Titre", markdown.render("中文字 مرحبا Xin chào https://www.casino.example/a 06 12 34 56 78"))
    assert {"w:中文", "w:文字", "w:مرحبا", "l:casino.example", "l:.example", "t:link", "t:phone"} <= set(found)


def test_moderators_teach_by_approving_and_refusing(app: Flask) -> None:
    shelf, moderator = guarded(), UserFactory(role="staff")
    for body, spam in ((FINE, False), (SPAM, True), (FINE + " encore", None)):
        opened(UserFactory(), shelf, body=body.format(1))
        (held,) = held_texts()
        if spam is False:
            approved(moderator, held)
        else:
            refused(moderator, held, is_spam=bool(spam))
    assert learning.lessons() == (1, 1)


def test_a_held_reply_says_its_causes(app: Flask) -> None:
    shelf = guarded()
    topic = TopicFactory(category=shelf)
    PostFactory(topic=topic)
    post: Post = replied(UserFactory(), topic, "Voir https://exemple.example/a")
    (held,) = held_texts()
    assert held.post_id == post.id
    assert [cause["code"] for cause in held.causes] == ["first_posts", "links"]
    assert held.causes[1]["words"] == ["https://exemple.example/a"]
