"""What is measured on: a demonstration set in a folder of its own, members who read and members who write."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy import select

from app import create_app
from app.accounts.models import User
from app.config import Settings
from app.core.db import db
from app.core.events import unit_of_work
from app.forum.models import PAGE, Category, Space, Topic
from tests.support.running import PROJECT, environment
from tests.support.signed_in import cookie_of

READERS, WRITERS = 8, 16
PASSWORD = "une phrase pour mesurer, rien de plus"


@dataclass(frozen=True)
class Place:
    """A topic to read or to write in."""

    id: int
    public_id: str
    path: str
    """Address of its first page, without the language."""


@dataclass(frozen=True)
class Data:
    """What the measurements need to know."""

    settings: Settings
    topics: list[Place]
    """Open topics whose first page is full, the longest last."""
    readers: list[str]
    """Cookies of signed-in members."""
    writers: list[str]
    """Addresses of members who sign in with PASSWORD."""


def load(var: Path, scale: str) -> Data:
    """Make the set as an operator would, then pick who and where."""
    settings = Settings(var=var, rate_limits=False, inline_jobs=False)
    var.mkdir(parents=True, exist_ok=True)
    for arguments in (["migrate"], ["demo", "load", "--scale", scale]):
        said = environment(settings, BEFFROI_DEMO="true")
        command = [sys.executable, "-m", "app.cli", *arguments]
        subprocess.run(command, check=True, cwd=PROJECT, env=said, stdout=subprocess.DEVNULL)
    with opened(settings) as app:
        return Data(settings, _topics(app), *_members(app))


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """The application on the set, in this process."""
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _topics(app: Flask) -> list[Place]:
    from app.forum.addresses import topic_slug

    query = select(Topic).join(Category).join(Space).where(Topic.state == "open", Topic.post_count >= PAGE)
    found = db.session.scalars(query.where(Space.visibility == "public").order_by(Topic.post_count, Topic.id))
    return [Place(one.id, one.public_id, f"/topics/{one.public_id}/{quote(topic_slug(one))}") for one in found]


def _members(app: Flask) -> tuple[list[str], list[str]]:
    plain = select(User).where(~User.roles.any(), User.status == "active").order_by(User.id)
    members = list(db.session.scalars(plain.limit(READERS + WRITERS)).unique())
    readers, writers = members[:READERS], members[READERS:]
    cookies = [cookie_of(app, reader) for reader in readers]
    secret = hash_password(PASSWORD)
    with unit_of_work():
        for writer in writers:
            writer.password = secret
    return cookies, [writer.email for writer in writers]
