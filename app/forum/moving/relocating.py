"""Where topics and messages belong: move a topic, merge it into another, split messages off.

What was linked stays linked: a message keeps its address and leaves a tombstone that leads there; the address of a
merged topic leads to the other. Numbers have no holes, in neither topic.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, now
from app.core.errors import Invalid
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import require
from app.core.subjects import SubjectChanged, SubjectHidden, SubjectPublished
from app.engagement.models import Follow
from app.engagement.tag_keeping import carry_follows
from app.forum.drafting.models import Draft
from app.forum.events import PostsArrived, PostsLeft, TopicLeft, TopicOpened, TopicRefiled
from app.forum.lifecycle import TOPIC_STATES, next_state
from app.forum.models import Category, Post, Space, Topic
from app.forum.moving import carrying
from app.forum.moving.policy import (
    NOTHING_THERE,
    audience_grows,
    can_merge_topics,
    can_move_topic,
    can_split_off,
    can_take_posts,
)
from app.forum.order.held import HeldText
from app.forum.order.moderating import reason_of
from app.forum.queries import SHOWN_STATES, lock_topic
from app.forum.services import set_accepted, tell_topic_changed

ALREADY_THERE = lazy_pgettext("forum rule", "The topic is in this category already.")
MORE_READERS = lazy_pgettext("forum rule", "More people will read it there. Tick the box if that is meant.")
CHOOSE_POSTS = lazy_pgettext("forum rule", "Choose the messages to move.")
MOST_AT_ONCE = 500
TOO_MANY = lazy_pgettext("forum rule", "At most 500 messages are split off at once.")


@dataclass(frozen=True)
class NewTopic:
    """Where messages split off begin a topic of their own."""

    title: str
    category: Category
    kind: str = "discussion"


def move_topic(actor: User, topic: Topic, category: Category, reason: str, *, accepts_readers: bool = False) -> Topic:
    """Put a topic into another category, of this space or another. Raises NotAllowed, Invalid."""
    lock_topic(topic)
    require(can_move_topic(actor, topic, category))
    before = topic.category
    if before.id == category.id:
        raise Invalid(ALREADY_THERE, "category")
    _check_readers(before.space, category.space, accepts_readers)
    why = reason_of(reason)
    topic.category, topic.is_pinned = category, False
    topic.version += 1
    carrying.recount({before.id, category.id})
    audit(actor, "move", "topic", topic.id, why, category.space_id, before=before.id, after=category.id)
    if before.space_id != category.space_id:
        _enter_space(topic)
        record(TopicRefiled(topic.id, category.space_id))
        carrying.refresh_around(db.session.scalars(select(Post.id).where(Post.topic_id == topic.id)).all())
    # Rights are asked again before anything of the topic is told to who may have lost it.
    record(SubjectChanged("topic", topic.id))
    record(TopicLeft(topic.id, before.id, before.space_id))
    tell_topic_changed(topic)
    return topic


def merge_topics(actor: User, source: Topic, target: Topic, reason: str, *, accepts_readers: bool = False) -> Topic:
    """Let all messages of a topic follow those of another, whose title stays. Returns the target.

    Raises NotAllowed, Invalid, Conflict.
    """
    _lock_both(source, target)
    require(can_merge_topics(actor, source, target))
    _check_readers(source.category.space, target.category.space, accepts_readers)
    why = reason_of(reason)
    accepted = db.session.get(Post, source.accepted_post_id) if source.accepted_post_id else None
    if accepted:
        set_accepted(source, None)
    _carry(source, target, carrying.movable(source), why, is_merge=True)
    waiting = Post.topic_id == source.id, Post.number.is_(None)
    db.session.execute(update(Post).where(*waiting).values(topic_id=target.id))
    _enter_space(target)
    _take_over(source, target)
    source.state = next_state(TOPIC_STATES, "merge", source.state)
    source.state_reason, source.state_at, source.state_by_id = why, now(), actor.id
    source.merged_into_id, source.is_pinned = target.id, False
    source.version += 1
    if accepted and target.kind == "question" and not target.accepted_post_id:
        set_accepted(target, accepted)
    carrying.recount({source.category_id, target.category_id})
    audit(actor, "merge", "topic", target.id, why, target.category.space_id, source=source.id)
    record(SubjectHidden("topic", source.id))
    record(TopicLeft(source.id, source.category_id, source.category.space_id))
    tell_topic_changed(source)
    tell_topic_changed(target)
    return target


def split_posts(
    actor: User, source: Topic, numbers: Collection[int], place: NewTopic | Topic, reason: str,
    *, accepts_readers: bool = False,
) -> Topic:  # fmt: skip
    """Move messages of a topic to a new one, or to one that is there. Returns where they are now.

    Raises NotAllowed, Invalid.
    """
    if isinstance(place, Topic):
        _lock_both(source, place)
        require(can_take_posts(actor, source, place))
    else:
        lock_topic(source)
        require(can_move_topic(actor, source, place.category))
    shelf = place.category
    _check_readers(source.category.space, shelf.space, accepts_readers)
    posts = _chosen(actor, source, numbers)
    why = reason_of(reason)
    if source.accepted_post_id in {post.id for post in posts}:
        set_accepted(source, None)
    target = place if isinstance(place, Topic) else _opened(place, posts[0])
    _carry(source, target, posts, why)
    _enter_space(target)
    if not isinstance(place, Topic):
        _follow_too(source, target)
    carrying.recount({source.category_id, target.category_id})
    audit(actor, "split", "topic", target.id, why, shelf.space_id, source=source.id, posts=[post.id for post in posts])
    if not isinstance(place, Topic):
        record(TopicOpened(target.id, target.category_id, target.category.space_id))
        record(SubjectPublished("topic", target.id))
    tell_topic_changed(source)
    tell_topic_changed(target)
    return target


def _check_readers(source: Space, target: Space, accepts_readers: bool) -> None:
    if audience_grows(source, target) and not accepts_readers:
        raise Invalid(MORE_READERS, "accepts_readers")


def _lock_both(one: Topic, other: Topic) -> None:
    for topic in sorted({one, other}, key=lambda topic: topic.id):  # one order for all writers
        lock_topic(topic)


def _chosen(actor: User, source: Topic, numbers: Collection[int]) -> list[carrying.Moving]:
    if not numbers:
        raise Invalid(CHOOSE_POSTS, "numbers")
    if len(numbers) > MOST_AT_ONCE:
        raise Invalid(TOO_MANY, "numbers")
    found = {post.number: post for post in carrying.movable(source, numbers)}
    for number in sorted(numbers):
        if number not in found:
            raise Invalid(NOTHING_THERE % {"number": number}, "numbers")
        ruling = can_split_off(actor, db.session.get_one(Post, found[number].id))
        if not ruling:
            raise Invalid(ruling.reason, "numbers")
    return [found[number] for number in sorted(found)]


def _opened(place: NewTopic, first: carrying.Moving) -> Topic:
    """A topic that will begin with this message; whoever wrote it is its author."""
    opening = db.session.get_one(Post, first.id)
    topic = Topic(
        title=place.title, lang=opening.lang, kind=place.kind, category=place.category, author_id=opening.author_id,
        created_at=opening.created_at, post_count=0, state="open",
    )  # fmt: skip
    db.session.add(topic)
    db.session.flush()
    return topic


def _carry(source: Topic, target: Topic, posts: list[carrying.Moving], why: str, *, is_merge: bool = False) -> None:
    first = carrying.carry_posts(posts, source, target, why)
    carrying.carry_markers(source, target, posts, first, is_merge=is_merge)
    ids = [post.id for post in posts]
    carrying.refresh_around(ids)
    for post_id in ids:
        record(SubjectChanged("post", post_id))
    if posts:
        record(PostsLeft(source.id, posts[0].number, posts[-1].number))
        record(PostsArrived(target.id, first, target.post_count))


def _enter_space(topic: Topic) -> None:
    """What waits for approval in a topic waits for the moderators of the space where it is now."""
    held = HeldText.post_id.in_(select(Post.id).where(Post.topic_id == topic.id))
    values = {"space_id": topic.category.space_id}
    db.session.execute(update(HeldText).where(held).values(values).execution_options(synchronize_session=False))


def _take_over(source: Topic, target: Topic) -> None:
    """Who follows, bookmarked or answers the source has the target; what the source discussed, the target discusses."""
    carry_follows("topic", source.id, target.id)
    begun = Draft.place == "reply", Draft.place_id == source.id
    db.session.execute(update(Draft).where(*begun).values(place_id=target.id))
    carrying.carry_bookmarks(source, target)
    if source.linked_kind and not target.linked_kind:
        linked, source.linked_kind, source.linked_id = (source.linked_kind, source.linked_id), None, None
        db.session.flush()
        target.linked_kind, target.linked_id = linked


def _follow_too(source: Topic, target: Topic) -> None:
    """Who follows a topic, or muted it, has chosen for what is split off from it as well."""
    rows = select(Follow).where(Follow.subject_kind == "topic", Follow.subject_id == source.id)
    for kept in db.session.scalars(rows).all():
        db.session.add(Follow(user_id=kept.user_id, subject_kind="topic", subject_id=target.id, level=kept.level))
    db.session.flush()


def moved_to(topic: Topic) -> Topic | None:
    """The topic that took over a merged one, however often that went on; None for one that stands by itself."""
    seen: set[int] = set()
    while topic.state == "merged" and topic.merged_into_id and topic.id not in seen:
        seen.add(topic.id)
        topic = db.session.get_one(Topic, topic.merged_into_id)
    return topic if topic.state in SHOWN_STATES and seen else None
