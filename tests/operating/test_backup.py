"""Backup and restore: refusals first, then what was backed up while members wrote, whole and equal."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app

from app import create_app
from app.accounts.models import User
from app.config import PROJECT, Settings
from app.core.background import background_context
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.events import unit_of_work
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Topic
from app.operating import archive, sqlite_copy
from app.operating.backing_up import back_up, newest, sqlite_path
from app.operating.preparing import known_revisions, release
from app.operating.restoring import restore, verify
from app.operating.running import hold, is_running, settle
from tests.factories import PostFactory, UserFactory
from tests.operating.conftest import DIGEST, WORDS, state


def restored(settings: Settings, path: Path) -> list[str]:
    """Restore as an operator would: no other connection is open."""
    said: list[str] = []
    if current_app:
        release(current_app)
    restore(settings, create_app, path, said.append)
    return said


def counted(tables: Any, settings: Settings) -> dict[str, Any]:
    """Rows and checksums; on PostgreSQL the log is numbered anew, so of it the rows alone. Words are counted anew."""
    anew = {"event", "consumer_cursor"} if settings.database_url else set()
    kept = {name: sums for name, sums in tables.items() if name not in {"search_word", "search_counted"}}
    return {name: sums[: 1 if name in anew else 2] for name, sums in kept.items()}


def broken_copies(whole: Path, folder: Path) -> dict[str, Path]:
    """The same archive, spoiled in every way."""
    content = whole.read_bytes()
    spoiled = {
        "cut short": content[: len(content) // 2],
        "its end is missing": content[:-6],
        "one byte is another": content[: len(content) // 2] + b"X" + content[len(content) // 2 + 1 :],
        "empty": b"",
        "something else": b"not an archive at all",
    }
    paths = {}
    for name, said in spoiled.items():
        paths[name] = folder / f"{name}.tar.zst"
        paths[name].write_bytes(said)
    return paths


def changed(whole: Path, folder: Path, **said: object) -> Path:
    """The same archive with another manifest, otherwise well made."""
    unpacked = folder / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    manifest = archive.unpack(whole, unpacked)
    path = folder / "changed.tar.zst"
    with archive.writing(path, replace(manifest, members={}, **said)) as writer:
        for member in manifest.members:
            writer.add(member, unpacked / member)
    return path


def test_a_broken_archive_is_refused_and_nothing_changes(filled: Settings, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "whole.tar.zst")
    there = state(filled)
    for name, path in broken_copies(made.path, tmp_path).items():
        with pytest.raises(Invalid, match="damaged or incomplete"):
            restored(filled, path)
        assert state(filled) == there, name
    tables = dict(made.manifest.tables)
    tables["post"] = [tables["post"][0], "0" * 16, *tables["post"][2:]]
    with pytest.raises(Invalid, match="table post"):
        restored(filled, changed(made.path, tmp_path, tables=tables))
    with pytest.raises(Invalid, match=r"9999"):
        restored(filled, changed(made.path, tmp_path, revision="9999"))
    with pytest.raises(Invalid, match="form"):
        restored(filled, changed(made.path, tmp_path, form=2))
    with pytest.raises(FileNotFoundError):
        restored(filled, tmp_path / "nowhere.tar.zst")
    assert state(filled) == there
    assert not list(filled.var.glob(".restoring*"))


def test_members_may_not_leave_the_archive(filled: Settings, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "whole.tar.zst")
    path = tmp_path / "outside.tar.zst"
    with archive.writing(path, made.manifest) as writer:
        writer.add("../outside", filled.var / "secret.key")
    with pytest.raises(Invalid, match="does not belong"):
        archive.unpack(path, tmp_path / "inside")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["index/_MAIN_1.toc", "beffroi.db", "files/./x", "files//x", "tables", "."])
def test_an_archive_brings_nothing_that_no_backup_writes(filled: Settings, tmp_path: Path, name: str) -> None:
    made = back_up(filled, tmp_path / "whole.tar.zst")
    path = tmp_path / "more.tar.zst"
    with archive.writing(path, made.manifest) as writer:
        writer.add(name, filled.var / "secret.key")
    with pytest.raises(Invalid, match="does not belong"):
        archive.unpack(path, tmp_path / "inside")


@pytest.mark.parametrize("told", ["[]", '"x"', "[" * 100_000])
def test_a_manifest_that_is_none_is_told_as_damage(tmp_path: Path, told: str) -> None:
    with pytest.raises(archive.BAD):
        archive._manifest(told.encode())


def test_a_running_platform_is_not_replaced(filled: Settings, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "whole.tar.zst")
    assert not is_running(filled.var)
    held = hold(filled.var)
    try:
        assert is_running(filled.var)
        with pytest.raises(Conflict, match="running"):
            restored(filled, made.path)
    finally:
        os.close(held)
    assert not is_running(filled.var)


def test_a_backup_is_private_named_by_its_moment_and_pruned(filled: Settings) -> None:
    old = [filled.backups / f"beffroi-2020010{day}-030000.tar.zst" for day in range(1, 4)]
    filled.backups.mkdir()
    other = filled.backups / "kept-by-hand.tar.zst"
    for path in (*old, other):
        path.touch()
    made = back_up(filled, keep=2)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.path == newest(filled)
    assert sorted(made.pruned) == old[:2]
    assert {path.name for path in filled.backups.iterdir()} == {made.path.name, old[2].name, other.name}


def test_without_tables_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="no database"):
        back_up(Settings(var=tmp_path, secret_key="nothing"))
    assert not list((tmp_path / "backups").iterdir())


@contextmanager
def members_writing(app: Flask, topic_id: int) -> Iterator[list[int]]:
    """Three members answer one topic as fast as they can; the list grows with every answer that was acknowledged."""
    stop, written = threading.Event(), []

    def write(user_id: int) -> None:
        while not stop.is_set():
            with background_context(app):
                member, chosen = db.session.get_one(User, user_id), db.session.get_one(Topic, topic_id)
                with unit_of_work():
                    post = services.reply(member, chosen, draft_post("Encore.", "fr", f"{user_id}-{len(written)}"))
                    number = post.number
                db.session.remove()
            written.append(number or 0)

    threads = [threading.Thread(target=write, args=(UserFactory().id,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    yield written
    stop.set()
    for thread in threads:
        thread.join()


def wait_for(written: list[int], more: int) -> None:
    wanted, end = len(written) + more, time.monotonic() + 60
    while len(written) < wanted:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_was_backed_up_under_load_comes_back_equal(app: Flask, filled: Settings, tmp_path: Path) -> None:
    topic = PostFactory().topic
    topic_id = topic.id
    with members_writing(app, topic_id) as written:
        wait_for(written, 20)
        before = len(written)
        made = back_up(filled, tmp_path / "under-load.tar.zst")
        after = len(written)
        wait_for(written, 20)
    assert verify(made.path, tmp_path / "scratch") == made.manifest
    assert before <= made.manifest.tables["post"][0] - 7 <= after + 3
    said = restored(filled, made.path)
    assert said[0].startswith("Reading")
    there = state(filled)
    assert counted(there["tables"], filled) == counted(made.manifest.tables, filled)
    assert there["files"] == {DIGEST}
    again = create_app(filled)
    with background_context(again):
        found = db.session.get_one(Topic, topic_id)
        numbers = sorted(db.session.scalars(db.select(services.Post.number).filter_by(topic_id=topic_id)))
        assert numbers == list(range(1, found.post_count + 1))
        assert again.extensions["search"].engine.stats().documents > 0
        release(again)


def test_the_former_state_is_kept_aside(filled: Settings, app: Flask, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "whole.tar.zst")
    PostFactory()
    (filled.var / "secret.key").write_text("another key")
    before = state(filled)
    release(app)
    restored(filled, made.path)
    assert state(filled) != before
    (former,) = filled.var.glob("former-*")
    if filled.database_url:
        assert (former / "files").exists()
        return
    assert sqlite_copy.sums_of(former / "beffroi.db") == before["tables"]
    assert (former / "secret.key").read_text() == "another key"
    assert (former / "files" / DIGEST[:2] / DIGEST).read_bytes() == WORDS


KILLED = """
import os, pathlib, sys
from app import create_app
from app.config import Settings
from app.operating import restoring, swapping
left = int(sys.argv[3])
rename = pathlib.Path.rename
def renaming(self, target):
    global left
    if swapping.JOURNAL in os.listdir(sys.argv[1]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
    return rename(self, target)
pathlib.Path.rename = renaming
settings = Settings(
    var=pathlib.Path(sys.argv[1]), secret_key="killed", inline_jobs=False, database_url=sys.argv[4]
)
restoring.restore(settings, create_app, pathlib.Path(sys.argv[2]), print)
"""


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_a_restore_killed_in_the_middle_leaves_the_former_state(
    renames: int, filled: Settings, app: Flask, tmp_path: Path
) -> None:
    made = back_up(filled, tmp_path / "whole.tar.zst")
    PostFactory()
    release(app)
    before = state(filled)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(filled.var), str(made.path), str(renames), filled.database_url],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -9, killed.stderr
    settle(filled.var)
    assert state(filled) == before
    if not filled.database_url:
        with closing(sqlite3.connect(sqlite_path(filled))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    restored(filled, made.path)
    assert not (filled.var / ".restoring").exists()


def test_an_older_backup_is_brought_up_to_date(filled: Settings, app: Flask, tmp_path: Path) -> None:
    from flask_migrate import downgrade, upgrade

    downgrade(revision="0001")
    db.session.remove()
    made = back_up(filled, tmp_path / "old.tar.zst")
    upgrade()
    release(app)
    assert made.manifest.revision == "0001"
    restored(filled, made.path)
    again = create_app(filled)
    with background_context(again):
        assert db.session.scalar(db.text("SELECT version_num FROM alembic_version")) == known_revisions()[0]
        assert db.session.scalar(db.text("SELECT count(*) FROM post")) == 6
        release(again)


def test_what_is_restored_is_for_its_owner_alone(filled: Settings, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "made.tar.zst")
    restored(filled, made.path)
    kept = [filled.var / "secret.key", *([] if filled.database_url else [filled.var / "beffroi.db"])]
    assert {path.stat().st_mode & 0o077 for path in (*kept, *filled.var.glob("former-*"))} == {0}
