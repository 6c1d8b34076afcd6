"""How spaces, topics and posts are found, shown, followed and indexed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import Base, db
from app.core.i18n import lazy_pgettext, text_lang, translated
from app.core.markdown import plain
from app.core.slugs import slugify
from app.core.subjects import Link, SearchDocument, SubjectKind, ports, register
from app.forum import policy, queries
from app.forum.listing import tags_of
from app.forum.models import Category, Post, Space, Topic
from app.forum.queries import SHOWN_STATES


def _loader(model: type[Base], *options: Any) -> Any:
    def load(ids: Collection[int]) -> Mapping[int, Any]:
        query = select(model).where(model.id.in_(ids)).options(*options)  # type: ignore[attr-defined]
        return {row.id: row for row in db.session.scalars(query).unique()}  # type: ignore[attr-defined]

    return load


def _by_public_id(model: type[Topic] | type[Post]) -> Any:
    return lambda public_id: db.session.scalars(select(model).where(model.public_id == public_id)).first()


def visibility_of(space: Space) -> tuple[str, ...]:
    """Who finds what is in a space: everyone, members, or its moderators and staff."""
    return {"public": ("public",), "members": ("members",)}.get(space.visibility, (f"space:{space.id}",))


def topic_link(topic: Topic) -> Link:
    """A topic's address in the interface language in force."""
    url = url_for("forum.show_topic", public_id=topic.public_id, slug=slugify(topic.title))
    return Link(url, topic.title, topic.lang, translated(topic.category.title))


def _post_link(post: Post) -> Link:
    url = url_for("forum.show_post", public_id=post.public_id)
    return Link(url, post.topic.title, post.topic.lang, translated(post.topic.category.title))


def _space_link(space: Space) -> Link:
    return Link(url_for("forum.show_space", slug=space.slug), translated(space.title), text_lang(space.title))


def _document(kind: str, row: Topic | Post, topic: Topic, first: Post, revision: int) -> SearchDocument:
    space = topic.category.space
    return SearchDocument(
        kind=kind, id=row.id, lang=first.lang, title=topic.title if kind == "topic" else "", body=plain(first.html),
        author_id=row.author_id, space_id=space.id, date=row.created_at, visibility=visibility_of(space),
        revision=revision, tags=tags_of([topic.id]).get(topic.id, ()) if kind == "topic" else (),
    )  # fmt: skip


def _topic_document(topic_id: int) -> SearchDocument | None:
    topic = db.session.get(Topic, topic_id, populate_existing=True)
    if topic is None or topic.state not in SHOWN_STATES:
        return None
    first = db.session.scalars(select(Post).where(Post.topic_id == topic_id, Post.number == 1)).one()
    return _document("topic", topic, topic, first, topic.version + first.version)


def _post_document(post_id: int) -> SearchDocument | None:
    """The first post is found with its topic, the others by themselves."""
    post = db.session.get(Post, post_id, populate_existing=True)
    if post is None or post.state != "visible" or post.number == 1 or post.topic.state not in SHOWN_STATES:
        return None
    return _document("post", post, post.topic, post, post.version)


_to_space = (joinedload(Topic.category).joinedload(Category.space),)

SPACE = register(
    SubjectKind(
        name="space",
        label=lazy_pgettext("forum", "Spaces"),
        load=_loader(Space),
        visible_to=queries.visible_space_ids,
        link=_space_link,
        has_room=True,
    )
)
TOPIC = register(
    SubjectKind(
        name="topic",
        label=lazy_pgettext("forum", "Topics"),
        load=_loader(Topic, *_to_space),
        visible_to=queries.visible_topic_ids,
        link=topic_link,
        owner_id=lambda topic: topic.author_id,
        by_public_id=_by_public_id(Topic),
        search_document=_topic_document,
        has_room=True,
        is_open=lambda topic: topic.state in SHOWN_STATES,
        may_edit=policy.can_edit_topic,
        length=lambda topic: topic.post_count,
    )
)
POST = register(
    SubjectKind(
        name="post",
        label=lazy_pgettext("forum", "Messages"),
        load=_loader(Post, joinedload(Post.topic).joinedload(Topic.category).joinedload(Category.space)),
        visible_to=queries.visible_post_ids,
        link=_post_link,
        owner_id=lambda post: post.author_id,
        by_public_id=_by_public_id(Post),
        search_document=_post_document,
        room_of=lambda post: f"topic:{post.topic_id}",
        is_open=lambda post: post.state == "visible",
        may_edit=policy.can_edit_post,
    )
)


def _discussion_of(kind: str, subject_id: int) -> Link | None:
    query = select(Topic).where(Topic.linked_kind == kind, Topic.linked_id == subject_id)
    topic = db.session.scalars(query).first()
    return topic_link(topic) if topic and topic.state in SHOWN_STATES else None


ports.discussion_of = _discussion_of
