"""Takes the demonstration set away, whole, and nothing else: what real people wrote beside it stays.

The set is known by its members, who are flagged: what they opened and wrote is the set's, and so are the spaces that
carry its names, while nobody else has written in them. Logs stay, but for entries about rows that are gone: a database
may give their numbers away again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Role, User
from app.accounts.policy import OPERATOR
from app.core.audit import audit
from app.core.db import Base, db
from app.core.errors import Conflict
from app.core.events import EventRow, LiveRoom, unit_of_work
from app.demo.reading import read_spaces
from app.demo.sign_ins import FILE
from app.engagement.models import Reaction, ReactionCount, Tag, Tagging
from app.forum.models import Category, Post, Space, Topic
from app.forum.moving.carrying import recount

CHUNK = 500
Doomed = dict[str, set[int]]
"""Ids of rows to be removed, by table."""
KIND_TABLES = {"member": "member", "topic": "topic", "post": "post", "space": "space", "category": "category",
               "file": "attachment", "message": "post"}  # fmt: skip


@dataclass(frozen=True)
class Cleared:
    """What was removed."""

    members: int
    topics: int
    posts: int
    spaces: int


class RealWords(Conflict):
    """Real members wrote in topics of the set."""


def clear(var: Path, *, with_replies: bool = False) -> Cleared:
    """Remove the set. Raises RealWords where real members wrote in its topics, unless their words may go too."""
    doomed = find_set()
    if not doomed["member"]:
        return Cleared(0, 0, 0, 0)
    if not with_replies and (count := real_words(doomed)):
        raise RealWords(
            f"Real members wrote {count} messages in topics of the set: give --with-replies to remove them too."
        )
    with unit_of_work() as session:
        touched = _touched_categories(doomed) - doomed["category"]
        counted = _reactions_elsewhere(doomed)
        tags = _tags_of(doomed)
        _close_over(session, doomed)
        cleared = Cleared(*(len(doomed[name]) for name in ("member", "topic", "post", "space")))
        _forget_loose(session, doomed)
        _close_rooms(session, doomed)
        _remove(session, doomed)
        _drop_unused_tags(session, tags)
        session.expire_all()
        _count_reactions(session, counted)
        recount(touched)
        audit(OPERATOR, "demo_cleared", "site", 0, members=cleared.members, topics=cleared.topics, posts=cleared.posts)
    (var / FILE).unlink(missing_ok=True)
    return cleared


def find_set() -> Doomed:
    """The set as it stands: its members, their topics with all in them, spaces where nobody else has written."""
    doomed: Doomed = defaultdict(set)
    doomed["member"] = _ids(select(User.id).where(User.is_demo))
    demo = select(User.id).where(User.is_demo)
    doomed["topic"] = _ids(select(Topic.id).where(Topic.author_id.in_(demo)))
    doomed["post"] = {
        row for part in _parts(doomed["topic"]) for row in _ids(select(Post.id).where(Post.topic_id.in_(part)))
    }
    if doomed["member"]:
        slugs = [(space["slug"], [shelf["slug"] for shelf in space["category"]]) for space in read_spaces()["space"]]
        shelves = [slug for _space, named in slugs for slug in named]
        real = exists().where(Topic.category_id == Category.id, Topic.author_id.not_in(demo))
        doomed["category"] = _ids(select(Category.id).where(Category.slug.in_(shelves), ~real))
        kept = exists().where(Category.space_id == Space.id, Category.id.not_in(doomed["category"]))
        doomed["space"] = _ids(select(Space.id).where(Space.slug.in_([slug for slug, _named in slugs]), ~kept))
    return doomed


def real_words(doomed: Doomed) -> int:
    """How many messages of real members stand in topics of the set."""
    count = 0
    for part in _parts(doomed["topic"]):
        query = select(func.count(Post.id)).join(User, User.id == Post.author_id)
        count += db.session.scalar(query.where(Post.topic_id.in_(part), User.is_demo.is_(False))) or 0
    return count


def _close_over(session: Session, doomed: Doomed) -> None:
    """Add what cannot be without what goes: rows that point to it, and rows about it."""
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        if len(keys) != 1 or keys[0].type.python_type is not int:
            continue
        for condition in (*_hanging_on(table, doomed), *_about(table, doomed)):
            doomed[table.name] |= set(session.scalars(select(keys[0]).where(condition)))


def _remove(session: Session, doomed: Doomed) -> None:
    """Delete from the leaves to the roots; what only mentions a row that goes mentions nobody."""
    for table in reversed(Base.metadata.sorted_tables):
        for column, parent in _pointers(table):
            if column.nullable:
                for part in _parts(doomed[parent]):
                    session.execute(update(table).where(column.in_(part)).values({column.name: None}))
        for condition in (*_hanging_on(table, doomed), *_about(table, doomed)):
            session.execute(delete(table).where(condition))
        keys = list(table.primary_key.columns)
        for part in _parts(doomed.get(table.name, ())):
            session.execute(delete(table).where(keys[0].in_(part)))


def _pointers(table: Table) -> Iterator[tuple[Column[Any], str]]:
    for column in table.columns:
        for key in column.foreign_keys:
            yield column, key.column.table.name


def _hanging_on(table: Table, doomed: Doomed) -> Iterator[ColumnElement[bool]]:
    """Conditions of the rows that must point to something, and point to what goes."""
    for column, parent in _pointers(table):
        if not column.nullable:
            yield from (column.in_(part) for part in _parts(doomed[parent]))


def _about(table: Table, doomed: Doomed) -> Iterator[ColumnElement[bool]]:
    """Conditions of the rows that are about what goes, by kind and number."""
    columns = table.columns
    kind = columns.get("subject_kind") if "subject_kind" in columns else columns.get("kind")
    if kind is None or "subject_id" not in columns:
        return
    for name, parent in KIND_TABLES.items():
        yield from (and_(kind == name, columns["subject_id"].in_(part)) for part in _parts(doomed[parent]))


def _forget_loose(session: Session, doomed: Doomed) -> None:
    """What names rows by number alone: roles in spaces, accepted answers, words of the set in other people's topics."""
    for part in _parts(doomed["space"]):
        session.execute(delete(Role).where(Role.space_id.in_(part)))
    for part in _parts(doomed["post"]):
        session.execute(update(Topic).where(Topic.accepted_post_id.in_(part)).values(accepted_post_id=None))
    for part in _parts(doomed["member"]):
        gone = update(Post).where(Post.author_id.in_(part), Post.topic_id.not_in(doomed["topic"]))
        session.execute(gone.values(state="removed", body="", html="", version=Post.version + 1))


