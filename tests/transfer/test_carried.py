"""What hangs on people, places and posts moves too: every table of the register, there and back; the rest is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.config import Settings
from app.core import options
from app.core.background import background_context
from app.core.db import Base, db, now
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.demo.loading import load
from app.engagement.models import (
    Attachment,
    Bookmark,
    Follow,
    FollowPreference,
    Reaction,
    ReactionCount,
    ReadMarker,
    Tag,
    TagGroup,
    TagGroupMember,
    TagSynonym,
)  # fmt: skip
from app.forum.drafting.models import Draft
from app.forum.models import Category, Post, PostRevision, Space, Topic
from app.forum.polls.models import Poll, PollOption, PollVote
from app.forum.sessions.models import LiveQuestion, LiveSession, MarkedPost, QuestionVote
from app.forum.spaces.models import SpaceInvitation, SpaceRequest
from app.forum.tags.rules import CategoryTag, CategoryTagRule
from app.moderation.models import Appeal, CannedText, Decision, Report
from app.operating.preparing import release
from app.pages.models import PageVersion
from app.privacy.models import Consent
from app.transfer import importing
from app.transfer.carried.register import Carried, carried
from app.transfer.carried.shaping import fields_of
from app.transfer.cli import import_file
from app.transfer.commands import Wish
from app.transfer.form import KINDS
from app.transfer.keys import Keys
from app.transfer.preparing import Preparer
from app.transfer.reading import read_lines
from app.transfer.writing import Summary, Writer
from tests.support import databases
from tests.transfer.test_export import empty, export

__all__ = ["empty"]
WRITTEN = {
    "space", "category", "member", "role_grant", "topic", "post", "attachment", "tagging", "live_session", "live_host",
}  # fmt: skip
"""Tables that have lines, or entries of lines, of their own."""
MADE_HERE = {"post_mention", "post_reference", "reaction_count", "imported_item", "live_room", "event"}
"""What an import makes anew of the texts, or needs for itself."""


def _tables(kind: Carried) -> set[str]:
    return {kind.table}.union(*(_tables(child) for child in kind.children.values()))


def moved() -> set[str]:
    return set().union(*(_tables(kind) for kind in carried().values()))


def left_out() -> set[str]:
    """Tables that docs/transfer.md says stay behind."""
    text = (Path(__file__).parents[2] / "docs" / "transfer.md").read_text()
    section = text.split("### What stays behind\n")[1].split("\n##")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name.strip(" `") for row in rows for name in row.split(",")}


def test_every_table_moves_or_is_told_to_stay_behind(app: Flask) -> None:
    told = left_out()
    assert not told & (moved() | WRITTEN)
    assert set(Base.metadata.tables) - {"alembic_version"} == moved() | WRITTEN | MADE_HERE | told


def test_the_lines_of_the_register_are_documented(app: Flask) -> None:
    text = (Path(__file__).parents[2] / "docs" / "transfer.md").read_text()
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert not carried().keys() & KINDS.keys()
    for name, kind in carried().items():
        for entry in fields_of(kind):
            assert f"`{entry}`" in rows[name], f"{name}.{entry}"


@pytest.fixture
def full(app: Flask, settings: Settings) -> Settings:
    """The smallest demonstration set, with a row in every table of the register."""
    load("tiny", settings.var)
    stored = store_file(file_store(settings), "liste.csv", b"a;b\n1;2\n")
    with unit_of_work() as session:
        people = list(session.scalars(select(User).order_by(User.id).limit(3)).unique())
        topic = session.scalars(select(Topic).where(Topic.state == "open").order_by(Topic.id).limit(1)).one()
        posts = list(session.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.number).limit(2)))
        live = session.scalars(select(LiveSession).limit(1)).one()
        said = session.scalars(select(Post).where(Post.topic_id == live.topic_id).limit(1)).one()
        space, shelf = session.scalars(select(Space).limit(1)).one(), session.scalars(select(Category).limit(1)).one()
        one, other, third = (person.id for person in people)
        tag = Tag(slug="reglement", label="Règlement", is_staff_only=True)
        group = TagGroup(title={"fr": "Affaires"}, is_single=True)
        poll = Poll(post_id=posts[0].id, question="Où ?", lang="fr", results="voted", voters=2, is_multiple=True)
        poll.options = [PollOption(position=1, label="Lille", votes=2), PollOption(position=2, label="Lens", votes=1)]
        question = LiveQuestion(
            topic_id=live.topic_id, author_id=one, lang="fr", body="Quand ?", client_token="q1", votes=1
        )
        decision = Decision(
            actor_id=one, act="warn", subject_kind="post", subject_id=posts[1].id, member_id=other, reason="insult",
            statement="Non.", statement_lang="fr", told_at=now(), appeal_until=now(),
        )  # fmt: skip
        session.add_all([tag, group, poll, question, decision])
        session.flush()
        about = {"subject_kind": "topic", "subject_id": topic.id}
        for made in session.scalars(select(Reaction).where(Reaction.subject_kind == "topic")):
            session.delete(made)
        session.flush()
        session.add_all([
            TagSynonym(slug="regles", label="Règles", tag_id=tag.id),
            TagGroupMember(group_id=group.id, tag_id=tag.id),
            CategoryTagRule(category_id=shelf.id, least=0, is_closed_set=True),
            CategoryTag(category_id=shelf.id, tag_id=tag.id),
            *(PollVote(option_id=poll.options[0].id, user_id=user) for user in (one, other)),
            PollVote(option_id=poll.options[1].id, user_id=one),
            QuestionVote(question_id=question.id, user_id=other),
            Appeal(decision_id=decision.id, lang="fr", text="Si."),
            Report(**about, lang="fr", reason="insult", gravity=2, reporter_id=third, reporter_lang="fr", owner_id=one,
                   decision_id=decision.id, space_id=space.id),
            Follow(user_id=third, subject_kind="member", subject_id=one, level="tracking"),
            PostRevision(post_id=posts[0].id, number=7, editor_id=one, lang="fr", body="Avant"),
            SpaceRequest(space_id=space.id, user_id=third, note="Bonjour"),
            SpaceInvitation(space_id=space.id, kind="mail", email="guest@example.org", expires_at=now()),
            CannedText(reason="insult", lang="fr", text="Restez polis."),
            PageVersion(slug="help", number=41, lang="fr", title="Aide", body="# Aide\\n\\nIci.", html="<p>x</p>",
                        author_id=one),
            Consent(user_id=third, purpose="terms", version=41),
            Reaction(**about, user_id=one, code="thanks"), ReactionCount(**about, code="thanks", count=1),
        ])  # fmt: skip
        for lacking in (
            MarkedPost(post_id=said.id, topic_id=live.topic_id, marked_by_id=one),
            FollowPreference(user_id=third, tracks_replied=False),
            Bookmark(user_id=third, **about, note="À relire", folded="a relire", remind_at=now() + timedelta(days=2)),
            ReadMarker(user_id=third, **about, last_number=1),
            Draft(user_id=third, place="reply", place_id=topic.id, client_token="d1", fields={"body": ["Presque"]}),
        ):
            session.merge(lacking)
        session.add(Attachment(
            subject_kind="post", subject_id=posts[0].id, user_id=one, name=stored.name, sha256=stored.sha256,
            media_type=stored.media_type, size=stored.size, sizes=stored.sizes,
        ))  # fmt: skip
        people[2].shows_presence = False
    with unit_of_work():
        options.change(None, "privacy.idle_months", 24)
        options.change(None, "mail.password", "hidden-word")
    return settings


def take_in(app: Flask, path: Path, **chosen: Any) -> Summary:
    with background_context(app):
        preparer = Preparer(
            file_store(app.extensions["settings"]), path.with_name("community-files"), "fr", trusts_files=True
        )
        writer = Writer(Keys("community.jsonl"), preparer, gives_roles=True, **chosen)
        summary = importing.run(read_lines(path), writer)
        db.session.remove()
    return summary


def test_every_table_goes_there_and_back(full: Settings, app: Flask, empty: Flask, tmp_path: Path) -> None:
    path = tmp_path / "one" / "community.jsonl"
    first = export(app, path)
    assert {line["type"] for line in first} >= carried().keys() - {"block"}
    assert "hidden-word" not in path.read_text()
    check_there_and_back(first, path, empty, tmp_path / "two" / "community.jsonl")
    if full.database_url:  # from PostgreSQL to PostgreSQL as well: to the same one, emptied
        release(app)
        databases.empty(full.database_url)
        app.extensions.pop("options", None)
        check_there_and_back(first, path, app, tmp_path / "three" / "community.jsonl")


def check_there_and_back(first: list[dict[str, Any]], path: Path, target: Flask, again_at: Path) -> None:
    assert take_in(target, path, runs_site=True).problems == []
    assert _normal(first) == _normal(export(target, again_at))
    folders = [{file.name: file.read_bytes() for file in one.with_name("community-files").iterdir()}
               for one in (path, again_at)]  # fmt: skip
    assert folders[0] == folders[1] != {}
    with background_context(target):
        assert db.session.scalar(select(Poll.voters).where(Poll.question == "Où ?")) == 2
        votes = select(PollOption.votes).join(Poll).where(Poll.question == "Où ?").order_by(PollOption.position)
        assert list(db.session.scalars(votes)) == [2, 1]
        assert db.session.scalar(select(Post.has_poll).join(Poll, Poll.post_id == Post.id).where(Poll.voters == 2))
        assert db.session.scalar(select(PageVersion.html).where(PageVersion.number == 41)) != "<p>x</p>"
        assert options.value("privacy.idle_months") == 24
        db.session.remove()
    again = take_in(target, path, runs_site=True)
    assert (again.added.total(), again.problems) == (0, [])


def _normal(lines: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True, ensure_ascii=False) for line in lines)


def test_how_a_site_is_run_is_not_taken_over_unasked(full: Settings, app: Flask, empty: Flask, tmp_path: Path) -> None:
    path = tmp_path / "one" / "community.jsonl"
    export(app, path)
    summary = take_in(empty, path)
    assert summary.problems == []
    site = {name for name, kind in carried().items() if kind.is_site}
    assert not site & summary.added.keys()
    with background_context(empty):
        assert options.value("privacy.idle_months") == 0
        assert not db.session.scalar(select(func.count()).select_from(PageVersion))
        db.session.remove()


def test_the_command_offers_every_wish() -> None:
    assert {field.name for field in fields(Wish)} == {str(one.name) for one in import_file.params} - {"file"}


def test_open_data_says_nothing_of_who_votes_follows_and_drafts(full: Settings, app: Flask, tmp_path: Path) -> None:
    lines = export(app, tmp_path / "open" / "community.jsonl", is_public=True)
    assert not {line["type"] for line in lines} & carried().keys()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"type": "follow", "user": "nobody", "subject": {"kind": "topic", "id": "t1"}, "level": "muted"}, "no person"),
        ({"type": "follow", "user": "1", "subject": {"kind": "topic", "id": "t9"}, "level": "muted"}, "no topic"),
        ({"type": "follow", "user": "1", "subject": {"kind": "desk", "id": "t1"}}, "must be one of"),
        ({"type": "follow", "user": "1", "subject": {"kind": "topic", "id": "t1"}, "level": "loud"}, "must be one of"),
        ({"type": "poll", "post": "p1", "question": "?", "lang": "fr",
          "options": [{"position": 1, "label": "a", "votes": [{"user": "9"}]}]}, "no person"),
        ({"type": "draft", "public_id": "../x", "user": "1", "place": {"kind": "reply", "id": "t1"},
          "client_token": "c", "fields": {}}, "no id"),
        ({"type": "draft", "public_id": "0" * 26, "user": "1", "place": {"kind": "reply", "id": "t1"},
          "client_token": "c", "fields": {"body": "x"}}, "list"),
        ({"type": "site_option", "name": "nothing.here", "value": 1}, "does not exist"),
        ({"type": "site_option", "name": "privacy.idle_months", "value": "many"}, "does not exist"),
        ({"type": "site_option", "name": "privacy.idle_months"}, "value is missing"),
        ({"type": "page_version", "slug": "elsewhere", "number": 1, "lang": "fr", "title": "x", "body": "x"}, "one of"),
        ({"type": "tag_synonym", "slug": "x", "label": "X", "tag": "nowhere"}, "no tag"),
        ({"type": "tag_synonym", "slug": "x", "label": 3, "tag": "accueil"}, "must be a text"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_taken_is_named_and_leaves_nothing(
    line: dict[str, Any], said: str, small: list[Any], write: Callable[..., Path], bring_in: Callable[..., Summary]
) -> None:
    summary = bring_in(write([*small, line]), runs_site=True)
    assert [number for number, _ in summary.problems] == [9]
    assert said in summary.problems[0][1]
    table = Base.metadata.tables[line["type"]]
    assert db.session.execute(select(func.count()).select_from(table)).scalar() == 0


def test_what_was_to_be_sent_on_the_way_is_not_sent_here(
    small: list[Any], write: Callable[..., Path], bring_in: Callable[..., Summary]
) -> None:
    past, later = ((now() + timedelta(days=days)).isoformat() for days in (-1, 1))
    draft = {"type": "draft", "user": "1", "place": {"kind": "reply", "id": "t1"}, "fields": {"body": ["Presque"]}}
    lines: list[Any] = [
        draft | {"public_id": str(number) * 26, "client_token": str(number), "publish_at": moment}
        for number, moment in ((1, past), (2, later))
    ]
    lines.append({"type": "bookmark", "user": "1", "subject": {"kind": "topic", "id": "t1"}, "remind_at": past})
    assert bring_in(write([*small, *lines])).problems == []
    drafts = db.session.execute(select(Draft.client_token, Draft.publish_at.is_(None))).all()
    assert sorted(map(tuple, drafts)) == [("1", True), ("2", False)]
    assert db.session.scalars(select(Bookmark.remind_at)).all() == [None]


def test_a_dry_run_names_what_is_missing(
    small: list[Any], write: Callable[..., Path], bring_in: Callable[..., Summary]
) -> None:
    fine = {"type": "follow", "user": "1", "subject": {"kind": "topic", "id": "t1"}}
    wrong = {"type": "follow", "user": "7", "subject": {"kind": "topic", "id": "t1"}}
    summary = bring_in(write([*small, fine, wrong]), dry_run=True)
    assert summary.added["follow"] == 1
    assert summary.problems == [(10, "there is no person 7")]
    assert db.session.scalar(select(func.count()).select_from(Follow)) == 0
