"""Writes of the forum: topics and posts. The caller opens the unit of work; texts arrive rendered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select

from app.accounts.models import User
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid
from app.core.events import record, unsaid
from app.core.i18n import lazy_pgettext
from app.core.policy import require
from app.core.sieve import causes_to_wait
from app.core.subjects import SubjectChanged, SubjectHidden, SubjectPublished, SubjectRenamed
from app.engagement import services as engagement
from app.forum import policy, queries
from app.forum.composing.extras import adds_to, put_extras
from app.forum.composing.naming import note_mentions
from app.forum.drafting import services as draft_services
from app.forum.drafts import PostDraft, TopicDraft
from app.forum.events import (
    AnswerAccepted,
    PostEdited,
    PostPublished,
    PostWithdrawn,
    TopicChanged,
    TopicMoved,
    TopicOpened,
)
from app.forum.lifecycle import OUT_OF_STEP, POST_STATES, next_state
from app.forum.models import Category, Post, PostReference, PostRevision, Topic
from app.forum.order import holding
from app.forum.order.holding import Causes
from app.forum.sessions import live_rules
from app.forum.tags.rules import put_tags

FREE_EDIT = timedelta(minutes=30)
"""Edits in this time after publication leave no public mark (domain rule: edit window)."""
TITLE_HELD = lazy_pgettext("forum rule", "This title has words that a moderator looks at first: choose another one.")
NO_SUCH_POST = lazy_pgettext("forum rule", "The message you answer is no longer there.")


def open_topic(actor: User, category: Category, draft: TopicDraft) -> Topic:
    """Open a topic with its first post. A retry with the same client token returns the first. Raises NotAllowed."""
    require(policy.can_open_topic(actor, category))
    require(policy.can_give_kind(actor, category.space_id, draft.kind))
    lock(category)
    if earlier := _sent_before(actor, draft.post.client_token):
        return earlier.topic
    causes = causes_to_wait(actor, holding.writing("topic", category.space, draft.post, draft.title))
    topic = Topic(
        title=draft.title, lang=draft.post.lang, kind=draft.kind, category=category, author_id=actor.id,
        post_count=0, state="open",
    )  # fmt: skip
    db.session.add(topic)
    with unsaid(bool(causes)):
        db.session.flush()
        put_tags(actor, topic, draft.tags)
    if not causes:
        tell_topic_opened(topic)
    _publish(actor, topic, draft.post, causes)
    return topic


def tell_topic_opened(topic: Topic) -> None:
    """Count a topic that is there from now on, and tell its readers."""
    topic.category.topic_count += 1
    record(TopicOpened(topic.id, topic.category_id, topic.category.space_id))
    record(SubjectPublished("topic", topic.id))


def reply(actor: User, topic: Topic, draft: PostDraft) -> Post:
    """Add a post to a topic. A retry with the same client token returns the first post. Raises NotAllowed, Invalid."""
    queries.lock_topic(topic)
    if earlier := _sent_before(actor, draft.client_token):
        return earlier
    require(policy.can_reply(actor, topic))
    if topic.kind == live_rules.KIND:
        live_rules.check_live(actor, topic, draft)
    causes = causes_to_wait(actor, holding.writing("post", topic.category.space, draft, topic.title))
    post = _publish(actor, topic, draft, causes)
    if not causes:
        record(TopicMoved(topic.id, topic.category.space_id))
    return post


def _sent_before(actor: User, client_token: str) -> Post | None:
    return db.session.scalars(_BY_TOKEN, {"author_id": actor.id, "client_token": client_token}).first()


_BY_TOKEN = select(Post).where(Post.author_id == bindparam("author_id"), Post.client_token == bindparam("client_token"))


def _publish(actor: User, topic: Topic, draft: PostDraft, causes: Causes) -> Post:
    """Write a post into its topic, whose row is locked: published, or waiting where there are causes."""
    replied = _in_topic(topic, draft.reply_to)
    post = Post(
        topic=topic, author_id=actor.id, lang=draft.lang, body=draft.body, html=draft.html,
        client_token=draft.client_token, reply_to_id=replied.id if replied else None, created_at=now(),
    )  # fmt: skip
    if not causes:
        give_number(post)
    db.session.add(post)
    draft_services.drop_published(actor.id, draft.client_token, draft.draft)
    with unsaid(bool(causes)):
        db.session.flush()
        _note_references(actor, post, draft)
        put_extras(actor, post, draft.extras)
    if causes:
        holding.keep(post, causes)
    else:
        tell_published(actor, post)
    return post


def give_number(post: Post) -> None:
    """Give a post the next number of its topic, whose row is locked, and move the counters."""
    topic = post.topic
    topic.post_count += 1
    topic.last_post_at, topic.last_author_id = post.created_at, post.author_id
    topic.category.post_count = Category.post_count + 1
    topic.category.last_topic_id = topic.id
    post.number = topic.post_count


def tell_published(author: User | None, post: Post) -> None:
    """A post that has its number is read from now on, and was read by its author."""
    if author is not None:
        engagement.note_read(author, "topic", post.topic_id, post.number or 0)
    record(PostPublished(post.topic_id, post.id, post.author_id or 0))
    record(SubjectPublished("post", post.id))


def _in_topic(topic: Topic, public_id: str) -> Post | None:
    if not public_id:
        return None
    query = select(Post).where(Post.public_id == public_id, Post.topic_id == topic.id, Post.number.is_not(None))
    replied = db.session.scalars(query).first()
    if replied is None:
        raise Invalid(NO_SUCH_POST, "reply_to")
    return replied


def _note_references(actor: User, post: Post, draft: PostDraft) -> None:
    """Remember which posts and members this one names: its fragment shows their names, and no others."""
    note_mentions(post)
    targets = set(queries.citable_posts(actor, draft.cited, post.topic.category.space_id).values())
    if post.reply_to_id:
        targets.add(post.reply_to_id)
    if not targets:
        return
    known = set(db.session.scalars(select(PostReference.target_id).where(PostReference.post_id == post.id)))
    db.session.add_all(PostReference(post_id=post.id, target_id=target) for target in targets - known)


def lock_post(post: Post) -> Post:
    """Lock a post and its topic, the topic first: one order for all writers."""
    lock(post.topic)
    return lock(post)


def edit_post(actor: User, post: Post, draft: PostDraft, edits: int) -> Post:
    """Replace the text of a post, keeping what it said.

    `edits` is how often it had been edited when the member began. Raises NotAllowed; Conflict when edited since.
    """
    lock_post(post)
    require(policy.can_edit_post(actor, post))
    if post.edits != edits and post.body != draft.body:
        raise Conflict(OUT_OF_STEP)
    draft_services.drop_edit(actor.id, post.id)
    is_same_text = (post.body, post.lang) == (draft.body, draft.lang)
    is_new = not is_same_text or adds_to(post, draft.extras)
    if is_new and (causes := causes_to_wait(actor, holding.writing("edit", post.topic.category.space, draft))):
        holding.keep_edit(actor, post, draft, causes)
        return post
    holding.drop_edits(actor, post)
    if is_same_text:
        return _carrying(actor, post, draft)
    put_extras(actor, post, draft.extras)
    return replace_text(actor, post, draft)


def _carrying(actor: User, post: Post, draft: PostDraft) -> Post:
    """The same text with other files, or with a poll."""
    if put_extras(actor, post, draft.extras):
        tell_carried(post)
    return post


def tell_carried(post: Post) -> None:
    """Record that a post has other files or a poll under the same words."""
    _changed(post)
    record(PostEdited(post.topic_id, post.id))


def replace_text(actor: User, post: Post, draft: PostDraft) -> Post:
    """Put a text in the place of what a post, which is locked, said; what it said is kept."""
    _keep_revision(actor, post)
    post.body, post.html, post.lang, post.edits = draft.body, draft.html, draft.lang, post.edits + 1
    if now() - post.created_at > FREE_EDIT:
        post.edited_at = now()
    _note_references(actor, post, draft)
    _changed(post)
    record(PostEdited(post.topic_id, post.id))
    record(SubjectChanged("post", post.id))
    tell_words_changed(post)
    return post


def tell_words_changed(post: Post) -> None:
    """A topic is found by what its first post says."""
    if post.number == 1:
        record(SubjectChanged("topic", post.topic_id))


def _keep_revision(actor: User, post: Post) -> None:
    kept = PostRevision(post_id=post.id, number=post.edits + 1, editor_id=actor.id, lang=post.lang, body=post.body)
    db.session.add(kept)


def _changed(post: Post) -> None:
    post.version += 1
    db.session.flush()


def withdraw_post(actor: User, post: Post) -> Post:
    """The author takes a post back; its number stays as a tombstone. Raises NotAllowed, Conflict."""
    lock_post(post)
    require(policy.can_withdraw_post(actor, post))
    post.state, post.state_at = next_state(POST_STATES, "withdraw", post.state), now()
    drop_acceptance(post)
    _changed(post)
    record(PostWithdrawn(post.topic_id, post.id))
    record(SubjectHidden("post", post.id))
    tell_words_changed(post)
    return post


def accept_answer(actor: User, post: Post) -> Topic:
    """Make a reply the accepted answer of its question; accepting it again takes that back. Raises NotAllowed."""
    topic = lock(post.topic)
    require(policy.can_accept_answer(actor, post))
    set_accepted(topic, None if topic.accepted_post_id == post.id else post)
    return topic


def set_accepted(topic: Topic, post: Post | None) -> None:
    """Move the mark of the accepted answer and tell the readers."""
    previous = db.session.get(Post, topic.accepted_post_id) if topic.accepted_post_id else None
    topic.accepted_post_id = post.id if post else None
    topic.version += 1
    for marked in sorted(filter(None, (previous, post)), key=lambda post: post.id):  # one order for all writers
        _changed(marked)
        record(SubjectChanged("post", marked.id))
    record(SubjectChanged("topic", topic.id))
    record(AnswerAccepted(topic.id, post.id if post else 0, previous.id if previous else 0))
    record(TopicChanged(topic.id))
    record(TopicMoved(topic.id, topic.category.space_id))


def drop_acceptance(post: Post) -> None:
    """A post that is no longer shown is no longer the accepted answer; its topic is locked."""
    if post.topic.accepted_post_id == post.id:
        set_accepted(post.topic, None)


def edit_topic(actor: User, topic: Topic, title: str, lang: str, kind: str, tags: tuple[str, ...]) -> Topic:
    """Change what a topic is called and filed under. Raises NotAllowed, Invalid(title)."""
    lock(topic)
    require(policy.can_edit_topic(actor, topic))
    if kind != topic.kind:
        require(policy.can_give_kind(actor, topic.category.space_id, kind))
    if title != topic.title and causes_to_wait(actor, holding.title_alone(topic.category.space, title, lang)):
        raise Invalid(TITLE_HELD, "title")
    if (title, lang) != (topic.title, topic.lang):
        record(SubjectRenamed("topic", topic.id))
    topic.title, topic.lang, topic.kind = title, lang, kind
    if kind != "question" and topic.accepted_post_id:
        set_accepted(topic, None)
    topic.version += 1
    put_tags(actor, topic, tags)
    db.session.flush()
    tell_topic_changed(topic)
    return topic


def tell_topic_changed(topic: Topic) -> None:
    """Record that a topic looks different, on its page, in lists and in the index."""
    record(TopicChanged(topic.id))
    record(TopicMoved(topic.id, topic.category.space_id))
    record(SubjectChanged("topic", topic.id))
