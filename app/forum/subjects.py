"""How spaces, topics and posts are found, shown, followed and indexed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import IDS, Base, db
from app.core.i18n import lazy_pgettext, text_lang, translated
from app.core.policy import Actor
from app.core.subjects import EVERY_SPACE, Link, SubjectKind, ports, register
from app.forum import policy, queries
from app.forum.addresses import topic_url
from app.forum.documents import post_documents, token_of, topic_documents
from app.forum.models import Category, Post, Space, Topic
from app.forum.order.oversight import POST_OVERSIGHT, TOPIC_OVERSIGHT
from app.forum.queries import SHOWN_STATES
from app.forum.reach import moderated_spaces
from app.forum.reading.shelves import seen_spaces


def _loader(model: type[Base], *options: Any) -> Any:
    query = select(model).where(model.id.in_(IDS)).options(*options)  # type: ignore[attr-defined]

    def load(ids: Collection[int]) -> Mapping[int, Any]:
        return {row.id: row for row in db.session.scalars(query, {"ids": list(ids)}).unique()}  # type: ignore[attr-defined]

    return load


def _by_public_id(model: type[Topic] | type[Post]) -> Any:
    return lambda public_id: db.session.scalars(select(model).where(model.public_id == public_id)).first()


def _audiences(actor: Actor) -> Collection[str]:
    if moderated_spaces(actor) is None:
        return {EVERY_SPACE}
    return {token_of(space_id) for space_id in seen_spaces(actor)}


class _Called(NamedTuple):
    """A category, as what is in it names it."""

    title: Mapping[str, str]


class _Topic(NamedTuple):
    """What the link of a topic needs of it."""

    public_id: str
    title: str
    lang: str
    category: _Called


class _Post(NamedTuple):
    """What the link of a message needs of it."""

    public_id: str
    topic: _Topic


_TOPIC: tuple[Any, ...] = (Topic.public_id, Topic.title, Topic.lang, Category.title)
_TOPICS = select(Topic.id, *_TOPIC).join(Topic.category).where(Topic.id.in_(IDS))
_POSTS = select(Post.id, Post.public_id, *_TOPIC).join(Post.topic).join(Topic.category).where(Post.id.in_(IDS))
_SPACES = select(Space.id, Space.slug, Space.title).where(Space.id.in_(IDS))


def _narrow(public_id: str, title: str, lang: str, category: Mapping[str, str]) -> _Topic:
    return _Topic(public_id, title, lang, _Called(category))


def _named_topics(ids: Collection[int]) -> Mapping[int, _Topic]:
    return {row[0]: _narrow(*row[1:]) for row in db.session.execute(_TOPICS, {"ids": list(ids)})}


def _named_posts(ids: Collection[int]) -> Mapping[int, _Post]:
    return {row[0]: _Post(row[1], _narrow(*row[2:])) for row in db.session.execute(_POSTS, {"ids": list(ids)})}


def _named_spaces(ids: Collection[int]) -> Mapping[int, Any]:
    return {row.id: row for row in db.session.execute(_SPACES, {"ids": list(ids)})}


def topic_link(topic: Topic | _Topic) -> Link:
    """A topic's address in the interface language in force."""
    return Link(topic_url(topic), topic.title, topic.lang, translated(topic.category.title))


def _post_link(post: Post | _Post) -> Link:
    url = url_for("forum.show_post", public_id=post.public_id)
    return Link(url, post.topic.title, post.topic.lang, translated(post.topic.category.title))


def _space_link(space: Space) -> Link:
    return Link(url_for("forum.show_space", slug=space.slug), translated(space.title), text_lang(space.title))


def _category_link(shelf: Category) -> Link:
    url = url_for("forum.show_category", slug=shelf.slug)
    return Link(url, translated(shelf.title), text_lang(shelf.title), translated(shelf.space.title))


_to_space = (joinedload(Topic.category).joinedload(Category.space),)


def _topics_of(ids: Collection[int]) -> Mapping[str, Collection[int]]:
    """A topic's last activity and its states follow from its posts."""
    topics = select(Post.topic_id).where(Post.id.in_(ids)).distinct()
    return {"topic": db.session.scalars(topics).all()}


