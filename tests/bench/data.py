"""What is measured on: a demonstration set in a folder of its own, members who read and members who write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from flask_migrate import upgrade
from flask_security.utils import hash_password
from sqlalchemy import func, select, text

from app import create_app, starting
from app.accounts.models import User
from app.config import Settings
from app.core.consumers import consumers, move_cursor
from app.core.db import db, is_sqlite
from app.core.events import log_head, unit_of_work
from app.core.pagination import encode_key
from app.forum.models import PAGE, Category, Post, Space, Topic
from app.forum.reading.listing import LIST_PAGE
from app.operating.preparing import release
from tests.bench.figures import Figure
from tests.bench.long_topic import LONG, add_long_topic
from tests.support.mixed_topic import FIVE, topic_in
from tests.support.signed_in import cookie_of

READERS, WRITERS, CROWD = 8, 16, 100
PASSWORD = "une phrase pour mesurer, rien de plus"
HUNDREDTH = 100
ROOMS = 60


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
    scale: str
    topics: list[Place]
    """Open topics whose first page is full, the longest last; the one of LONG posts is not among them."""
    rooms: list[Place]
    """Open topics of any length, in which people write."""
    long: Place
    list_key: str
    """The key of the hundredth page of the list of topics, or of the last one."""
    list_page: int
    busiest: str
    """Handle of the member who wrote most."""
    engine: str
    """The search engine: whoosh, fts5 or postgresql."""
    suggest: str
    """Address of the suggestions of the search, where there are any."""
    readers: list[str]
    """Cookies of signed-in members."""
    crowd: list[str]
    """Cookies of members who follow topics live."""
    writers: list[str]
    """Addresses of members who sign in with PASSWORD."""
    mixed: Place
    """A full page in five languages."""
    french: Place
    """A full page in French, by people with French names."""
    loading: list[Figure] = field(default_factory=list)
    """What it took to make the set."""


def load(var: Path, scale: str, database_url: str = "", engine: str = "auto") -> Data:
    """Make the set, unless the database holds one from a run before; then pick who and where."""
    settings = Settings(
        var=var, rate_limits=False, inline_jobs=False, database_url=database_url, search_engine=engine
    )  # fmt: skip
    var.mkdir(parents=True, exist_ok=True)
    with opened(settings) as app:
        upgrade()
        loading = [] if _is_filled() else _fill(settings, scale)
        topics = _topics()
        weighed = [_place(topic_in(langs)) for langs in (FIVE, ("fr",))]
        return Data(
            settings, scale, *topics, *_list_key(), _busiest(), _engine(), _suggest(app), *_members(app), *weighed,
            loading,
        )  # fmt: skip


def _is_filled() -> bool:
    return db.session.scalar(select(Topic.id).limit(1)) is not None


def _fill(settings: Settings, scale: str) -> list[Figure]:
    started = time.monotonic()
    starting.load_demo(settings, scale)
    loaded = time.monotonic()
    add_long_topic()
    filling = time.monotonic()
    starting.fill_index()
    filled = time.monotonic()
    for consumer in consumers:  # what happened while the set was lived is dealt with
        move_cursor(consumer.name, log_head())
    if is_sqlite():
        db.session.execute(text("PRAGMA optimize"))
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    posts = db.session.scalar(select(func.count(Post.id))) or 0
    size = f"{posts:,} posts, {LONG:,} of them in one topic of the bench"
    target = "<= 600" if scale == "year3" else ""
    return [
        Figure("loading of the set", loaded - started, "s", target, size),
        Figure("making of the index", filled - filling, "s", "", f"{posts / (filled - filling):,.0f} posts/s"),
    ]


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """The application on the set, in this process."""
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            release(app)


def _topics() -> tuple[list[Place], list[Place], Place]:
    query = select(Topic).join(Category).join(Space).where(Topic.state == "open", Space.visibility == "public")
    query = query.where(Topic.kind != "live_session")
    full = db.session.scalars(query.where(Topic.post_count >= PAGE).order_by(Topic.post_count, Topic.id)).all()
    rooms = db.session.scalars(query.where(Topic.post_count < LONG).order_by(Topic.id).limit(ROOMS))
    return [_place(one) for one in full[:-1]], [_place(one) for one in rooms], _place(full[-1])


def _place(topic: Topic) -> Place:
    from app.forum.addresses import topic_slug

    return Place(topic.id, topic.public_id, f"/topics/{topic.public_id}/{quote(topic_slug(topic))}")


def _list_key() -> tuple[str, int]:
    """The key after which the hundredth page of the list begins, and which page it is."""
    public = select(Topic.last_post_at, Topic.id).join(Category).join(Space).where(Space.visibility == "public")
    listed = public.where(Topic.state.in_(("open", "locked")))
    count = db.session.scalar(select(func.count()).select_from(listed.subquery())) or 0
    page = min(HUNDREDTH, (count - 1) // LIST_PAGE)
    ordered = listed.order_by(Topic.last_post_at.desc(), Topic.id.desc())
    row = db.session.execute(ordered.offset((page - 1) * LIST_PAGE - 1).limit(1)).one()
    return encode_key(*row), page


def _busiest() -> str:
    wrote = select(Post.author_id).where(Post.author_id.is_not(None)).group_by(Post.author_id)
    author = db.session.scalar(wrote.order_by(func.count().desc()).limit(1))
    return db.session.scalars(select(User.handle).where(User.id == author)).one()


def _engine() -> str:
    """What the module of the engine is called, without the last word."""
    from app.search.index import current_index

    return type(current_index().engine).__module__.split(".")[2].removesuffix("_engine").replace("fts", "fts5")


def _suggest(app: Flask) -> str:
    with app.test_request_context("/fr/"):
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == "search.suggest"]
        return str(rules[0].rule).replace("<lang>", "fr") if rules else ""


def _members(app: Flask) -> tuple[list[str], list[str], list[str]]:
    plain = select(User).where(~User.roles.any(), User.status == "active").order_by(User.id)
    members = list(db.session.scalars(plain.limit(max(READERS + WRITERS, CROWD))).unique())
    readers, writers = members[:READERS], members[READERS : READERS + WRITERS]
    crowd = [cookie_of(app, member) for member in members]
    secret = hash_password(PASSWORD)
    with unit_of_work():
        for writer in writers:
            writer.password, writer.trust = secret, 2
    return [cookie_of(app, reader) for reader in readers], crowd, [writer.email or "" for writer in writers]
