"""The demonstration set: consistent as if it had been lived, the same every time, loaded once or not at all."""

from __future__ import annotations

import hashlib
import json
import stat
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask_security.utils import verify_password
from sqlalchemy import func, select, text

from app.accounts.models import Role, User
from app.core.db import db, is_sqlite
from app.core.events import EventRow, LiveRoom, missed
from app.core.i18n import INTERFACE
from app.demo import loading
from app.demo.loading import DemoRefused, compose, load
from app.demo.people import LANGUAGE_MIX
from app.demo.scales import composed, written
from app.demo.sign_ins import FILE, read_sign_ins
from app.demo.tables import Tables
from app.engagement.models import Reaction, ReactionCount, ReadMarker
from app.forum.models import Category, Post, PostReference, Space, Topic
from app.forum.sessions.models import LiveQuestion, LiveSession, QuestionVote
from app.forum.sessions.recap import marked_posts
from app.forum.spaces.participants import leaderless_spaces, waiting_requests
from app.moderation.models import Appeal, Report
from tests.factories import UserFactory
from tests.support.browser import submit

MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)


def count(table, *where):
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


@pytest.fixture
def loaded(app, settings):
    return load("tiny", settings.var)


@pytest.fixture(scope="module")
def small():
    """The rows of a small set, composed once."""
    return compose(composed("small"), MOMENT, Tables())


def test_a_load_is_consistent(loaded):
    assert (loaded.members, loaded.topics) == (written().members, written().topics)
    numbers = select(Post.topic_id, func.count(), func.min(Post.number), func.max(Post.number)).group_by(Post.topic_id)
    for topic_id, posts, first, last in db.session.execute(numbers):
        topic = db.session.get(Topic, topic_id)
        assert (first, last, topic.post_count) == (1, posts, posts), topic.title
    for shelf in db.session.scalars(select(Category)):
        assert shelf.topic_count == count(Topic, Topic.category_id == shelf.id)
        posts = select(func.count()).select_from(Post).join(Post.topic).where(Topic.category_id == shelf.id)
        assert shelf.post_count == db.session.scalar(posts)
    if is_sqlite():
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_topics_know_their_last_post(loaded):
    for topic in db.session.scalars(select(Topic)):
        last = db.session.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number.desc())).first()
        assert (topic.last_post_at, topic.last_author_id) == (last.created_at, last.author_id)


def test_reactions_are_counted(loaded):
    counted = {(row.subject_id, row.code): row.count for row in db.session.scalars(select(ReactionCount))}
    made = Counter((row.subject_id, row.code) for row in db.session.scalars(select(Reaction)))
    assert counted == dict(made)
    own = select(func.count()).select_from(Reaction).join(Post, Post.id == Reaction.subject_id)
    assert db.session.scalar(own.where(Post.author_id == Reaction.user_id)) == 0


def test_nobody_has_read_beyond_the_end(loaded):
    beyond = select(func.count()).select_from(ReadMarker).join(Topic, Topic.id == ReadMarker.subject_id)
    assert count(ReadMarker) > 100
    assert db.session.scalar(beyond.where(ReadMarker.last_number > Topic.post_count)) == 0


def test_the_log_has_no_holes_and_goes_on_after(loaded):
    for room in db.session.scalars(select(LiveRoom)):
        seqs = [logged.seq for logged in missed(room.name, 0, 10_000)]
        assert seqs == list(range(room.last_seq - len(seqs) + 1, room.last_seq + 1))
    newest = db.session.scalar(select(func.max(EventRow.created_at)))
    assert newest <= datetime.now(UTC)
    assert UserFactory().id == loaded.members + 1


def test_times_make_sense(loaded):
    now = datetime.now(UTC)
    for post in db.session.scalars(select(Post)):
        assert post.created_at < now
        assert post.author.created_at < post.created_at
        if post.reply_to:
            assert post.reply_to.number < post.number
            assert post.reply_to.topic_id == post.topic_id
    assert count(Post, Post.created_at > now - timedelta(hours=2)) >= 3
    assert count(Post, Post.created_at < now - timedelta(days=200)) >= 1


def test_quotations_name_the_post_they_quote(loaded):
    quoting = db.session.scalars(select(Post).where(Post.html.like("%<cite data-post=%"))).all()
    assert len(quoting) >= 4
    for post in quoting:
        assert "#" not in post.body.splitlines()[0]
        assert count(PostReference, PostReference.post_id == post.id) >= 1


def test_it_holds_what_breaks_careless_pages(loaded):
    everything = " ".join(db.session.scalars(select(Post.body)))
    html = " ".join(db.session.scalars(select(Post.html)))
    assert "<script" in everything
    assert "<script" not in html
    assert not any(f"<{tag} " in html for tag in ("img", "b", "iframe"))
    assert any(len(word) > 80 for word in everything.split())
    assert unicodedata.normalize("NFD", "nước") in everything
    assert "nước" in everything
    assert "\u200b" in everything
    assert "<table>" in html
    assert {"visible", "deleted_by_author", "hidden_by_moderator"} == set(db.session.scalars(select(Post.state)))
    assert count(Topic, Topic.is_pinned) == 2
    assert count(Topic, Topic.state == "locked") == 1
    assert db.session.scalar(select(func.max(Topic.post_count))) >= 60


def test_spaces_have_titles_in_every_language(loaded):
    for titled in [*db.session.scalars(select(Space)), *db.session.scalars(select(Category))]:
        assert set(titled.title) == set(INTERFACE)
        assert all(titled.title.values())
    assert set(db.session.scalars(select(Space.visibility))) == {"public", "members", "request", "closed", "staff"}