def _replies_to(topic_ids: Collection[int]) -> Mapping[str, Collection[int]]:
    """Replies are found by the title and the tags of their topic."""
    replies = select(Post.id).where(Post.topic_id.in_(topic_ids), Post.number > 1)
    return {"post": db.session.scalars(replies).all()}


def _topic_of(ids: Collection[int]) -> Mapping[int, tuple[str, int]]:
    rows = db.session.execute(select(Post.id, Post.topic_id).where(Post.id.in_(ids)))
    return {post_id: ("topic", topic_id) for post_id, topic_id in rows}


def _topics_in(category_ids: Collection[int]) -> Mapping[str, Collection[int]]:
    """What is in a category is archived and brought back with it."""
    return {"topic": db.session.scalars(select(Topic.id).where(Topic.category_id.in_(category_ids))).all()}


def _ids(model: type[Topic] | type[Post] | type[Space]) -> Callable[[int, int], Sequence[int]]:
    def ids(after: int, limit: int) -> Sequence[int]:
        return db.session.scalars(select(model.id).where(model.id > after).order_by(model.id).limit(limit)).all()

    return ids


SPACE = register(
    SubjectKind(
        name="space",
        label=lazy_pgettext("forum", "Spaces"),
        load=_loader(Space),
        named=_named_spaces,
        visible_to=queries.visible_space_ids,
        link=_space_link,
        by_public_id=lambda slug: db.session.scalars(select(Space).where(Space.slug == slug)).first(),
        ids=_ids(Space),
        has_room=True,
        audiences=_audiences,
    )
)
CATEGORY = register(
    SubjectKind(
        name="category",
        label=lazy_pgettext("forum", "Categories"),
        label_of_one=lazy_pgettext("forum", "Category"),
        load=_loader(Category, joinedload(Category.space)),
        visible_to=queries.visible_category_ids,
        link=_category_link,
        by_public_id=lambda slug: db.session.scalars(select(Category).where(Category.slug == slug)).first(),
        indexed_with=_topics_in,
    )
)
TOPIC = register(
    SubjectKind(
        name="topic",
        label=lazy_pgettext("forum", "Topics"),
        label_of_one=lazy_pgettext("forum", "Topic"),
        load=_loader(Topic, *_to_space),
        named=_named_topics,
        visible_to=queries.visible_topic_ids,
        link=topic_link,
        owner_id=lambda topic: topic.author_id,
        by_public_id=_by_public_id(Topic),
        search_document=lambda topic_id: topic_documents([topic_id]).get(topic_id),
        search_documents=topic_documents,
        found_by_name=_replies_to,
        ids=_ids(Topic),
        has_room=True,
        is_open=lambda topic: topic.state in SHOWN_STATES,
        may_edit=policy.can_edit_topic,
        length=lambda topic: topic.post_count,
        oversight=TOPIC_OVERSIGHT,
    )
)
POST = register(
    SubjectKind(
        name="post",
        label=lazy_pgettext("forum", "Messages"),
        label_of_one=lazy_pgettext("forum", "Message"),
        load=_loader(Post, joinedload(Post.topic).joinedload(Topic.category).joinedload(Category.space)),
        named=_named_posts,
        visible_to=queries.visible_post_ids,
        link=_post_link,
        owner_id=lambda post: post.author_id,
        by_public_id=_by_public_id(Post),
        search_document=lambda post_id: post_documents([post_id]).get(post_id),
        search_documents=post_documents,
        indexed_with=_topics_of,
        part_of=_topic_of,
        ids=_ids(Post),
        room_of=lambda post: f"topic:{post.topic_id}",
        is_open=lambda post: post.state == "visible",
        may_edit=policy.can_edit_post,
        oversight=POST_OVERSIGHT,
    )
)


def _discussion_of(kind: str, subject_id: int) -> Link | None:
    query = select(Topic).where(Topic.linked_kind == kind, Topic.linked_id == subject_id)
    topic = db.session.scalars(query).first()
    return topic_link(topic) if topic and topic.state in SHOWN_STATES else None


ports.discussion_of = _discussion_of