def _close_rooms(session: Session, doomed: Doomed) -> None:
    """The live rooms of what goes, with what was said in them: their numbers may be given away again."""
    names = [f"{room}:{row}" for room, rows in (("topic", "topic"), ("space", "space"), ("user", "member"))
             for row in sorted(doomed[rows])]  # fmt: skip
    names += [f"topic:{row}:mod" for row in sorted(doomed["topic"])]
    for start in range(0, len(names), CHUNK):
        part = names[start : start + CHUNK]
        session.execute(delete(EventRow).where(EventRow.room.in_(part)))
        session.execute(delete(LiveRoom).where(LiveRoom.name.in_(part)))


def _touched_categories(doomed: Doomed) -> set[int]:
    found: set[int] = set()
    for part in _parts(doomed["topic"]):
        found |= _ids(select(Topic.category_id).where(Topic.id.in_(part)))
    for part in _parts(doomed["member"]):
        found |= _ids(select(Topic.category_id).join(Post, Post.topic_id == Topic.id).where(Post.author_id.in_(part)))
    return found


def _reactions_elsewhere(doomed: Doomed) -> set[tuple[str, int, str]]:
    """What members of the set reacted to that stays."""
    found: set[tuple[str, int, str]] = set()
    for part in _parts(doomed["member"]):
        query = select(Reaction.subject_kind, Reaction.subject_id, Reaction.code).where(Reaction.user_id.in_(part))
        found |= {(str(kind), int(row), str(code)) for kind, row, code in db.session.execute(query)}
    return {(kind, row, code) for kind, row, code in found if row not in doomed[KIND_TABLES.get(kind, kind)]}


def _count_reactions(session: Session, touched: Iterable[tuple[str, int, str]]) -> None:
    for kind, row, code in touched:
        same = (Reaction.subject_kind == kind, Reaction.subject_id == row, Reaction.code == code)
        left = session.scalar(select(func.count()).where(*same)) or 0
        count = (ReactionCount.subject_kind == kind, ReactionCount.subject_id == row, ReactionCount.code == code)
        if left:
            session.execute(update(ReactionCount).where(*count).values(count=left))
        else:
            session.execute(delete(ReactionCount).where(*count))


def _tags_of(doomed: Doomed) -> set[int]:
    """Tags that topics of the set bear."""
    found: set[int] = set()
    for part in _parts(doomed["topic"]):
        borne = select(Tagging.tag_id).where(Tagging.subject_kind == "topic", Tagging.subject_id.in_(part))
        found |= _ids(borne)
    return found


def _drop_unused_tags(session: Session, tags: set[int]) -> None:
    """Of these tags, those that nothing bears, orders or groups any more."""
    for part in _parts(tags):
        used = [exists().where(Tagging.tag_id == Tag.id)]
        for table in Base.metadata.sorted_tables:
            if table.name not in {Tagging.__tablename__, Tag.__tablename__}:
                used += [exists().where(column == Tag.id) for column, parent in _pointers(table) if parent == "tag"]
        session.execute(delete(Tag).where(Tag.id.in_(part), ~or_(*used)))


def _ids(query: Any) -> set[int]:
    return {int(row) for row in db.session.scalars(query)}


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids in lists that every database takes."""
    ordered = sorted(ids)
    yield from (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))
