"""Moving in: refused lines are named by number and the rest goes on; what is in is whole; twice is once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Role, User
from app.config import Settings
from app.core.db import db
from app.core.events import EventRow
from app.core.mail import OutgoingMail
from app.engagement.models import Attachment, ReactionCount, Tag
from app.forum.models import Category, Post, PostReference, Space, Topic
from app.forum.sessions.models import LiveSession
from app.transfer.form import KINDS
from app.transfer.writing import Summary
from tests.factories import CategoryFactory, SpaceFactory, UserFactory

THEN, AT = "2020-01-01T00:00:00Z", "2019-04-01T00:00:00Z"
Write, BringIn = Callable[..., Path], Callable[..., Summary]


def counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (User, Space, Topic, Post)]


WRONG: list[tuple[Any, str]] = [
    ("not json", "is no JSON"),
    ([1], "no object"),
    ({"type": "poem", "id": "x"}, "type must be one of"),
    ({"type": "post", "id": "x"}, "topic is missing"),
    ({"type": "space", "id": "x", "title": {"xx": "?"}}, "title must be an object"),
    ({"type": "space", "id": "x", "title": "X", "visibility": "secret"}, "visibility must be one of"),
    ({"type": "space", "id": "§", "title": "X"}, "slug is missing"),
    ({"type": "person", "id": "x", "name": " "}, "name must have 1 to 60"),
    ({"type": "person", "id": "x", "name": "X", "email": "no address"}, "email must be a mail address"),
    ({"type": "person", "id": "x", "name": "X", "colour": "red"}, "colour: there is no such entry"),
    ({"type": "person", "id": "x", "name": "X", "timezone": "Moon/Sea"}, "timezone must be an IANA zone"),
    ({"type": "person", "id": "x", "name": "X", "timezone": "../etc"}, "timezone must be an IANA zone"),
    ({"type": "topic", "id": "x", "category": "talk", "title": "X", "kind": "live_session"}, "session stands in"),
    ({"type": "category", "id": "x", "space": "nowhere", "title": "X"}, "there is no space nowhere"),
    ({"type": "topic", "id": "x", "category": "nowhere", "title": "X"}, "there is no category nowhere"),
    ({"type": "topic", "id": "x", "category": "talk", "title": "X" * 161}, "title must have 1 to 160"),
    ({"type": "topic", "id": "x", "category": "talk", "title": "X", "tags": ["!"]}, "tags: "),
    ({"type": "topic", "id": "x", "category": "talk", "title": "Nothing follows"}, "topic x has no post"),
    ({"type": "post", "id": "x", "topic": "nowhere", "time": THEN, "markdown": "X"}, "no topic nowhere"),
    ({"type": "post", "id": "x", "topic": "t1", "author": "9", "time": THEN, "markdown": "X"}, "no person 9"),
    ({"type": "post", "id": "x", "topic": "t1", "time": "2020-01-01", "markdown": "X"}, "time must say its zone"),
    ({"type": "post", "id": "x", "topic": "t1", "time": "2999-01-01T00:00:00Z", "markdown": "X"}, "lies in the future"),
    ({"type": "post", "id": "x", "topic": "t1", "time": THEN, "markdown": 5}, "markdown must be a text"),
    ({"type": "post", "id": "x", "topic": "t1", "time": THEN, "markdown": "X", "reply_to": "p9"}, "no post p9"),
    ({"type": "post", "id": "x", "topic": "t1", "time": THEN, "markdown": "X",
      "files": [{"path": "../secret.key"}]}, "there is no file"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "reason"), WRONG)
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_line_that_cannot_be_taken_is_named_and_the_rest_goes_on(
    line: Any, reason: str, dry_run: bool, small: list[Any], write: Write, bring_in: BringIn
) -> None:
    text = line if isinstance(line, str) else json.dumps(line)
    path = write(small)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:7], text, *lines[7:]]) + "\n")
    summary = bring_in(path, dry_run=dry_run)
    assert summary.refused == 1, summary.problems
    ((number, said),) = summary.problems
    assert number == 8
    assert reason in said
    assert summary.added["post"] == 2
    assert counts() == ([0, 0, 0, 0] if dry_run else [2, 1, 1, 2])


def test_what_is_in_is_whole(small: list[Any], write: Write, bring_in: BringIn, client: FlaskClient) -> None:
    summary = bring_in(write(small))
    assert (summary.refused, summary.added["post"], summary.added["person"]) == (0, 2, 2)
    topic = db.session.scalars(select(Topic)).one()
    first, second = db.session.scalars(select(Post).order_by(Post.number))
    assert (topic.post_count, topic.title, topic.lang, topic.accepted_post_id) == (2, "Bonjour", "fr", second.id)
    assert (first.number, second.number, second.reply_to_id) == (1, 2, first.id)
    assert (first.html.strip(), second.lang) == ("<p><em>Un</em></p>", "nl")
    assert (topic.created_at, topic.last_post_at) == (first.created_at, second.created_at)
    assert first.created_at.isoformat() == "2019-03-01T10:00:00+00:00"
    shelf = db.session.scalars(select(Category)).one()
    assert (shelf.topic_count, shelf.post_count, shelf.last_topic_id) == (1, 2, topic.id)
    assert db.session.scalars(select(PostReference.target_id)).one() == first.id
    assert db.session.scalars(select(ReactionCount.count)).one() == 1
    assert db.session.scalars(select(Tag.slug)).one() == "accueil"
    page = client.get(f"/fr/topics/{topic.public_id}", follow_redirects=True)
    assert page.status_code == 200
    assert "Aminata Diallo" in page.text


def test_who_has_no_address_is_a_placeholder(
    small: list[Any], write: Write, bring_in: BringIn, client: FlaskClient
) -> None:
    bring_in(write(small))
    member, placeholder = db.session.scalars(select(User).order_by(User.id)).unique()
    assert (member.email, member.handle, member.status, member.active) == (
        "aminata@example.org", "aminata", "active", True,
    )  # fmt: skip
    assert (placeholder.email, placeholder.status, placeholder.active) == (None, "placeholder", False)
    assert client.get(f"/fr/members/{placeholder.handle}").status_code == 404
    topic = db.session.scalars(select(Topic)).one()
    page = client.get(f"/fr/topics/{topic.public_id}", follow_redirects=True).text
    assert "Jan Peeters" in page
    assert f"/members/{placeholder.handle}" not in page


def test_nobody_is_told(small: list[Any], write: Write, bring_in: BringIn, run_consumers: Callable[[], int]) -> None:
    bring_in(write(small))
    run_consumers()
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0
    names = set(db.session.scalars(select(EventRow.name)))
    assert not names & {"PostPublished", "TopicOpened", "MemberJoined"}


def test_twice_is_once_and_later_lines_are_added(small: list[Any], write: Write, bring_in: BringIn) -> None:
    bring_in(write(small))
    before = counts()
    again = bring_in(write(small))
    assert counts() == before
    assert (again.added.total(), again.known["post"], again.refused) == (0, 2, 0)
    small.append({"type": "post", "id": "p3", "topic": "t1", "author": "2", "time": THEN, "markdown": "Drie"})
    more = bring_in(write(small))
    assert more.added == {"post": 1}
    topic = db.session.scalars(select(Topic)).one()
    assert (topic.post_count, topic.last_post_at.year) == (3, 2020)
    assert db.session.scalars(select(Category.post_count)).one() == 3


def test_another_source_is_another_community(small: list[Any], write: Write, bring_in: BringIn) -> None:
    bring_in(write(small))
    bring_in(write(small), source="another")
    assert counts() == [3, 1, 2, 4]  # the space by its slug and the member by her address are the same


def test_people_and_places_that_are_here_are_recognised(small: list[Any], write: Write, bring_in: BringIn) -> None:
    here = UserFactory(email="aminata@example.org", handle="already-here").id
    CategoryFactory(slug="talk", space=SpaceFactory(slug="old"))
    summary = bring_in(write(small))
    assert (summary.known["person"], summary.known["space"], summary.known["category"]) == (1, 1, 1)
    assert db.session.scalars(select(Post).where(Post.number == 1)).one().author_id == here


def test_taken_handles_are_told_apart(small: list[Any], write: Write, bring_in: BringIn) -> None:
    UserFactory(handle="aminata", email="another@example.org")
    bring_in(write(small))
    assert "aminata-2" in set(db.session.scalars(select(User.handle)))


@pytest.mark.parametrize("gives_roles", [False, True])
def test_roles_are_given_on_request_alone(gives_roles: bool, small: list[Any], write: Write, bring_in: BringIn) -> None:
    small[3]["roles"] = [{"role": "moderator", "space": "old"}]
    bring_in(write(small), gives_roles=gives_roles)
    held = [(role.name, role.space_id is not None) for role in db.session.scalars(select(Role))]
    assert held == ([("moderator", True)] if gives_roles else [])


def test_files_come_along_checked(
    small: list[Any], write: Write, bring_in: BringIn, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "community-files"
    folder.mkdir()
    (folder / "table.csv").write_text("a;b\n1;2\n")
    (folder / "bad.exe").write_bytes(b"MZ\x90\x00")
    small[6]["files"] = [{"path": "table.csv", "alt": ""}]
    small[7]["files"] = [{"path": "bad.exe"}]
    summary = bring_in(write(small))
    assert [line for line, _ in summary.problems] == [8]
    kept = db.session.scalars(select(Attachment)).one()
    assert (kept.name, kept.media_type, kept.subject_kind) == ("table.csv", "text/csv", "post")
    assert (settings.var / "files" / kept.sha256[:2] / kept.sha256).exists()


def test_an_import_goes_on_where_it_was_killed(
    small: list[Any], write: Write, bring_in: BringIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.transfer import importing
    from app.transfer.writing import Writer

    more = {"type": "post", "topic": "t1", "time": AT, "lang": "fr"}
    small += [more | {"id": f"p{number}", "markdown": str(number)} for number in range(3, 40)]
    path, write_batch, done = write(small), Writer.write, []

    def killed(self: Writer, lines: Any) -> None:
        done.append(len(lines))
        if len(done) == 4:
            raise KeyboardInterrupt
        write_batch(self, lines)

    monkeypatch.setattr(importing, "BATCH", 5)
    monkeypatch.setattr(Writer, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        bring_in(path)
    db.session.rollback()
    assert 0 < counts()[3] < 39
    summary = bring_in(path)
    assert (summary.refused, counts()[3]) == (0, 39)
    numbers = list(db.session.scalars(select(Post.number).order_by(Post.id)))
    assert numbers == list(range(1, 40))


def test_scripts_are_text_and_texts_are_sanitised(small: list[Any], write: Write, bring_in: BringIn) -> None:
    small[6]["markdown"] = "<script>alert(1)</script> [x](javascript:alert(1)) \u0000\u202e"
    bring_in(write(small))
    html = db.session.scalars(select(Post.html).where(Post.number == 1)).one()
    assert "<script" not in html
    assert 'href="javascript' not in html


def test_the_form_is_documented(app: Flask) -> None:
    text = (Path(__file__).parents[2] / "docs" / "transfer.md").read_text()
    for kind, fields in KINDS.items():
        section = text.split(f"### {kind}\n")[1].split("\n### ")[0]
        for name in fields:
            assert f"`{name}`" in section, f"{kind}.{name}"


@pytest.mark.parametrize("is_killed", [False, True])
def test_what_points_ahead_is_set_at_the_end(
    is_killed: bool, small: list[Any], write: Write, bring_in: BringIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.transfer.writing import Writer

    small[7] |= {"state": "moved", "moved_to": "p9"}
    small += [
        {"type": "topic", "id": "t2", "category": "talk", "title": "Ailleurs"},
        {"type": "post", "id": "p9", "topic": "t2", "time": THEN, "lang": "nl", "markdown": "Twee"},
    ]
    path = write(small)
    if is_killed:
        with monkeypatch.context() as patched:
            patched.setattr(Writer, "finish", lambda self: self.summary)
            bring_in(path)
        assert db.session.scalars(select(Post.moved_to_id).where(Post.state == "moved")).one() is None
    assert bring_in(path, dry_run=True).refused == 0
    bring_in(path)
    db.session.expire_all()
    target = db.session.scalars(select(Post).join(Topic).where(Topic.title == "Ailleurs")).one()
    assert db.session.scalars(select(Post.moved_to_id).where(Post.state == "moved")).one() == target.id


def test_a_live_session_comes_with_its_times(small: list[Any], write: Write, bring_in: BringIn) -> None:
    small[5] |= {
        "kind": "live_session",
        "session": {"starts": THEN, "ends": "2020-01-01T02:00:00Z", "timezone": "Africa/Dakar", "hosts": ["1"]},
    }
    assert bring_in(write(small)).problems == []
    session = db.session.scalars(select(LiveSession)).one()
    assert (session.phase, session.timezone, session.starts_at.hour) == ("over", "Africa/Dakar", 0)
    assert [host.handle for host in session.hosts] == ["aminata"]
