"""Tags as readers meet them: those of topics that they may see, and how many topics bear each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, literal, or_, select, tuple_

from app.core.db import db
from app.core.policy import Actor, require
from app.engagement.models import Tag, Tagging, TagGroup, TagGroupMember, TagSynonym
from app.engagement.policy import can_keep_tags
from app.engagement.queries import TagLabel, tag_label
from app.forum.models import Category, Topic
from app.forum.queries import listed_topic

SIZE = 100
LONGEST_NUMBER = 12
"""Digits of the largest number that a key holds; databases take no longer ones."""


@dataclass(frozen=True)
class TagCount:
    """A tag with the number of topics that bear it, of those the reader may see."""

    id: int
    label: TagLabel
    count: int


@dataclass(frozen=True)
class TagPage:
    """Some tags and the key of those after them; empty where there are none."""

    rows: list[TagCount]
    next_key: str


def tags_in_use(actor: Actor, words: str = "", after: str = "") -> TagPage:
    """One page of tags, the most used first, of those in whose name or slug the words are."""
    count = func.count(Tagging.subject_id)
    query = (
        select(Tag.id, Tag.slug, Tag.label, count)
        .join(Tagging, Tagging.tag_id == Tag.id)
        .join(Topic, Topic.id == Tagging.subject_id)
        .join(Topic.category)
        .join(Category.space)
        .where(Tagging.subject_kind == "topic", listed_topic(actor))
        .group_by(Tag.id, Tag.slug, Tag.label)
        .order_by(count.desc(), Tag.id)
        .limit(SIZE + 1)
    )
    if words:
        query = query.where(or_(Tag.label.icontains(words, autoescape=True), Tag.slug.contains(words, autoescape=True)))
    if key := _key(after):
        query = query.having(tuple_(-count, Tag.id) > tuple_(literal(-key[0]), literal(key[1])))
    found = [
        TagCount(tag_id, tag_label(slug, label), number) for tag_id, slug, label, number in db.session.execute(query)
    ]
    rows = found[:SIZE]
    return TagPage(rows, f"{rows[-1].count}-{rows[-1].id}" if len(found) > SIZE else "")


@dataclass(frozen=True)
class KeptTag:
    """A tag as those see it who keep the tags in order: with its state, what leads to it, and how often it stands."""

    tag: Tag
    label: TagLabel
    count: int
    """Topics that bear it, hidden ones too."""
    synonyms: tuple[TagSynonym, ...]


def tags_for_keeping(actor: Actor, words: str = "", after: int = 0, size: int = SIZE) -> list[KeptTag]:
    """Every tag with an id above `after`, used or not, in the order of ids: one more than `size` tells of a next page.

    Raises NotAllowed.
    """
    require(can_keep_tags(actor))
    borne = select(func.count()).where(Tagging.tag_id == Tag.id).correlate(Tag).scalar_subquery()
    query = select(Tag, borne).where(Tag.id > after).order_by(Tag.id).limit(size + 1)
    if words:
        query = query.where(or_(Tag.label.icontains(words, autoescape=True), Tag.slug.contains(words, autoescape=True)))
    found = db.session.execute(query).all()
    synonyms: dict[int, list[TagSynonym]] = defaultdict(list)
    leading = select(TagSynonym).where(TagSynonym.tag_id.in_([tag.id for tag, _count in found]))
    for synonym in db.session.scalars(leading.order_by(TagSynonym.slug)):
        synonyms[synonym.tag_id].append(synonym)
    return [KeptTag(tag, tag_label(tag.slug, tag.label), count, tuple(synonyms[tag.id])) for tag, count in found]


def kept_tag(actor: Actor, tag: Tag) -> KeptTag:
    """One tag as those see it who keep the tags in order. Raises NotAllowed."""
    return tags_for_keeping(actor, after=tag.id - 1, size=1)[0]


def tag_groups() -> dict[TagGroup, list[Tag]]:
    """Every group with its tags, in the order in which they were made."""
    query = (
        select(TagGroup, Tag)
        .outerjoin(TagGroupMember, TagGroupMember.group_id == TagGroup.id)
        .outerjoin(Tag, Tag.id == TagGroupMember.tag_id)
        .order_by(TagGroup.id, Tag.slug)
    )
    groups: dict[TagGroup, list[Tag]] = {}
    for group, tag in db.session.execute(query):
        members = groups.setdefault(group, [])
        if tag is not None:
            members.append(tag)
    return groups


def _key(after: str) -> tuple[int, int] | None:
    count, _, tag_id = after.partition("-")
    if not (count.isdecimal() and tag_id.isdecimal() and max(len(count), len(tag_id)) <= LONGEST_NUMBER):
        return None
    return int(count), int(tag_id)


def siblings_of(actor: Actor, tag_id: int) -> list[TagCount]:
    """The other tags of its groups that are borne by topics the actor may see, in the order of their labels."""
    groups = select(TagGroupMember.group_id).where(TagGroupMember.tag_id == tag_id)
    query = (
        select(Tag.id, Tag.slug, Tag.label, func.count(Tagging.subject_id))
        .join(TagGroupMember, TagGroupMember.tag_id == Tag.id)
        .join(Tagging, Tagging.tag_id == Tag.id)
        .join(Topic, Topic.id == Tagging.subject_id)
        .join(Topic.category)
        .join(Category.space)
        .where(
            TagGroupMember.group_id.in_(groups), Tag.id != tag_id, Tagging.subject_kind == "topic", listed_topic(actor)
        )
        .group_by(Tag.id, Tag.slug, Tag.label)
    )
    found = [TagCount(one, tag_label(slug, label), number) for one, slug, label, number in db.session.execute(query)]
    return sorted(found, key=lambda tag: tag.label.label)
