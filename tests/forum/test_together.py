"""Many members write in one topic at once, on PostgreSQL: nobody waits for ever, and every counter is exact."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.accounts.models import User
from app.core.background import background_context
from app.core.consumers import Listeners, catch_up
from app.core.db import db
from app.core.errors import DomainError
from app.core.events import EventRow, unit_of_work
from app.engagement import services as engagement
from app.engagement.models import Reaction, ReactionCount
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Category, Post, Topic
from app.forum.order import moderating
from tests.factories import CategoryFactory, UserFactory
from tests.support.databases import postgresql_app
from tests.support.forum import opened, replied

pytestmark = pytest.mark.service

WRITERS, ROUNDS = 8, 25


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a PostgreSQL server of its own, whatever database the run tests on."""
    with postgresql_app(tmp_path_factory.mktemp("together")) as app:
        yield app


def test_eight_writers_in_one_topic(platform: Flask) -> None:
    asker = UserFactory(role="moderator")
    topic = opened(asker, CategoryFactory(), "Une question", "lille", kind="question")
    posts = [replied(asker, topic).id for _ in range(6)]
    people = [UserFactory(role="moderator").id for _ in range(WRITERS)]
    topic_id, db_id = topic.id, topic.category_id
    db.session.remove()

    def write(place: int) -> int:
        chance, done = random.Random(place), 0
        for turn in range(ROUNDS):
            with background_context(platform):
                try:
                    with unit_of_work():
                        _act(chance, people[place], topic_id, posts, f"{place}-{turn}")
                    done += 1
                except DomainError:
                    pass  # two moderators decided the same
        return done

    def listen(_: int) -> int:
        for _turn in range(ROUNDS):
            with background_context(platform):
                catch_up(Listeners())
        return 0

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        results = [pool.submit(write, place) for place in range(WRITERS)] + [pool.submit(listen, 0)]
        assert sum(result.result(timeout=120) for result in results) > WRITERS * ROUNDS / 2
    _everything_adds_up(topic_id, db_id)


def _act(chance: random.Random, member_id: int, topic_id: int, posts: list[int], token: str) -> None:
    member, topic = db.session.get_one(User, member_id), db.session.get_one(Topic, topic_id)
    post = db.session.get_one(Post, chance.choice(posts))
    acts: list[Callable[[], object]] = [
        lambda: services.reply(member, topic, draft_post("Bonjour.", "fr", token, post.public_id)),
        lambda: services.accept_answer(member, post),
        lambda: engagement.toggle_reaction(member, "post", post.id, "thanks"),
        lambda: moderating.hide_post(member, post, "Hors sujet"),
        lambda: moderating.restore_post(member, post, "Erreur"),
        lambda: moderating.pin_topic(member, topic, chance.random() < 0.5, "Utile"),
        lambda: services.edit_topic(member, topic, f"Titre {token}", "fr", "question", _tags(chance)),
        lambda: services.open_topic(
            member,
            topic.category,
            services.TopicDraft(f"Sujet {token}", "discussion", _tags(chance), draft_post("Un texte.", "fr", token)),
        ),
    ]
    chance.choice(acts)()


def _tags(chance: random.Random) -> tuple[str, ...]:
    return tuple(f"mot-{number}" for number in chance.sample(range(40), 4))


def _everything_adds_up(topic_id: int, category_id: int) -> None:
    db.session.remove()
    numbers = db.session.scalars(select(Post.number).where(Post.topic_id == topic_id).order_by(Post.number)).all()
    assert list(numbers) == list(range(1, len(numbers) + 1))
    shelf = db.session.get_one(Category, category_id)
    topics = select(Topic.id).where(Topic.category_id == category_id)
    assert shelf.topic_count == db.session.scalar(select(func.count()).select_from(topics.subquery()))
    assert shelf.post_count == db.session.scalar(select(func.count(Post.id)).where(Post.topic_id.in_(topics)))
    counted = {row.subject_id: row.count for row in db.session.scalars(select(ReactionCount)) if row.count}
    given = db.session.execute(select(Reaction.subject_id, func.count()).group_by(Reaction.subject_id)).all()
    assert counted == dict(given)
    holes = select(EventRow.room).where(EventRow.room.is_not(None)).group_by(EventRow.room)
    assert db.session.scalars(holes.having(func.max(EventRow.seq) != func.count())).all() == []
    assert db.session.scalar(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")) == 0


def test_one_token_sent_twice_at_once_makes_one_post(platform: Flask) -> None:
    topic = opened(UserFactory(), CategoryFactory())
    member_id, topic_id = UserFactory().id, topic.id
    db.session.remove()

    def send(_: int) -> int:
        with background_context(platform), unit_of_work():
            member, chosen = db.session.get_one(User, member_id), db.session.get_one(Topic, topic_id)
            return services.reply(member, chosen, draft_post("Une fois.", "fr", "the same")).id

    with ThreadPoolExecutor(WRITERS) as pool:
        assert len(set(pool.map(send, range(WRITERS)))) == 1
