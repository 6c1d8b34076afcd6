"""The demonstration set goes as it came: whole, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from app.accounts.models import Role, User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import unit_of_work
from app.core.i18n import DEFAULT
from app.demo import scales
from app.demo.clearing import Cleared, clear
from app.demo.loading import load
from app.demo.scales import Scale
from app.engagement import services as engagement
from app.engagement.models import ReactionCount
from app.forum.models import Category, Post, Space, Topic
from tests.factories import CategoryFactory, PostFactory, TopicFactory, UserFactory
from tests.support.forum import opened, replied

LOGS = {"event", "live_room", "audit_entry", "consumer_cursor", "alembic_version", "search_state"}
Rows = dict[str, list[dict[str, Any]]]


def contents() -> Rows:
    """Every row of every table that is no log."""
    db.session.remove()
    with db.engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - LOGS
        read = {name: connection.execute(text(f'SELECT * FROM "{name}"')).mappings() for name in names}
        return {name: sorted(map(dict, rows), key=repr) for name, rows in read.items()}


@pytest.fixture
def real(app: Flask) -> Topic:
    """What real people had before: a member, a topic with a reply, a follower, a reaction."""
    author, other = UserFactory(role="administrator"), UserFactory()
    topic = opened(author, CategoryFactory(), "Un vrai sujet", "une vraie étiquette", "logement")
    reply = replied(other, topic, "Une vraie réponse.")
    with unit_of_work():
        engagement.react(author, "post", reply.id, "thanks")
    return topic


def demo_member(app: Flask) -> User:
    return db.session.scalars(select(User).where(User.handle == "camille-montreal")).unique().one()


def test_where_there_is_no_set_nothing_goes(app: Flask, real: Topic) -> None:
    before = contents()
    assert clear(app.extensions["settings"].var) == Cleared(0, 0, 0, 0)
    assert contents() == before


def test_after_loading_and_clearing_every_table_is_as_before(app: Flask, real: Topic) -> None:
    var = app.extensions["settings"].var
    before = contents()
    loaded = load("tiny", var, force=True)
    cleared = clear(var)
    assert (cleared.members, cleared.topics, cleared.posts) == (loaded.members, loaded.topics, loaded.posts)
    assert cleared.spaces >= 8
    after = contents()
    for name, rows in before.items():
        assert after[name] == rows, name
    assert set(after) == set(before)
    assert not (var / "demo-sign-ins.txt").exists()
    assert "demo_cleared" in set(db.session.scalars(select(AuditEntry.action)))
    assert load("tiny", var, force=True).members == loaded.members


def test_what_was_bulk_loaded_goes_too(app: Flask, real: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    var = app.extensions["settings"].var
    before = contents()
    monkeypatch.setitem(scales.LOADED, "year1", (Scale(320, 190, 1_900), 360))
    loaded = load("year1", var, force=True)
    assert loaded.members == 320
    cleared = clear(var)
    assert (cleared.members, cleared.topics, cleared.posts) == (loaded.members, loaded.topics, loaded.posts)
    after = contents()
    for name, rows in before.items():
        assert after[name] == rows, name


def test_what_members_of_the_set_did_elsewhere_goes_too(app: Flask, real: Topic) -> None:
    var = app.extensions["settings"].var
    reply = db.session.scalars(select(Post).where(Post.topic_id == real.id, Post.number == 2)).one()
    reply_id, topic_id = reply.id, real.id
    load("tiny", var, force=True)
    camille = demo_member(app)
    with unit_of_work():
        engagement.react(camille, "post", reply_id, "thanks")
        engagement.follow(camille, "topic", topic_id)
    said = replied(camille, db.session.get(Topic, topic_id), "Un mot de la démonstration.").id
    clear(var)
    count = db.session.scalars(select(ReactionCount).where(ReactionCount.subject_id == reply_id)).one()
    assert count.count == 1
    left = db.session.get(Post, said)
    assert left
    assert (left.state, left.body, left.author_id) == ("removed", "", None)
    assert db.session.get(Topic, topic_id)


def test_words_of_real_members_in_its_topics_are_asked_about(app: Flask, real: Topic) -> None:
    var = app.extensions["settings"].var
    load("tiny", var, force=True)
    member = UserFactory()
    topic = db.session.scalars(
        select(Topic).join(Topic.category).join(Category.space).where(
            Topic.state == "open", Topic.kind == "question", Space.visibility == "public"
        )
    ).first()  # fmt: skip
    assert topic
    replied(member, topic, "De vrais mots.")
    with pytest.raises(Conflict, match="1 messages"):
        clear(var)
    assert db.session.scalar(select(func.count(User.id)).where(User.is_demo))
    clear(var, with_replies=True)
    assert not db.session.scalar(select(func.count(User.id)).where(User.is_demo))
    assert db.session.get(User, member.id)


def test_a_category_in_which_real_people_write_stays_with_its_space(app: Flask) -> None:
    var = app.extensions["settings"].var
    load("tiny", var)
    member = UserFactory()
    shelf = db.session.scalars(select(Category).where(Category.slug == "retour")).one()
    opened(member, shelf, "Un vrai sujet ici")
    clear(var)
    db.session.expire_all()
    kept = db.session.scalars(select(Category)).all()
    assert [category.slug for category in kept] == ["retour"]
    assert (kept[0].topic_count, kept[0].post_count) == (1, 1)
    assert [space.slug for space in db.session.scalars(select(Space))] == ["nordistes"]


def test_a_real_member_who_led_a_space_of_the_set_leads_nothing(app: Flask) -> None:
    var = app.extensions["settings"].var
    load("tiny", var)
    space = db.session.scalars(select(Space).where(Space.slug == "mobilite")).one()
    UserFactory(role="moderator", space=space)
    clear(var)
    assert db.session.scalars(select(Role)).all() == []


def test_no_demo_word_is_left_on_any_page(app: Flask) -> None:
    var = app.extensions["settings"].var
    load("tiny", var)
    clear(var)
    client = app.test_client()
    for address in ("/", "/spaces", "/latest", "/search?q=carnaval"):
        assert "Montréal" not in client.get(f"/{DEFAULT}{address}").text
    PostFactory(topic=TopicFactory())
    assert client.get("/fr/latest").status_code == 200
