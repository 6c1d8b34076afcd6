"""What a member has noted for themselves: bookmarks and follows, each with its subject as they may see it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.pagination import KeyPage, key_page
from app.core.policy import Actor
from app.core.subjects import Link, kind, kinds
from app.engagement.bookmarking import fold
from app.engagement.models import Bookmark, Follow, FollowPreference

SIZE = 30
FOLLOWED = ("topic", "category", "space", "tag", "member")
"""Kinds that members follow, in the order of their tabs."""


@dataclass(frozen=True)
class Noted:
    """A bookmark or a follow with its subject; `link` is None for what the member may no longer see."""

    row: Any
    link: Link | None
    label: Any = ""


def bookmarks_page(actor: Actor, words: str, view: str, after: str | None) -> KeyPage[Noted]:
    """One page of the actor's bookmarks, newest first: those whose notes have all of the words; "due" ones alone."""
    statement = select(Bookmark).where(Bookmark.user_id == (actor.actor_id or 0))
    for word in fold(words).split():
        statement = statement.where(Bookmark.folded.contains(word, autoescape=True))
    if view == "reminders":
        statement = statement.where(Bookmark.remind_at.is_not(None))
    elif view == "due":
        statement = statement.where(Bookmark.reminded_at.is_not(None))
    moment, row_id = Bookmark.created_at, Bookmark.id
    return key_page(
        lambda chosen: _noted(actor, db.session.scalars(chosen).all()), statement, moment, row_id,
        lambda noted: (noted.row.created_at, noted.row.id), after, SIZE,
    )  # fmt: skip


def follows_page(actor: Actor, kind_name: str, after: str | None) -> KeyPage[Noted]:
    """One page of what the actor follows of one kind, the latest chosen first."""
    mine = (Follow.user_id == (actor.actor_id or 0), Follow.subject_kind == kind_name)
    statement: Select[Any] = select(Follow).where(*mine)
    return key_page(
        lambda chosen: _noted(actor, db.session.scalars(chosen).all()), statement, Follow.created_at, Follow.subject_id,
        lambda noted: (noted.row.created_at, noted.row.subject_id), after, SIZE,
    )  # fmt: skip


def follow_counts(actor: Actor) -> dict[str, int]:
    """How many subjects of each kind the actor has chosen a level for."""
    query = select(Follow.subject_kind, func.count()).where(Follow.user_id == (actor.actor_id or 0))
    return dict(db.session.execute(query.group_by(Follow.subject_kind)).all())


def get_bookmark(actor: Actor, bookmark_id: int) -> Bookmark:
    """One's own bookmark. Raises NotFound."""
    query = select(Bookmark).where(Bookmark.id == bookmark_id, Bookmark.user_id == (actor.actor_id or 0))
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def noted_one(actor: Actor, mark: Bookmark) -> Noted:
    """A bookmark with its subject."""
    return _noted(actor, [mark])[0]


def tracks_replied(user_id: int) -> bool:
    """Whether what a member takes part in is tracked from then on."""
    found = db.session.get(FollowPreference, user_id, populate_existing=True)
    return found.tracks_replied if found else True


def _noted(actor: Actor, rows: Sequence[Bookmark] | Sequence[Follow]) -> list[Noted]:
    links = _links(actor, ((row.subject_kind, row.subject_id) for row in rows))
    known = {one.name: one for one in kinds()}
    return [
        Noted(row, links.get((row.subject_kind, row.subject_id)), known[row.subject_kind].label_of_one)
        if row.subject_kind in known
        else Noted(row, None)
        for row in rows
    ]


def _links(actor: Actor, named: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Link]:
    """The way to each subject that the actor may see, read together by kind."""
    known, ids = {one.name for one in kinds()}, defaultdict[str, list[int]](list)
    for name, subject_id in named:
        if name in known:
            ids[name].append(subject_id)
    links = {}
    for name, wanted in ids.items():
        declared = kind(name)
        seen = declared.visible_to(actor, wanted)
        for subject_id, subject in declared.load(sorted(seen)).items():
            links[name, subject_id] = declared.link(subject)
    return links
