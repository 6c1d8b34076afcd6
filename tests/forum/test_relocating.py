"""Topics and messages on the move: who may, what stays linked, what is counted, what each member takes along."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.i18n import speaking
from app.engagement import bookmarking
from app.engagement import queries as engagement_queries
from app.engagement import services as engagement
from app.engagement.models import Follow
from app.forum import queries, services
from app.forum.models import Category, Post, Topic
from app.forum.moving import relocating
from app.forum.moving.relocating import NewTopic
from app.forum.order import moderating
from app.forum.queries import SHOWN_STATES
from app.forum.reading.fragments import fragments_of
from app.forum.reading.thread import heads
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import hidden, opened, replied


@pytest.fixture(autouse=True)
def spoken(app: Flask) -> Iterator[None]:
    """Links and refusals are made in English, as for a request."""
    with app.test_request_context("/en/"), speaking("en"):
        yield


@pytest.fixture
def moderator(app: Flask) -> User:
    return UserFactory(role="moderator")


def talk(posts: int, category: Category | None = None, **chosen: object) -> Topic:
    """A topic with so many messages, each of another member."""
    topic = opened(UserFactory(), category or CategoryFactory(), **chosen)  # type: ignore[arg-type]
    for number in range(2, posts + 1):
        replied(UserFactory(), topic, f"Message {number}.")
    return topic


def moved(actor: User, topic: Topic, category: Category, **chosen: bool) -> Topic:
    with unit_of_work():
        return relocating.move_topic(actor, topic, category, "Mieux ici", **chosen)


def merged(actor: User, source: Topic, target: Topic, **chosen: bool) -> Topic:
    with unit_of_work():
        return relocating.merge_topics(actor, source, target, "Même sujet", **chosen)


def split(actor: User, source: Topic, numbers: Sequence[int], place: NewTopic | Topic, **chosen: bool) -> Topic:
    with unit_of_work():
        return relocating.split_posts(actor, source, numbers, place, "Autre sujet", **chosen)


def posts_of(topic: Topic) -> list[Post]:
    return list(db.session.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number)))


def check_counts() -> None:
    """Every counter is what counting anew gives, and numbers run from 1 without holes."""
    db.session.expire_all()
    for topic in db.session.scalars(select(Topic)):
        numbers = [post.number for post in posts_of(topic) if post.number]
        assert numbers == list(range(1, topic.post_count + 1)), topic.title
    for shelf in db.session.scalars(select(Category)):
        shown = (Topic.category_id == shelf.id, Topic.state.in_(SHOWN_STATES))
        topics, posts = db.session.execute(
            select(func.count(), func.coalesce(func.sum(Topic.post_count), 0)).where(*shown)
        ).one()
        assert (shelf.topic_count, shelf.post_count) == (topics, posts), shelf.slug
        last = select(Topic.id).where(*shown).order_by(Topic.last_post_at.desc(), Topic.id.desc()).limit(1)
        assert shelf.last_topic_id == db.session.scalar(last)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_sequence_of_moves_every_count_is_a_recount(moderator: User, seed: int) -> None:
    chance = random.Random(seed)
    shelves = [CategoryFactory() for _ in range(3)]
    topics = [talk(chance.randint(1, 5), chance.choice(shelves)) for _ in range(4)]
    written = db.session.scalar(select(func.count()).select_from(Post))
    for step in range(14):
        source, target = chance.sample(topics, 2)
        db.session.expire_all()
        what = chance.choice(["move", "merge", "split", "new", "reply", "hide"])
        try:
            if what == "move":
                moved(moderator, source, chance.choice(shelves), accepts_readers=True)
            elif what == "merge":
                merged(moderator, source, target)
            elif what in {"split", "new"}:
                there = [post.number for post in posts_of(source) if post.number and post.number > 1]
                numbers = chance.sample(there, chance.randint(1, len(there))) if there else [2]
                place = NewTopic(f"Scission {step}", chance.choice(shelves)) if what == "new" else target
                topics.append(split(moderator, source, numbers, place))
            elif what == "reply":
                replied(UserFactory(), source)
                written = (written or 0) + 1
            else:
                hidden(moderator, source)
        except (Invalid, NotAllowed, Conflict):
            db.session.rollback()
        check_counts()
    kept = db.session.scalar(select(func.count()).select_from(Post).where(Post.state != "moved"))
    assert kept == written


@pytest.mark.parametrize(
    ("role", "place", "allowed"),
    [("", "here", False), ("moderator", "here", False), ("moderator", "both", True), ("staff", "any", True)],
)
def test_a_topic_is_moved_by_who_moderates_both_spaces(app: Flask, role: str, place: str, allowed: bool) -> None:
    topic, shelf = talk(2), CategoryFactory()
    actor = UserFactory(role=role, space=topic.category.space if role == "moderator" else None)
    if place == "both":
        shelf = CategoryFactory(space=topic.category.space)
    if allowed:
        assert moved(actor, topic, shelf).category_id == shelf.id
        check_counts()
        return
    with pytest.raises(NotAllowed):
        moved(actor, topic, shelf)
    assert topic.category_id != shelf.id


def test_moving_needs_a_reason_another_place_and_a_word_about_more_readers(moderator: User) -> None:
    closed = CategoryFactory(space=SpaceFactory(visibility="closed"))
    topic = talk(2, CategoryFactory(space=SpaceFactory(visibility="members")))
    with pytest.raises(Invalid, match="why"), unit_of_work():
        relocating.move_topic(moderator, topic, closed, " ")
    with pytest.raises(Invalid, match="already"):
        moved(moderator, topic, topic.category)
    with pytest.raises(Invalid, match="More people"):
        moved(moderator, topic, CategoryFactory())
    moved(moderator, topic, closed)
    with pytest.raises(Invalid, match="More people"):
        moved(moderator, topic, CategoryFactory(space=SpaceFactory(visibility="closed")))
    moved(moderator, topic, CategoryFactory(), accepts_readers=True)
    check_counts()


def test_in_a_closed_place_nothing_is_left_of_it_where_it_was(moderator: User, actor: User) -> None:
    topic, beside = talk(2), talk(1)
    told = posts_of(topic)[1]
    quoting = replied(actor, beside, f"> [post:{told.public_id}]\n> Message 2.\n\nOui.")
    name = told.author.display_name if told.author else ""
    assert name in words_of(beside)
    closed = CategoryFactory(space=SpaceFactory(visibility="closed"))
    moved(moderator, topic, closed)
    assert queries.visible_topic_ids(actor, [topic.id]) == set()
    assert queries.visible_post_ids(actor, [told.id]) == set()
    assert name not in words_of(beside)
    assert quoting.public_id in words_of(beside)
    moved(moderator, topic, CategoryFactory(), accepts_readers=True)
    assert name in words_of(beside)


def words_of(topic: Topic) -> str:
    db.session.expire_all()
    return " ".join(fragments_of(heads(topic, 1), "fr"))


def test_merging_is_refused_with_itself_with_what_is_hidden_and_by_others(moderator: User, actor: User) -> None:
    source, target = talk(2), talk(2)
    for who in (actor, UserFactory(role="moderator", space=source.category.space)):
        with pytest.raises(NotAllowed):
            merged(who, source, target)
    with pytest.raises(NotAllowed, match="same"):
        merged(moderator, source, source)
    hidden(moderator, target)
    with pytest.raises(NotAllowed, match="hidden"):
        merged(moderator, source, target)
    with pytest.raises(NotAllowed, match="hidden"):
        merged(moderator, target, source)


def test_a_merged_topic_lives_on_in_the_other(moderator: User) -> None:
    source, target = talk(3), talk(2)
    before = [post.id for post in posts_of(source)]
    merged(moderator, source, target)
    check_counts()
    assert [post.id for post in posts_of(target)][2:] == before
    assert (source.state, source.merged_into_id, target.post_count) == ("merged", target.id, 5)
    stones = posts_of(source)
    assert [(stone.state, stone.moved_to_id, stone.author_id) for stone in stones] == [
        ("moved", post_id, None) for post_id in before
    ]
    assert relocating.moved_to(source) == target
    further = talk(1)
    merged(moderator, target, further)
    assert relocating.moved_to(source) == further
    assert relocating.moved_to(further) is None
    with pytest.raises(NotAllowed):
        merged(moderator, source, talk(1))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "merge")).first()
    assert entry
    assert (entry.subject_id, entry.detail, entry.reason) == (target.id, {"source": source.id}, "Même sujet")


def test_a_merge_takes_along_what_members_noted(moderator: User, actor: User) -> None:
    source, target = talk(3), talk(2)
    all_read, some_read, never_there = actor, UserFactory(), UserFactory()
    with unit_of_work():
        engagement.mark_read(all_read, "topic", target.id, 2)
        engagement.mark_read(all_read, "topic", source.id, 2)
        engagement.mark_read(some_read, "topic", target.id, 1)
        engagement.mark_read(some_read, "topic", source.id, 3)
        engagement.mark_read(never_there, "topic", source.id, 3)
        engagement.follow(all_read, "topic", source.id, "watching")
        engagement.follow(some_read, "topic", source.id, "watching")
        engagement.follow(some_read, "topic", target.id, "muted")
        bookmarking.bookmark(all_read, "topic", source.id, bookmarking.BookmarkDraft("À relire"))
        bookmarking.bookmark(some_read, "topic", source.id, bookmarking.BookmarkDraft("Un"))
        bookmarking.bookmark(some_read, "topic", target.id, bookmarking.BookmarkDraft("Deux"))
    merged(moderator, source, target)
    read = [engagement_queries.read_markers(who, "topic", [target.id]) for who in (all_read, some_read, never_there)]
    assert read == [{target.id: 4}, {target.id: 1}, {target.id: 0}]
    levels = [engagement_queries.follow_level(who, "topic", target.id) for who in (all_read, some_read)]
    assert levels == ["watching", "muted"]
    left = select(Follow).where(Follow.subject_id == source.id, Follow.subject_kind == "topic")
    assert db.session.scalars(left).all() == []
    notes = [bookmarking.bookmark_of(who, "topic", target.id) for who in (all_read, some_read)]
    assert [mark and mark.note for mark in notes] == ["À relire", "Deux – Un"]


def test_the_accepted_answer_of_a_question_goes_along_into_a_question(moderator: User) -> None:
    source, target, plain = talk(2, kind="question"), talk(1, kind="question"), talk(1)
    answer = posts_of(source)[1]
    with unit_of_work():
        services.accept_answer(moderator, answer)
    merged(moderator, source, target)
    assert (source.accepted_post_id, target.accepted_post_id) == (None, answer.id)
    merged(moderator, target, plain)
    assert (target.accepted_post_id, plain.accepted_post_id) == (None, None)


def test_what_a_merged_topic_discussed_the_other_discusses(moderator: User) -> None:
    source, target = talk(1), talk(1)
    with unit_of_work():
        source.linked_kind, source.linked_id = "offer", 7
    merged(moderator, source, target)
    assert (source.linked_kind, target.linked_kind, target.linked_id) == (None, "offer", 7)


def test_split_messages_begin_a_topic_of_their_own(moderator: User, actor: User) -> None:
    source = talk(5)
    with unit_of_work():
        engagement.mark_read(actor, "topic", source.id, 3)
        engagement.follow(actor, "topic", source.id, "tracking")
    second, fourth = posts_of(source)[1], posts_of(source)[3]
    topic = split(moderator, source, [4, 2], NewTopic("Une autre affaire", source.category))
    check_counts()
    assert [(post.id, post.number) for post in posts_of(topic)] == [(second.id, 1), (fourth.id, 2)]
    assert (topic.author_id, topic.created_at) == (second.author_id, second.created_at)
    assert [post.state for post in posts_of(source)] == ["visible", "moved", "visible", "moved", "visible"]
    assert engagement_queries.read_markers(actor, "topic", [source.id, topic.id]) == {source.id: 3, topic.id: 1}
    assert engagement_queries.follow_level(actor, "topic", topic.id) == "tracking"
    assert second.public_id in words_of(source)


def test_split_messages_join_a_topic_that_is_there(moderator: User) -> None:
    source, target = talk(3, kind="question"), talk(2)
    answer = posts_of(source)[2]
    with unit_of_work():
        services.accept_answer(moderator, answer)
    split(moderator, source, [3], target)
    check_counts()
    assert (answer.topic_id, answer.number, source.accepted_post_id) == (target.id, 3, None)
    back = split(moderator, target, [3], source)
    assert (back.id, answer.number, source.post_count) == (source.id, 4, 4)
    check_counts()


@pytest.mark.parametrize(
    ("numbers", "why"), [([], "Choose"), ([1], "first"), ([9], "no message"), ([2, 3], "no message")]
)
def test_what_cannot_be_split_off_is_named(moderator: User, numbers: list[int], why: str) -> None:
    source = talk(3)
    split(moderator, source, [3], NewTopic("Déjà partie", source.category))
    with pytest.raises(Invalid, match=why) as refused:
        split(moderator, source, numbers, NewTopic("Une autre affaire", source.category))
    assert refused.value.field == "numbers"
    check_counts()


def test_splitting_is_for_moderators_and_bounded(moderator: User, actor: User) -> None:
    source = talk(2)
    with pytest.raises(NotAllowed):
        split(actor, source, [2], NewTopic("Une autre affaire", source.category))
    with pytest.raises(NotAllowed):
        split(actor, source, [2], talk(1))
    with pytest.raises(Invalid, match="500"):
        split(moderator, source, range(2, 600), talk(1))
    assert not queries.visible_topic_ids(VISITOR, [0])


def test_a_hidden_message_moves_as_it_is_a_removed_one_stays(moderator: User) -> None:
    source = talk(3)
    second, third = posts_of(source)[1:]
    hidden(moderator, second)
    with unit_of_work():
        moderating.remove_post(moderator, third, "Illégal")
    with pytest.raises(Invalid):
        split(moderator, source, [3], talk(1))
    target = split(moderator, source, [2], talk(1))
    assert (second.topic_id, second.state, second.number) == (target.id, "hidden_by_moderator", 2)
