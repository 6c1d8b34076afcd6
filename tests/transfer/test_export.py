"""What is exported, imported elsewhere and exported again is the same; open data holds what visitors read alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from app import create_app
from app.accounts.models import User
from app.config import Settings
from app.core.background import background_context
from app.core.db import db
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.demo.loading import load
from app.engagement.models import Attachment, Reaction
from app.forum.models import Category, Post, Space, Topic
from app.operating.preparing import release
from app.transfer import importing
from app.transfer.exporting import Export
from app.transfer.keys import Keys
from app.transfer.preparing import Preparer
from app.transfer.reading import read_lines
from app.transfer.writing import Writer
from tests.support.databases import sqlite_template


@pytest.fixture
def full(app: Flask, settings: Settings) -> Settings:
    """The smallest demonstration set, with what it lacks: files, a moved message, a wiki, a closed space."""
    load("tiny", settings.var)
    picture = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(picture, "JPEG")
    store = file_store(settings)
    kept = [store_file(store, "plage.jpg", picture.getvalue()), store_file(store, "liste.csv", b"a;b\n1;2\n")]
    with unit_of_work() as session:
        posts = list(session.scalars(select(Post).order_by(Post.id).limit(4)))
        for post, file in zip(posts, kept, strict=False):
            post.file_count = 1
            session.add(
                Attachment(
                    subject_kind="post", subject_id=post.id, user_id=post.author_id, name=file.name, sha256=file.sha256,
                    media_type=file.media_type, size=file.size, alt_text="Une plage", width=file.width,
                    height=file.height, sizes=file.sizes,
                )
            )  # fmt: skip
        posts[2].is_wiki, posts[3].author_id = True, None
        closed = Space(slug="closed", title={"fr": "Fermé"}, description={}, visibility="closed", langs=["fr"])
        session.add(closed)
        session.add(Category(space=closed, slug="inside", title={"fr": "Dedans"}, description={}, template={}))
    return settings


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """Another platform, with tables and nothing in them."""
    folder = tmp_path / "empty"
    folder.mkdir()
    sqlite_template(folder)
    app = create_app(Settings(var=folder, secret_key="another platform", inline_jobs=False))
    yield app
    release(app)


def export(app: Flask, path: Path, **options: Any) -> list[dict[str, Any]]:
    with background_context(app):
        folder = path.with_name("community-files")
        path.parent.mkdir(exist_ok=True)
        Export(file_store(app.extensions["settings"]), folder, **options).write(path)
        db.session.remove()
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_there_and_back_is_the_same(full: Settings, app: Flask, empty: Flask, tmp_path: Path) -> None:
    first = export(app, tmp_path / "one" / "community.jsonl")
    assert any(line.get("kind") == "live_session" and line["session"]["starts"] for line in first)
    kinds = {line["type"] for line in first}
    assert kinds >= {"head", "space", "category", "person", "topic", "post"}
    with background_context(empty):
        store = file_store(empty.extensions["settings"])
        preparer = Preparer(store, tmp_path / "one" / "community-files", "fr", trusts_files=True)
        writer = Writer(Keys("community.jsonl"), preparer, gives_roles=True, runs_site=True)
        summary = importing.run(read_lines(tmp_path / "one" / "community.jsonl"), writer)
        assert summary.problems == []
        shelves = select(Category.slug, Category.topic_count, Category.post_count).order_by(Category.slug)
        counted = db.session.execute(shelves).all()
        reactions = db.session.scalar(select(func.count()).select_from(Reaction))
        db.session.remove()
    second = export(empty, tmp_path / "two" / "community.jsonl")
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        assert one == other
    assert (tmp_path / "one" / "community.jsonl").read_bytes() == (tmp_path / "two" / "community.jsonl").read_bytes()
    names = {path.name: path.read_bytes() for path in (tmp_path / "one" / "community-files").iterdir()}
    assert len(names) == 2
    assert names == {path.name: path.read_bytes() for path in (tmp_path / "two" / "community-files").iterdir()}
    assert db.session.execute(shelves).all() == counted
    assert db.session.scalar(select(func.count()).select_from(Reaction)) == reactions
    assert reactions


def test_what_is_here_already_is_not_doubled(full: Settings, app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "one" / "community.jsonl"
    export(app, path)
    before = [db.session.scalar(select(func.count()).select_from(table)) for table in (User, Topic, Post)]
    preparer = Preparer(file_store(full), tmp_path / "one" / "community-files", "fr")
    summary = importing.run(read_lines(path), Writer(Keys("community.jsonl"), preparer))
    assert (summary.added, summary.problems) == ({}, [])
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in (User, Topic, Post)] == before


def test_open_data_holds_what_visitors_read(full: Settings, app: Flask, tmp_path: Path) -> None:
    with unit_of_work() as session:
        hidden = session.scalars(select(Topic).where(Topic.state == "open").order_by(Topic.id)).first()
        hidden.state = "hidden"
        title, said = hidden.title, session.scalars(select(Post).where(Post.topic_id == hidden.id)).first().body
    lines = export(app, tmp_path / "open" / "data.jsonl", is_public=True)
    text = (tmp_path / "open" / "data.jsonl").read_text()
    everything = export(app, tmp_path / "all" / "data.jsonl")
    assert "@example.org" in (tmp_path / "all" / "data.jsonl").read_text()
    assert "@example.org" not in text
    assert title not in text
    assert json.dumps(said, ensure_ascii=False)[1:-1] not in text
    public = {line["id"] for line in everything if line["type"] == "space" and "visibility" not in line}
    assert {line["id"] for line in lines if line["type"] == "space"} == public
    authors = {line.get("author") for line in lines if line["type"] == "post"} - {None}
    assert {line["id"] for line in lines if line["type"] == "person"} == authors
    for line in lines:
        assert not line.keys() & {"email", "roles", "reactions", "langs", "timezone"}
        if line["type"] == "post" and "state" in line:
            assert line["markdown"] == ""


def test_an_export_that_fails_leaves_nothing(
    full: Settings, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (full.var / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(FileNotFoundError):
        export(app, tmp_path / "broken" / "community.jsonl")
    assert not list((tmp_path / "broken").glob("*.jsonl*"))