def test_questions_have_accepted_answers(loaded):
    accepted = db.session.scalars(select(Topic).where(Topic.accepted_post_id.is_not(None))).all()
    assert len(accepted) >= 6
    for topic in accepted:
        answer = db.session.get(Post, topic.accepted_post_id)
        assert (topic.kind, answer.topic_id) == ("question", topic.id)
        assert answer.number > 1


def test_sign_ins_are_printed_from_a_private_file(loaded, settings):
    path = settings.var / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sign_ins = read_sign_ins(settings.var)
    assert {"administrator", "staff", "moderator", "member"} == {sign_in.role for sign_in in sign_ins}
    for sign_in in sign_ins:
        member = db.session.scalars(select(User).where(User.email == sign_in.email)).unique().one()
        assert verify_password(sign_in.password, member.password)
        assert member.role_name == ("" if sign_in.role == "member" else sign_in.role)
    assert count(User, User.password.is_not(None)) == len(sign_ins)
    scoped = db.session.scalars(select(Role).where(Role.space_id.is_not(None), Role.name == "moderator")).one()
    assert db.session.get(Space, scoped.space_id).slug == "territoires"


def test_a_member_of_the_set_signs_in(loaded, settings, client):
    (camille,) = [one for one in read_sign_ins(settings.var) if one.email.startswith("camille")]
    answer = submit(client, "/fr/login", identity=camille.email, passcode=camille.password)
    assert answer.status_code == 302


def test_a_second_load_says_that_it_is_there(loaded, settings):
    before = count(Post)
    with pytest.raises(DemoRefused, match="already"):
        load("tiny", settings.var, force=True)
    assert count(Post) == before


def test_real_members_are_not_mixed_with_invented_ones_by_accident(app, settings):
    UserFactory(handle="jeanne")
    with pytest.raises(DemoRefused, match="real members"):
        load("tiny", settings.var)
    assert load("tiny", settings.var, force=True).topics == written().topics
    assert count(User) == written().members + 1


def test_names_in_use_are_not_taken(app, settings):
    UserFactory(handle="camille-montreal")
    with pytest.raises(DemoRefused, match="camille-montreal"):
        load("tiny", settings.var, force=True)
    assert count(Space) == 0


def test_a_load_that_fails_leaves_nothing(app, settings, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(loading, "insert_all", fail)
    with pytest.raises(OSError, match="disk full"):
        load("tiny", settings.var)
    assert count(User) == 0
    assert not (settings.var / FILE).exists()


def checksums(tables):
    def canonical(row):
        return json.dumps(row, default=str, sort_keys=True, ensure_ascii=False)

    return {
        table.__tablename__: hashlib.sha256("\n".join(map(canonical, rows)).encode()).hexdigest()
        for table, rows in tables.rows.items()
    }


def test_the_same_moment_gives_the_same_rows(small):
    again = compose(composed("small"), MOMENT, Tables())
    assert checksums(again) == checksums(small)
    later = compose(composed("tiny"), MOMENT + timedelta(days=1), Tables())
    assert checksums(later) != checksums(compose(composed("tiny"), MOMENT, Tables()))


def test_a_small_set_is_as_large_as_it_says(small):
    assert [len(small.rows[table]) for table in (User, Topic, Post)] == [200, 200, 4_000]
    assert {row["lang"] for row in small.rows[Post]} >= set(LANGUAGE_MIX)
    lengths = [len(row["body"]) for row in small.rows[Post]]
    assert 300 < sum(lengths) / len(lengths) < 700
    assert not any("{" in row["title"] for row in small.rows[Topic])


def test_handles_and_addresses_are_unique_and_well_formed(small):
    handles = [row["handle"] for row in small.rows[User]]
    assert len(set(handles)) == len(handles)
    assert all(
        3 <= len(handle) <= 30 and set(handle) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") for handle in handles
    )
    assert all(row["email"].endswith("@example.org") and row["is_demo"] for row in small.rows[User])


def test_something_waits_for_the_moderators(loaded):
    reports = db.session.scalars(select(Report)).all()
    assert [report.reason for report in reports] == ["privacy", "off_topic"]
    for report in reports:
        post = db.session.get(Post, report.subject_id)
        assert (post.author_id, post.lang, post.state) == (report.owner_id, report.lang, "visible")
        assert report.reporter_id != report.owner_id
    appeal = db.session.scalars(select(Appeal)).one()
    assert (appeal.state, appeal.decision.act, appeal.decision.state) == ("open", "hide", "in_force")
    assert db.session.get(Post, appeal.decision.subject_id).state == "hidden_by_moderator"
    assert appeal.decision.actor.handle == "modo-fr"


def test_networks_keep_to_their_participants(loaded):
    spaces = {space.slug: space for space in db.session.scalars(select(Space))}
    for slug in ("reseau-ong", "chambres"):
        space = spaces[slug]
        inside = set(db.session.scalars(select(Role.user_id).where(Role.space_id == space.id)))
        writers = select(Post.author_id).join(Post.topic).join(Topic.category).where(Category.space_id == space.id)
        assert set(db.session.scalars(writers)) <= inside
        assert space not in leaderless_spaces()
    assert len(waiting_requests(spaces["chambres"].id)) == 1


def test_a_session_is_live_when_the_set_is_loaded(loaded):
    session = db.session.scalars(select(LiveSession)).one()
    assert (session.topic.kind, session.phase) == ("live_session", "live")
    assert session.starts_at < datetime.now(UTC) < session.ends_at
    said_before = Post.topic_id == session.topic_id, Post.created_at < session.starts_at
    assert count(Post, *said_before) == session.first_number - 1
    for question in db.session.scalars(select(LiveQuestion)):
        assert question.votes == count(QuestionVote, QuestionVote.question_id == question.id)
    assert len(marked_posts(session)) == 1
