"""Spaces and categories as pages of lists need them: narrow rows, by one statement for all readers of one reach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, select

from app.core.db import db
from app.core.i18n import text_lang, translated
from app.core.policy import Actor
from app.forum import policy
from app.forum.models import Category, Space
from app.forum.reach import Reach, reach_of, seen_by


class Door(NamedTuple):
    """A space as one goes in."""

    id: int
    slug: str
    title: Mapping[str, str]
    description: Mapping[str, str]


class _Space(NamedTuple):
    """What policies ask of a space."""

    id: int
    visibility: str
    posting: str
    archived_at: datetime | None

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class _Shelf(NamedTuple):
    """What policies ask of a category, with its names."""

    slug: str
    title: Mapping[str, str]
    is_locked: bool
    archived_at: datetime | None
    space_id: int
    space: _Space


Shelf = tuple[str, str, str]
"""Slug, title and its language."""


def doors(actor: Actor) -> list[Door]:
    """Every space that the actor may see, in order."""
    return [Door._make(row) for row in db.session.execute(_doors(reach_of(actor)))]


def seen_spaces(actor: Actor) -> list[int]:
    """Ids of the spaces that the actor may see, in order."""
    return list(db.session.scalars(_ids(reach_of(actor))))


def open_shelves(actor: Actor) -> tuple[list[int], tuple[Shelf, ...]]:
    """Ids of the spaces that the actor may see, and the categories in which they may open a topic, in order."""
    if actor.is_visitor:
        return seen_spaces(actor), ()
    spaces: list[int] = []
    shelves: list[Shelf] = []
    for of_space, rows in groupby(db.session.execute(_shelves(reach_of(actor))), key=lambda row: row[: len(_SPACE)]):
        space = _Space._make(of_space)
        spaces.append(space.id)
        for slug, title, *rest in (row[len(_SPACE) :] for row in rows):
            shelf = _Shelf._make((slug, title, *rest, space.id, space))
            if slug is not None and policy.can_open_topic(actor, cast(Category, shelf)):
                shelves.append((slug, translated(title), text_lang(title)))
    return spaces, tuple(shelves)


_DOOR: tuple[Any, ...] = (Space.id, Space.slug, Space.title, Space.description)
_SPACE: tuple[Any, ...] = (Space.id, Space.visibility, Space.posting, Space.archived_at)
_SHELF: tuple[Any, ...] = (Category.slug, Category.title, Category.is_locked, Category.archived_at)


@lru_cache(maxsize=512)
def _doors(reach: Reach) -> Select[Any]:
    return select(*_DOOR).where(seen_by(reach)).order_by(Space.position)


@lru_cache(maxsize=512)
def _ids(reach: Reach) -> Select[Any]:
    return select(Space.id).where(seen_by(reach)).order_by(Space.position)


@lru_cache(maxsize=512)
def _shelves(reach: Reach) -> Select[Any]:
    return (
        select(*_SPACE, *_SHELF)
        .outerjoin(Category, Category.space_id == Space.id)
        .where(seen_by(reach))
        .order_by(Space.position, Space.id, Category.position)
    )
