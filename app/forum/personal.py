"""Personal data of the forum: what members write stays, without their name."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import delete, or_, select, update

from app.core.db import db
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.personal import Personal, declare_personal, erases
from app.core.subjects import SubjectChanged
from app.forum.events import TopicChanged
from app.forum.listeners import refresh_posts
from app.forum.models import UNPUBLISHED, Post, PostMention, PostReference, PostRevision, Topic
from app.forum.spaces.models import SpaceInvitation

declare_personal(
    Personal(
        "topic", "author_id", lazy_pgettext("data", "Topics you opened"), "forget",
        fields=("public_id", "created_at", "title", "lang", "kind", "state"), also=("last_author_id", "state_by_id"),
    ),
    Personal(
        "post", "author_id", lazy_pgettext("data", "Messages you wrote"), "forget",
        fields=("public_id", "created_at", "topic_id", "number", "lang", "body", "state", "edited_at"),
        names=(("edited_at", lazy_pgettext("data", "When it was edited")),),
    ),
    Personal(
        "post_revision", "editor_id", lazy_pgettext("data", "Earlier texts of messages"), "forget",
        fields=("post_id", "created_at", "lang", "body"),
    ),
    Personal("post_mention", "user_id", lazy_pgettext("data", "Messages that name you"), "delete", fields=("post_id",)),
    Personal(
        "held_text", "author_id", lazy_pgettext("data", "Messages that waited for a moderator"), "delete",
        fields=("created_at", "post_id", "kind", "lang", "body", "state", "reason"), also=("decided_by_id",),
    ),
    Personal(
        "draft", "user_id", lazy_pgettext("data", "Your drafts"), "delete",
        fields=("created_at", "updated_at", "place", "fields", "publish_at"),
        names=(
            ("place", lazy_pgettext("data", "What it is for")),
            ("fields", lazy_pgettext("data", "What you typed")),
            ("publish_at", lazy_pgettext("data", "When it is published")),
        ),
    ),
    Personal(
        "poll_vote", "user_id", lazy_pgettext("data", "Your votes in polls"), "delete",
        fields=("option_id", "created_at"),
        names=(("option_id", lazy_pgettext("data", "Number of the answer")),),
    ),
    Personal(
        "space_request", "user_id", lazy_pgettext("data", "Your requests to enter spaces"), "delete",
        fields=("created_at", "space_id", "note", "state", "reason"), also=("decided_by_id",),
    ),
    Personal(
        "space_invitation", "user_id", lazy_pgettext("data", "Invitations into spaces"), "forget",
        fields=("created_at", "space_id", "kind", "email"), also=("created_by_id",),
    ),
    Personal("invitation_hold", "user_id", lazy_pgettext("data", "Invitations into spaces"), "delete"),
    Personal("live_host", "user_id", lazy_pgettext("data", "Live sessions you lead"), "delete", fields=("topic_id",)),
    Personal(
        "live_question", "author_id", lazy_pgettext("data", "Your questions in live sessions"), "forget",
        fields=("public_id", "created_at", "topic_id", "lang", "body", "state"),
    ),
    Personal(
        "question_vote", "user_id", lazy_pgettext("data", "Questions you voted for"), "delete", fields=("question_id",),
        names=(("question_id", lazy_pgettext("data", "Number of the question")),),
    ),
    Personal(
        "marked_post", "marked_by_id", lazy_pgettext("data", "Messages you marked for a summary"), "forget",
        fields=("post_id", "topic_id", "created_at"),
    ),
)  # fmt: skip


@erases("forum")
def forget_author(member: Any) -> None:
    """What was never published goes; what was stays, and every page that shows the name is made anew."""
    theirs = select(Post.id).where(Post.author_id == member.id)
    touched = or_(
        Post.author_id == member.id,
        Post.id.in_(select(PostReference.post_id).where(PostReference.target_id.in_(theirs))),
        Post.id.in_(select(PostMention.post_id).where(PostMention.user_id == member.id)),
    )
    posts = db.session.execute(select(Post.id, Post.topic_id).where(touched, Post.number.is_not(None))).all()
    opened = select(Topic.id).where(or_(Topic.author_id == member.id, Topic.last_author_id == member.id))
    topics = {row.topic_id for row in posts} | set(db.session.scalars(opened))
    refresh_posts(member.id)
    _forget_handle(member)
    _clear_what_is_gone(member.id)
    _drop_unpublished(member.id)
    if member.email:
        named = SpaceInvitation.email == member.email
        db.session.execute(update(SpaceInvitation).where(named).values(email=None))
    for topic_id in sorted(topics):
        record(TopicChanged(topic_id))
    for row in posts:
        record(SubjectChanged("post", row.id))


def _drop_unpublished(member_id: int) -> None:
    """Texts that waited or were refused have no readers who would miss them."""
    never = (Post.author_id == member_id, Post.number.is_(None))
    db.session.execute(delete(Post).where(*never))
    db.session.execute(delete(Topic).where(Topic.author_id == member_id, Topic.state.in_(UNPUBLISHED)))


def _clear_what_is_gone(member_id: int) -> None:
    """What was taken back or removed was kept for an appeal alone."""
    gone = select(Post.id).where(Post.author_id == member_id, Post.state.in_(("deleted_by_author", "removed")))
    db.session.execute(delete(PostRevision).where(PostRevision.post_id.in_(gone)))
    db.session.execute(update(Post).where(Post.id.in_(gone)).values(body="", html=""))


def _forget_handle(member: Any) -> None:
    """Others wrote `@handle`: the raw texts that are edited and quoted no longer hold it."""
    handle = re.compile(rf"@{re.escape(member.handle)}(?![\w-])", re.IGNORECASE)
    naming = select(PostMention.post_id).where(PostMention.user_id == member.id)
    for kept in (
        *db.session.scalars(select(Post).where(Post.id.in_(naming))),
        *db.session.scalars(select(PostRevision).where(PostRevision.post_id.in_(naming))),
    ):
        kept.body = handle.sub("@…", kept.body)
