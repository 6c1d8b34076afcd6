"""A platform with something to lose, and another one to restore it to."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest
from flask import Flask

from app.config import Settings
from app.core.files import file_store
from app.operating import postgresql_copy, sqlite_copy
from app.operating.backing_up import sqlite_path
from app.operating.preparing import known_revisions
from tests.factories import PostFactory, TopicFactory
from tests.support.databases import migrate

WORDS = b"the minutes of the meeting"
DIGEST = sha256(WORDS).hexdigest()


def state(settings: Settings) -> dict[str, object]:
    """Everything that a restore must bring back, as something to compare."""
    files = {path.name for path in (settings.var / "files").rglob("*") if path.is_file()}
    if postgresql_copy.is_meant(settings):
        with postgresql_copy.connected(settings.database) as connection:
            sums = postgresql_copy.sums_of(connection, postgresql_copy.tables_of(connection))
    else:
        sums = sqlite_copy.sums_of(sqlite_path(settings))
    return {"tables": sums, "files": files, "key": (settings.var / "secret.key").read_text()}


@pytest.fixture
def filled(app: Flask, settings: Settings) -> Settings:
    """Two topics with messages, a file, a signing key."""
    for _ in range(2):
        topic = TopicFactory()
        for _ in range(3):
            PostFactory(topic=topic)
    file_store(settings).put(DIGEST, WORDS)
    (settings.var / "secret.key").write_text("a key that signs cookies")
    return settings


@pytest.fixture(autouse=True)
def left_as_found(settings: Settings) -> Iterator[None]:
    """A PostgreSQL database serves all tests of a run: what restored it, or took it back, leaves it at the newest."""
    yield
    if settings.database_url and revision_of(settings) != known_revisions()[0]:
        migrate(settings)


def revision_of(settings: Settings) -> str:
    with postgresql_copy.connected(settings.database) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
