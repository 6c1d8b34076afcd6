"""What the composer offers while a name is being typed: members who may read along, tags, emoji."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.db import db
from app.core.slugs import slugify
from app.engagement.models import Tag, Tagging
from app.engagement.queries import TagLabel
from app.forum import policy, queries
from app.forum.models import Category, Post, Space, Topic
from app.terms.queries import label, terms

MOST = 8
_LOOKED_AT = 40
"""Members looked at before those who may not read along are left out."""


def members_like(actor: User, typed: str, space: Space, topic: Topic | None) -> list[User]:
    """Members whose handle or name begins so, who may read the space; those who wrote in the topic come first."""
    wanted = typed.lower().replace("\\", "").replace("%", "").replace("_", r"\_")
    if not wanted:
        return _authors(actor, topic) if topic else []
    name = func.lower(User.display_name)
    fits = or_(
        User.handle.like(f"{wanted}%", escape="\\"),
        name.like(f"{wanted}%", escape="\\"),
        name.like(f"% {wanted}%", escape="\\"),
    )
    query = select(User).where(fits, User.status == "active", User.active.is_(True), User.id != actor.id)
    found = db.session.scalars(query.order_by(User.last_seen_at.desc(), User.id).limit(_LOOKED_AT)).unique()
    readers = [member for member in found if policy.can_see_space(member, space)]
    here = _author_ids(topic) if topic else set()
    return sorted(readers, key=lambda member: member.id not in here)[:MOST]


def _author_ids(topic: Topic) -> set[int]:
    query = select(Post.author_id).where(Post.topic_id == topic.id, Post.state == "visible").distinct().limit(200)
    return {author for author in db.session.scalars(query) if author is not None}


def _authors(actor: User, topic: Topic) -> list[User]:
    query = select(User).where(User.id.in_(_author_ids(topic)), User.status == "active", User.id != actor.id)
    return list(db.session.scalars(query.order_by(User.display_name).limit(MOST)).unique())


def tags_like(actor: User, typed: str, lang: str) -> list[TagLabel]:
    """Themes and the tags of topics that the actor may list, whose name begins so in the interface language."""
    wanted = slugify(typed, 40) if typed else ""
    if wanted == "-":
        return []
    themes = [TagLabel(theme.slug, label(theme.code, lang), theme.code) for theme in terms()]
    found = [tag for tag in themes if slugify(tag.label).startswith(wanted)]
    listed = select(Topic.id).join(Topic.category).join(Category.space).where(queries.listed_topic(actor))
    query = (
        select(Tag.slug, Tag.label, func.count())
        .join(Tagging, Tagging.tag_id == Tag.id)
        .where(
            Tagging.subject_kind == "topic", Tagging.subject_id.in_(listed), ~Tag.is_withdrawn,
            Tag.slug.startswith(wanted, autoescape=True),
        )
        .group_by(Tag.slug, Tag.label)
        .order_by(func.count().desc(), Tag.slug)
        .limit(MOST)
    )  # fmt: skip
    own = {tag.slug for tag in themes}
    found += [TagLabel(slug, words) for slug, words, _count in db.session.execute(query) if slug not in own]
    return found[:MOST]


def place_of(actor: User, at: str) -> tuple[Space, Topic | None] | None:
    """Where a text is written: `topic:<category>`, `reply:<topic>` or `edit:<post>:...`. Raises NotFound."""
    kind, _, rest = at.partition(":")
    name = rest.partition(":")[0].removesuffix("-session").removesuffix("-recap")  # composers of live sessions
    if kind == "topic":
        return queries.get_category(actor, name).space, None
    if kind == "reply":
        topic = queries.get_topic(actor, name)
        return topic.category.space, topic
    if kind == "edit":
        topic = queries.get_post(actor, name).topic
        return topic.category.space, topic
    return None


def similar_rows(ids: Sequence[int], actor: User) -> list[Topic]:
    """Topics of these ids that the actor may list, in the order given."""
    query = (
        select(Topic)
        .join(Topic.category)
        .join(Category.space)
        .options(joinedload(Topic.category))
        .where(Topic.id.in_(ids), queries.listed_topic(actor))
    )
    found = {topic.id: topic for topic in db.session.scalars(query)} if ids else {}
    return [found[topic_id] for topic_id in ids if topic_id in found]
