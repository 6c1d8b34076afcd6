"""Loads the demonstration set: composed first, written in one unit of work, so that it is there whole or not at all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from flask_security.utils import hash_password
from sqlalchemy import exists, select

from app.accounts.models import User
from app.core.db import db, now, take_stock
from app.core.errors import Conflict
from app.core.events import unit_of_work
from app.demo.bulk.loading import load_volume
from app.demo.networks import set_live_times
from app.demo.people import Person, generated_people, set_joined, written_people
from app.demo.phrases import generated_talks, introductions
from app.demo.reading import read_spaces, read_talks
from app.demo.rows import NUMBERED, make_rows
from app.demo.scales import Scale, Volume, composed, volume_of
from app.demo.sign_ins import draw_password, keep_password
from app.demo.tables import Report, Tables, highest_ids, insert_all
from app.demo.talks import Talk, set_times
from app.engagement.models import Tag, Tagging
from app.forum.models import Post, Space, Topic

SEED = 42


class DemoRefused(Conflict):
    """The set is not loaded; the reason says why."""


@dataclass(frozen=True)
class Loaded:
    """What a load wrote."""

    members: int
    topics: int
    posts: int

    def with_more(self, volume: Volume) -> Loaded:
        """The same with what was bulk-loaded beside it."""
        return Loaded(self.members + volume.members, self.topics + volume.topics, self.posts + volume.posts)


def is_loaded() -> bool:
    """Whether a demonstration set is there."""
    return bool(db.session.scalar(select(exists().where(User.is_demo))))


def has_real_members() -> bool:
    """Whether people use this platform."""
    return bool(db.session.scalar(select(exists().where(User.is_demo.is_(False)))))


def load(scale: str, var: Path, report: Report = lambda *_: None, force: bool = False) -> Loaded:
    """Write the set of a scale. Raises DemoRefused where one is there, or where real members are and not `force`."""
    if is_loaded():
        raise DemoRefused("A demonstration set is there already.")
    if has_real_members() and not force:
        raise DemoRefused("This database has real members. Give --force to add invented ones beside them.")
    _refuse_taken_names()
    volume, until = volume_of(scale), now()
    tables = compose(composed(scale), until, Tables(highest_ids(db.session(), NUMBERED)), report)
    password = draw_password()
    _add_secrets(tables, password)
    _share_tags(tables)
    with unit_of_work() as session:
        insert_all(session, tables, report)
        if volume:
            load_volume(session, volume, var, until, report)
    take_stock()
    keep_password(var, password)
    loaded = Loaded(*(len(tables.rows[table]) for table in (User, Topic, Post)))
    return loaded.with_more(volume) if volume else loaded


def compose(scale: Scale, until: datetime, tables: Tables, report: Report = lambda *_: None) -> Tables:
    """The rows of a set as it would stand at a moment: the same ones every time."""
    rng = Random(SEED)  # noqa: S311 - nothing secret is drawn from it
    people = written_people() + generated_people(scale.members, rng)
    talks = _written_talks(people, until, rng)
    if scale.topics:
        talks += generated_talks(scale.topics, scale.posts, people, until, rng)
    for talk in talks:
        set_times(talk, until, rng)
        set_live_times(talk, until)
    set_joined(people, talks, until, rng)
    return make_rows(people, talks, until, rng, tables, report)


def _written_talks(people: list[Person], until: datetime, rng: Random) -> list[Talk]:
    talks = []
    for talk, missing in read_talks():
        spoken = {line.by for line in talk.lines}
        silent = [person for person in people if person.handle not in spoken and not person.role]
        talk.lines += introductions(missing, silent, until, rng) if missing else []
        talks.append(talk)
    return talks


def _refuse_taken_names() -> None:
    """The set has addresses of its own, which a platform in use may have given away."""
    slugs = [space["slug"] for space in read_spaces()["space"]]
    handles = [person.handle for person in written_people()]
    taken = [
        *db.session.scalars(select(Space.slug).where(Space.slug.in_(slugs))),
        *db.session.scalars(select(User.handle).where(User.handle.in_(handles))),
    ]
    if taken:
        raise DemoRefused(f"Names of the set are taken on this platform: {', '.join(taken)}.")


def _share_tags(tables: Tables) -> None:
    """Topics of the set bear the tags that the platform has already, under their own numbers."""
    there = {str(slug): int(row) for row, slug in db.session.execute(select(Tag.id, Tag.slug))}
    known = {row["id"]: there[row["slug"]] for row in tables.rows.get(Tag, ()) if row["slug"] in there}
    if known:
        tables.rows[Tag] = [row for row in tables.rows[Tag] if row["id"] not in known]
        for row in tables.rows[Tagging]:
            row["tag_id"] = known.get(row["tag_id"], row["tag_id"])


def _add_secrets(tables: Tables, password: str) -> None:
    """What must differ from one platform to the next."""
    signing_in = {person.handle for person in written_people() if person.signs_in}
    for row in tables.rows[User]:
        row["fs_uniquifier"] = uuid.uuid4().hex
        row["password"] = hash_password(password) if row["handle"] in signing_in else None
