"""Posts that all who may answer may edit: each edit is a revision with its editor."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db
from app.core.events import record
from app.core.policy import require
from app.core.subjects import SubjectChanged
from app.forum import policy
from app.forum.events import PostEdited
from app.forum.models import Post, PostRevision
from app.forum.services import lock_post


def set_wiki(actor: User, post: Post, is_wiki: bool) -> Post:
    """Let all who may answer edit a post, or its author alone again. Raises NotAllowed."""
    lock_post(post)
    require(policy.can_make_wiki(actor, post))
    if post.is_wiki == is_wiki:
        return post
    post.is_wiki = is_wiki
    post.version += 1
    if post.author_id != actor.id:
        audit(actor, "wiki" if is_wiki else "unwiki", "post", post.id, "", post.topic.category.space_id)
    db.session.flush()
    record(PostEdited(post.topic_id, post.id))
    record(SubjectChanged("post", post.id))
    return post


def last_editors(ids: Sequence[int]) -> dict[int, User]:
    """Who edited these posts last, by id of the post; those never edited are absent."""
    if not ids:
        return {}
    last = (
        select(PostRevision.post_id, func.max(PostRevision.number).label("number"))
        .where(PostRevision.post_id.in_(ids))
        .group_by(PostRevision.post_id)
        .subquery()
    )
    query = (
        select(PostRevision.post_id, User)
        .join(last, (last.c.post_id == PostRevision.post_id) & (last.c.number == PostRevision.number))
        .join(User, User.id == PostRevision.editor_id)
        .options(lazyload(User.roles))
    )
    return dict(db.session.execute(query).all())
