"""Writes of the forum through its services: refusals first, then what is written, told and counted."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.core import markdown
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import Event, missed, tail, unit_of_work
from app.core.subjects import SubjectChanged, SubjectHidden, SubjectPublished
from app.engagement.models import ReadMarker
from app.forum import services
from app.forum.drafts import PostDraft, TopicDraft, draft_post
from app.forum.events import AnswerAccepted, PostEdited, PostPublished, PostWithdrawn, TopicOpened
from app.forum.models import Post, PostReference, PostRevision, Topic
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.clock import FrozenClock


def _draft(body: str = "Bonjour à tous.", token: str = "t1", **fields: str) -> PostDraft:
    return draft_post(body, fields.pop("lang", "fr"), token, **fields)


def _topic_draft(token: str = "t1", kind: str = "discussion", **fields: str) -> TopicDraft:
    return TopicDraft("Qui vient au carnaval ?", kind, ("Carnaval", "Dunkerque"), _draft(token=token, **fields))


def _open(author: User, kind: str = "discussion", token: str = "t1") -> Topic:
    category = CategoryFactory()
    with unit_of_work():
        return services.open_topic(author, category, _topic_draft(token, kind))


def _reply(author: User, topic: Topic, **fields: str) -> Post:
    with unit_of_work():
        return services.reply(author, topic, _draft(**{"token": f"r{topic.post_count}", **fields}))


def _events(kind: type[Event]) -> list[Event]:
    return [logged.event for logged in tail((0, 0)) if type(logged.event) is kind]


@pytest.mark.parametrize("is_moderator", [False, True])
def test_only_moderators_open_topics_in_a_closed_category(app: Flask, is_moderator: bool) -> None:
    actor = UserFactory(role="moderator" if is_moderator else "")
    closed = CategoryFactory(is_locked=True)
    if is_moderator:
        with unit_of_work():
            assert services.open_topic(actor, closed, _topic_draft()).id
        return
    with pytest.raises(NotAllowed), unit_of_work():
        services.open_topic(actor, closed, _topic_draft())
    assert db.session.scalar(select(func.count()).select_from(Topic)) == 0


def test_opening_a_topic_writes_all_of_it_and_tells(actor: User) -> None:
    topic = _open(actor)
    first = db.session.scalars(select(Post).where(Post.topic_id == topic.id)).one()
    assert (first.number, topic.post_count, topic.last_author_id) == (1, 1, actor.id)
    assert (topic.category.topic_count, topic.category.post_count) == (1, 1)
    assert topic.category.last_topic_id == topic.id
    assert first.html == markdown.render(first.body)
    assert _events(TopicOpened) == [TopicOpened(topic.id, topic.category_id, topic.category.space_id)]
    assert _events(PostPublished) == [PostPublished(topic.id, first.id, actor.id)]
    published = _events(SubjectPublished)
    assert {(event.kind, event.id) for event in published} == {("topic", topic.id), ("post", first.id)}
    marker = db.session.get(ReadMarker, (actor.id, "topic", topic.id))
    assert marker is not None
    assert marker.last_number == 1


def test_opening_again_with_the_same_token_makes_one_topic(actor: User) -> None:
    category = CategoryFactory()
    with unit_of_work():
        first = services.open_topic(actor, category, _topic_draft())
    with unit_of_work():
        again = services.open_topic(actor, category, _topic_draft())
    assert first.id == again.id
    assert db.session.scalar(select(func.count()).select_from(Post)) == 1


@pytest.mark.parametrize("state", ["locked", "hidden", "removed"])
def test_nothing_is_added_to_a_topic_that_is_not_open(actor: User, state: str) -> None:
    topic = TopicFactory(state=state)
    with pytest.raises(NotAllowed), unit_of_work():
        services.reply(actor, topic, _draft())
    assert tail((0, 0)) == []


def test_a_reply_takes_the_next_number(actor: User) -> None:
    topic = _open(actor)
    posts = [_reply(UserFactory(), topic) for _ in range(3)]
    assert [post.number for post in posts] == [2, 3, 4]
    assert topic.post_count == 4
    assert topic.last_author_id == posts[-1].author_id
    assert topic.category.post_count == 4
    room = missed(f"topic:{topic.id}", 0)
    assert [logged.seq for logged in room] == list(range(1, len(room) + 1))


def test_a_retry_makes_one_post_also_when_the_topic_was_closed_meanwhile(actor: User) -> None:
    topic = _open(actor)
    first = _reply(actor, topic, token="same")
    with unit_of_work():
        topic.state = "locked"
    assert _reply(actor, topic, token="same").id == first.id
    assert topic.post_count == 2


def test_many_threads_make_numbers_without_holes_and_one_post_a_token(app: Flask, actor: User) -> None:
    topic = _open(actor)
    topic_id, authors = topic.id, [UserFactory().id for _ in range(4)]
    db.session.remove()

    def write(author_id: int) -> None:
        with app.app_context():
            for number in range(10):
                for _retry in range(2):
                    author = db.session.get_one(User, author_id)
                    found = db.session.get_one(Topic, topic_id)
                    with unit_of_work():
                        services.reply(author, found, _draft(f"Message {number}", f"{author_id}-{number}"))
            db.session.remove()

    threads = [threading.Thread(target=write, args=(author,)) for author in authors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = db.session.scalars(select(Post.number).where(Post.topic_id == topic_id).order_by(Post.number)).all()
    assert numbers == list(range(1, 42))
    assert db.session.get_one(Topic, topic_id).post_count == 41


def test_a_reply_names_the_post_it_answers_and_those_it_quotes(actor: User) -> None:
    topic = _open(actor)
    second = _reply(UserFactory(), topic)
    third = _reply(actor, topic, body=f"> [post:{second.public_id}]\n> Bonjour\n\nMerci !", reply_to=second.public_id)
    assert third.reply_to_id == second.id
    assert db.session.scalars(select(PostReference.target_id)).all() == [second.id]
    assert f'data-post="{second.public_id}"' in third.html


def test_a_reply_to_a_post_of_another_topic_is_refused(actor: User) -> None:
    topic, elsewhere = _open(actor), PostFactory()
    with pytest.raises(Invalid) as refused, unit_of_work():
        services.reply(actor, topic, _draft(token="x", reply_to=elsewhere.public_id))
    assert refused.value.field == "reply_to"
    db.session.expire_all()
    assert topic.post_count == 1


def test_only_its_author_edits_a_post(actor: User) -> None:
    topic = _open(actor)
    post = _reply(actor, topic)
    with pytest.raises(NotAllowed), unit_of_work():
        services.edit_post(UserFactory(), post, _draft("Autre chose"), post.edits)
    with unit_of_work():
        services.edit_post(actor, post, _draft("Autre *chose*", lang="en"), 0)
    assert (post.body, post.lang, post.edits, post.version) == ("Autre *chose*", "en", 1, 2)
    assert db.session.scalars(select(PostRevision.body)).all() == ["Bonjour à tous."]
    assert _events(PostEdited) == [PostEdited(topic.id, post.id)]
    assert SubjectChanged("post", post.id) in _events(SubjectChanged)


def test_editing_the_first_post_changes_the_topic_too(actor: User) -> None:
    topic = _open(actor)
    first = db.session.scalars(select(Post)).one()
    with unit_of_work():
        services.edit_post(actor, first, _draft("Mieux dit"), 0)
    assert SubjectChanged("topic", topic.id) in _events(SubjectChanged)


def test_an_edit_that_changes_nothing_leaves_no_trace(actor: User) -> None:
    topic = _open(actor)
    post = _reply(actor, topic)
    before = len(tail((0, 0)))
    with unit_of_work():
        services.edit_post(actor, post, _draft(), 0)
    assert (post.edits, len(tail((0, 0)))) == (0, before)


def test_an_edit_of_what_was_edited_since_is_refused(actor: User) -> None:
    topic = _open(actor)
    post = _reply(actor, topic)
    with unit_of_work():
        services.edit_post(actor, post, _draft("Premier onglet"), 0)
    with pytest.raises(Conflict), unit_of_work():
        services.edit_post(actor, post, _draft("Second onglet"), 0)
    db.session.expire_all()
    assert post.body == "Premier onglet"


def test_an_edit_shows_a_mark_only_after_the_free_time(actor: User, clock: FrozenClock) -> None:
    topic = _open(actor)
    post = _reply(actor, topic)
    clock.advance(minutes=29)
    with unit_of_work():
        services.edit_post(actor, post, _draft("Vite corrigé"), 0)
    assert post.edited_at is None
    clock.advance(minutes=2)
    with unit_of_work():
        services.edit_post(actor, post, _draft("Corrigé plus tard"), 1)
    assert post.edited_at == clock.moment
    assert timedelta(minutes=30) == services.FREE_EDIT


def test_withdrawing_keeps_the_number_and_frees_the_answer(actor: User) -> None:
    topic = _open(actor, kind="question")
    helper = UserFactory()
    answer = _reply(helper, topic)
    with unit_of_work():
        services.accept_answer(actor, answer)
    with pytest.raises(NotAllowed), unit_of_work():
        services.withdraw_post(actor, answer)
    with unit_of_work():
        services.withdraw_post(helper, answer)
    assert (answer.state, answer.number, topic.accepted_post_id) == ("deleted_by_author", 2, None)
    assert _events(PostWithdrawn) == [PostWithdrawn(topic.id, answer.id)]
    assert SubjectHidden("post", answer.id) in _events(SubjectHidden)
    with pytest.raises(NotAllowed), unit_of_work():
        services.withdraw_post(helper, answer)


def test_accepting_moves_the_mark_and_twice_takes_it_back(actor: User) -> None:
    topic = _open(actor, kind="question")
    first, second = _reply(UserFactory(), topic), _reply(UserFactory(), topic)
    with pytest.raises(NotAllowed), unit_of_work():
        services.accept_answer(UserFactory(), first)
    for answer, accepted in ((first, first.id), (second, second.id), (second, None)):
        with unit_of_work():
            services.accept_answer(actor, answer)
        assert topic.accepted_post_id == accepted
    assert [(event.post_id, event.previous_id) for event in _events(AnswerAccepted)] == [
        (first.id, 0),
        (second.id, first.id),
        (0, second.id),
    ]
    assert (first.version, second.version) == (3, 3)


def test_editing_a_topic_keeps_to_its_author_and_moderators(actor: User) -> None:
    topic = _open(actor, kind="question")
    answer = _reply(UserFactory(), topic)
    with unit_of_work():
        services.accept_answer(actor, answer)
    with pytest.raises(NotAllowed), unit_of_work():
        services.edit_topic(UserFactory(), topic, "Autre titre", "fr", "question", ())
    with unit_of_work():
        services.edit_topic(actor, topic, "Autre titre", "nl", "discussion", ("géants",))
    assert (topic.title, topic.lang, topic.kind, topic.accepted_post_id) == ("Autre titre", "nl", "discussion", None)


def test_nobody_writes_in_a_space_for_staff(actor: User) -> None:
    category = CategoryFactory(space=SpaceFactory(posting="staff"))
    with pytest.raises(NotAllowed), unit_of_work():
        services.open_topic(actor, category, _topic_draft())
    staff = UserFactory(role="staff")
    with unit_of_work():
        assert services.open_topic(staff, category, _topic_draft()).post_count == 1
