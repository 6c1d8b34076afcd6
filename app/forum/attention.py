"""How much attention a member gives a topic: what they chose for it, else for what it belongs to.

The most specific choice counts: the topic itself; its tags and its author, of which the closest counts; its category;
its space. Without any choice a topic is "normal". What is muted leaves the lists of latest and new topics and stays
where it can be reached.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.core.db import Id, db
from app.core.policy import Actor
from app.engagement.models import FOLLOW_LEVELS, Follow, ReadMarker, Tagging
from app.engagement.queries import Engagement
from app.forum.models import Category, Space, Topic
from app.forum.queries import listed_topic

RANKS = {level: len(FOLLOW_LEVELS) - 1 - place for place, level in enumerate(FOLLOW_LEVELS)}
"""watching 3, tracking 2, normal 1, muted 0."""
AROUND = ("space", "category", "tag", "member")
"""Kinds that a topic belongs to, the least specific first."""
Chosen = tuple[tuple[str, int, str], ...]
"""Kind, id and level of each."""
_mine = aliased(Follow)


@dataclass(frozen=True)
class Attention:
    """What a member chose to follow, and how closely. Statements made with it ask for the member as `me`."""

    around: Chosen = ()
    has_topics: bool = False
    """Whether they chose for any topic by itself."""

    @property
    def is_plain(self) -> bool:
        """Whether every topic is normal to them."""
        return not self.around and not self.has_topics


def attention_of(actor: Actor) -> Attention | None:
    """What an actor follows; None for visitors. One query, whatever the number of topics followed."""
    if actor.is_visitor or actor.actor_id is None:
        return None
    found = db.session.execute(_OWN, {"me": actor.actor_id}).all()
    around = tuple(sorted((kind, subject_id, level) for kind, subject_id, level in found if kind != "topic"))
    return Attention(around, has_topics=len(around) < len(found))


_ME = bindparam("me", type_=Id)
_OWN = union_all(
    select(Follow.subject_kind, Follow.subject_id, Follow.level).where(
        Follow.user_id == _ME, Follow.subject_kind.in_(AROUND)
    ),
    select(literal("topic"), literal(0), literal("")).where(
        select(Follow.user_id).where(Follow.user_id == _ME, Follow.subject_kind == "topic").exists()
    ),
)
"""Built once: building it costs more than running it, and every list of a member asks it."""


def weighed(statement: Select[Any], attention: Attention, leaving: Collection[str] = ()) -> tuple[Select[Any], Any]:
    """A statement of topics joined to category and space, with the rank of each topic beside it.

    Kinds of `leaving` are left out: who opens a muted category reads what is in it.
    """
    whens: list[tuple[Any, Any]] = []
    if attention.has_topics:
        own = and_(_mine.user_id == _ME, _mine.subject_kind == "topic", _mine.subject_id == Topic.id)
        statement = statement.outerjoin(_mine, own)
        whens += [(_mine.level == level, rank) for level, rank in RANKS.items()]
    around = tuple(chosen for chosen in attention.around if chosen[0] not in leaving)
    for level, rank in RANKS.items():
        if close := [_is_about(kind, ids) for kind in ("tag", "member") if (ids := _at(around, kind, level))]:
            whens.append((or_(*close), rank))
    for kind in ("category", "space"):
        whens += [(_is_about(kind, ids), rank) for level, rank in RANKS.items() if (ids := _at(around, kind, level))]
    return statement, case(*whens, else_=RANKS["normal"]) if whens else literal(RANKS["normal"])


def _at(around: Chosen, kind: str, level: str) -> list[int]:
    return [subject_id for of_kind, subject_id, chosen in around if (of_kind, chosen) == (kind, level)]


def _is_about(kind: str, ids: Collection[int]) -> ColumnElement[bool]:
    if kind == "tag":
        tagged = select(Tagging.subject_id).where(Tagging.subject_kind == "topic", Tagging.tag_id.in_(ids))
        return Topic.id.in_(tagged)
    column = {"member": Topic.author_id, "category": Topic.category_id, "space": Space.id}[kind]
    return column.in_(ids)


def level_for(topic: Topic, engagement: Engagement) -> str:
    """How closely the reader follows a topic, with all it belongs to: what its page shows as chosen."""
    if engagement.level:
        return engagement.level
    levels = engagement.levels
    near = [levels.get(("tag", tag_id)) for tag_id in engagement.tag_ids] + [
        levels.get(("member", topic.author_id or 0))
    ]
    closest = max((level for level in near if level), key=RANKS.__getitem__, default=None)
    shelf = levels.get(("category", topic.category_id))
    return closest or shelf or levels.get(("space", topic.category.space_id)) or "normal"


def unread_followed(actor: Actor) -> int:
    """How many topics that a member watches or tracks have something they have not read."""
    attention = attention_of(actor)
    if attention is None or attention.is_plain:
        return 0
    read = and_(
        ReadMarker.subject_kind == "topic", ReadMarker.subject_id == Topic.id,
        ReadMarker.user_id == _ME,
    )  # fmt: skip
    base = select(func.count()).select_from(Topic).join(Topic.category).join(Category.space).outerjoin(ReadMarker, read)
    statement, rank = weighed(base, attention)
    behind = or_(ReadMarker.last_number.is_(None), ReadMarker.last_number < Topic.post_count)
    counted = statement.where(rank >= RANKS["tracking"], behind, listed_topic(actor))
    return db.session.scalar(counted, {"me": actor.actor_id}) or 0
