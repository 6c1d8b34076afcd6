"""From SQLite to PostgreSQL: a backup of the one is restored to the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.config import Settings
from app.core.background import background_context
from app.core.consumers import catch_up, consumers
from app.core.db import db
from app.core.errors import Invalid
from app.core.events import unit_of_work
from app.demo.loading import load
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Post, Topic
from app.operating.backing_up import back_up
from app.operating.preparing import release
from app.operating.restoring import restore
from tests.support.databases import migrate, postgresql_server

pytestmark = pytest.mark.service


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A platform on SQLite with the smallest demonstration set."""
    settings = Settings(var=tmp_path / "small", secret_key="a key for tests", inline_jobs=False, demo=True)
    migrate(settings)
    app = _app(settings)
    with app.app_context():
        load("tiny", settings.var)
        release(app)
    return settings


def _app(settings: Settings) -> Flask:
    return create_app(settings)


def _counts() -> dict[str, int]:
    tables = ("member", "role_grant", "space", "category", "topic", "post", "reaction", "tagging", "event")
    return {name: db.session.scalar(db.text(f"SELECT count(*) FROM {name}")) or 0 for name in tables}


def test_from_sqlite_to_postgresql_and_on(small: Settings, tmp_path: Path) -> None:
    made = back_up(small, tmp_path / "small.tar.zst")
    with postgresql_server() as url:
        large = replace(small, var=tmp_path / "large", database_url=url)
        large.var.mkdir()
        restore(large, create_app, made.path, print)
        app = _app(large)
        with background_context(app):
            assert _counts() == {name: made.manifest.tables[name][0] for name in _counts()}
            bodies = sorted(db.session.scalars(db.select(Post.body)))
            topic = db.session.scalars(db.select(Topic).filter_by(state="open")).first()
            assert topic is not None
            assert topic.author is not None
            with unit_of_work():
                said = services.reply(topic.author, topic, draft_post("Après le déménagement.", "fr", "first"))
            assert said.number == topic.post_count
            assert [catch_up(consumer) for consumer in consumers if consumer.name == "search"] != [0]
            release(app)
        former = _app(small)
        with former.app_context():
            assert sorted(db.session.scalars(db.select(Post.body))) == bodies
            release(former)
        back = back_up(large, tmp_path / "large.tar.zst")
    with pytest.raises(Invalid, match="restored to PostgreSQL"):
        restore(small, create_app, back.path, print)
