"""Large sets: what the columns count is what is there, the same every time, in the mix that they promise."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import User
from app.core.db import db, is_sqlite
from app.core.events import EventRow, LiveRoom, missed
from app.core.files import LocalFiles
from app.core.markdown import render
from app.demo.bulk.ground import Ground
from app.demo.bulk.loading import all_rows, keep_files
from app.demo.bulk.plan import make_plan
from app.demo.bulk.topics import Opened
from app.demo.loading import load
from app.demo.people import LANGUAGE_MIX
from app.demo.reading import read_phrases
from app.demo.scales import LOADED, Scale, Volume, volume_of, written
from app.engagement.models import Attachment, Bookmark, Follow, Reaction, ReactionCount, ReadMarker, Tagging
from app.forum.models import Category, Post, PostReference, Topic
from app.forum.sessions.models import LiveSession
from tests.factories import PostFactory, TopicFactory, UserFactory

MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)
SMALL = Volume(members=120, topics=60, posts=900, days=360, sessions=2)


def count(table, *where):
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


@pytest.fixture
def loaded(app, settings, monkeypatch, request):
    monkeypatch.setitem(LOADED, "year1", (Scale(150, written().topics + 60, written().posts + 900), 360))
    return load(request.param, settings.var)


every_set = pytest.mark.parametrize("loaded", ["tiny", "year1"], indirect=True)
bulk = pytest.mark.parametrize("loaded", ["year1"], indirect=True)


def made(volume=SMALL, until=MOMENT, files=()):
    """The rows of a volume, by table, on a ground where nothing stands."""
    slugs = {slug for lang in LANGUAGE_MIX for theme in read_phrases(lang)["theme"] for slug in theme["categories"]}
    ground = Ground({}, {slug: (place, 1) for place, slug in enumerate(sorted(slugs), start=1)}, {})
    rows = {}
    for table, row in all_rows(make_plan(volume, until, Random(7)), ground, Opened(), list(files), until):
        rows.setdefault(table, []).append(row)
    return rows


@pytest.fixture(scope="module")
def rows():
    return made()


@every_set
def test_what_topics_and_categories_count_is_there(loaded):
    assert count(Post) == loaded.posts
    assert (count(User), count(Topic)) == (loaded.members, loaded.topics)
    said = select(Post.topic_id, func.count(), func.min(Post.number), func.max(Post.number)).group_by(Post.topic_id)
    for topic_id, posts, first, last in db.session.execute(said):
        assert (first, last, db.session.get(Topic, topic_id).post_count) == (1, posts, posts)
    for topic in db.session.scalars(select(Topic)):
        last = db.session.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number.desc())).first()
        assert (topic.last_post_at, topic.last_author_id) == (last.created_at, last.author_id)
    for shelf in db.session.scalars(select(Category)):
        assert shelf.topic_count == count(Topic, Topic.category_id == shelf.id)
        posts = select(func.count()).select_from(Post).join(Post.topic).where(Topic.category_id == shelf.id)
        assert shelf.post_count == db.session.scalar(posts)
        latest = select(Topic).where(Topic.category_id == shelf.id).order_by(Topic.last_post_at.desc()).limit(1)
        newest = db.session.scalars(latest).first()
        assert newest is None or db.session.get(Topic, shelf.last_topic_id).last_post_at == newest.last_post_at


@every_set
def test_reactions_files_and_accepted_answers_are_what_is_counted(loaded):
    counted = {(row.subject_id, row.code): row.count for row in db.session.scalars(select(ReactionCount))}
    assert counted == dict(Counter((row.subject_id, row.code) for row in db.session.scalars(select(Reaction))))
    own = select(func.count()).select_from(Reaction).join(Post, Post.id == Reaction.subject_id)
    assert db.session.scalar(own.where(Post.author_id == Reaction.user_id)) == 0
    files = Counter(db.session.scalars(select(Attachment.subject_id).where(Attachment.subject_kind == "post")))
    borne = {row: number for row, number in db.session.execute(select(Post.id, Post.file_count)) if number}
    assert borne == dict(files)
    for topic in db.session.scalars(select(Topic).where(Topic.accepted_post_id.is_not(None))):
        answer = db.session.get(Post, topic.accepted_post_id)
        assert (answer.topic_id, topic.kind) == (topic.id, "question")
        assert answer.number > 1
    beyond = select(func.count()).select_from(ReadMarker).join(Topic, Topic.id == ReadMarker.subject_id)
    assert db.session.scalar(beyond.where(ReadMarker.last_number > Topic.post_count)) == 0


@every_set
def test_the_log_has_no_holes_and_heads_tell_the_whole_story(loaded):
    for room in db.session.scalars(select(LiveRoom)):
        seqs = [logged.seq for logged in missed(room.name, 0, 10_000)]
        assert seqs == list(range(room.last_seq - len(seqs) + 1, room.last_seq + 1))
    heads = {room.name: room.last_seq for room in db.session.scalars(select(LiveRoom))}
    for topic in db.session.scalars(select(Topic)):
        assert heads[f"topic:{topic.id}"] >= topic.post_count
    assert db.session.scalar(select(func.max(EventRow.created_at))) <= datetime.now(UTC)


@bulk
def test_whatever_comes_later_takes_the_next_numbers(loaded):
    assert UserFactory().id == loaded.members + 1
    post = PostFactory(topic=TopicFactory())
    assert post.id == loaded.posts + 1
    if is_sqlite():
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


@bulk
def test_the_database_knows_how_large_its_tables_are(loaded):
    """PostgreSQL plans by what it last counted; SQLite plans without, and keeps no counts that would grow old."""
    if is_sqlite():
        assert not db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"))
    else:
        assert db.session.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'post'")) == loaded.posts


@bulk
def test_the_set_is_as_large_as_its_volume_beside_the_written_one(loaded):
    assert (loaded.members, loaded.topics) == (150, written().topics + 60)
    assert loaded.posts == written().posts + 900
    assert min(count(table) for table in (Bookmark, Follow, Tagging, PostReference, Attachment)) > 0


@bulk
def test_pages_of_a_large_set_open(loaded, client, settings):
    topic = db.session.scalars(select(Topic).where(Topic.id > written().topics).order_by(Topic.post_count)).all()[-1]
    assert client.get(f"/fr/topics/{topic.public_id}", follow_redirects=True).status_code == 200
    file = db.session.scalars(select(Attachment)).first()
    with LocalFiles(settings.var / "files").open(file.sha256) as kept:
        assert len(kept.read()) == file.size
    with client.get(f"/files/{file.public_id}") as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("scale", ["year1", "year3", "stress"])
def test_volumes_are_those_for_sizing(scale):
    wanted = {"year1": (3_000, 2_000, 15_000), "year3": (25_000, 20_000, 200_000), "stress": (10**5, 10**5, 10**6)}
    volume, core = volume_of(scale), written()
    found = volume.members + core.members, volume.topics + core.topics, volume.posts + core.posts
    assert found == wanted[scale]
    assert volume.sessions == volume.topics // 100


def test_the_same_plan_gives_the_same_bytes(rows):
    def digest(of):
        said = json.dumps({table.__tablename__: found for table, found in of.items()}, default=str, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    assert digest(made()) == digest(rows)
    assert digest(made(until=datetime(2026, 5, 5, 12, tzinfo=UTC))) != digest(rows)


def test_every_text_is_kept_with_the_html_that_it_renders_to(rows):
    for row in rows[Post]:
        assert row["html"] == render(row["body"])
    assert any("<cite" in row["html"] for row in rows[Post])
    assert any("<ul>" in row["html"] for row in rows[Post])


def test_quotations_say_what_was_said(rows):
    bodies = {row["public_id"]: row["body"] for row in rows[Post]}
    quoting = [row for row in rows[Post] if row["body"].startswith("> [post:")]
    for row in quoting:
        cited, words = row["body"].splitlines()[:2]
        quoted = bodies[cited.removeprefix("> [post:").removesuffix("]")]
        assert words.removeprefix("> ") in quoted
    assert len(quoting) > 20


def test_ids_follow_time_and_everyone_joined_before_they_wrote(rows):
    times = [row["created_at"] for row in rows[Post]]
    assert times == sorted(times)
    assert [row["id"] for row in rows[Post]] == list(range(1, SMALL.posts + 1))
    joined = {row["id"]: row["created_at"] for row in rows[User]}
    assert all(joined[row["author_id"]] < row["created_at"] < MOMENT for row in rows[Post])
    written = {row["id"]: row["number"] for row in rows[Post]}
    assert all(written[row["reply_to_id"]] < row["number"] for row in rows[Post] if row["reply_to_id"])


def test_languages_and_lengths_are_those_for_sizing():
    rows = made(Volume(members=400, topics=500, posts=5_000, days=360, sessions=5))
    sessions = {row["topic_id"] for row in rows[LiveSession]}
    written = [len(row["body"]) for row in rows[Post] if row["topic_id"] not in sessions]
    said = [len(row["body"]) for row in rows[Post] if row["topic_id"] in sessions and row["number"] > 1]
    assert sum(written) / len(written) == pytest.approx(600, rel=0.1)
    assert sum(said) / len(said) == pytest.approx(90, rel=0.25)
    langs = Counter(row["lang"] for row in rows[Topic])
    for lang, percent in LANGUAGE_MIX.items():
        assert langs[lang] / len(rows[Topic]) * 100 == pytest.approx(percent, abs=5)


def test_files_are_kept_once(settings):
    files = keep_files(settings.var)
    assert [file.media_type for file in files] == ["text/csv"] * len(files)
    assert keep_files(settings.var) == files
    assert len(list(LocalFiles(settings.var / "files").digests(float("inf")))) == len(files)
