"""What a post carries besides its text: files and a poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import User
from app.core.db import db
from app.engagement.models import Attachment
from app.engagement.shelf import attach_exactly
from app.forum.models import Post
from app.forum.polls.drafts import PollDraft
from app.forum.polls.services import put_poll


@dataclass(frozen=True)
class Extras:
    """What comes with a text."""

    files: Mapping[str, str] | None = None
    """Public ids of its files, each with what the image shows; None leaves the files of a post as they are."""
    poll: PollDraft | None = None


NOTHING = Extras()


def adds_to(post: Post, extras: Extras) -> bool:
    """Whether a post would show something new: a poll, a file that it does not have, other words for an image."""
    if extras.poll is not None:
        return True
    same = (Attachment.subject_kind == "post", Attachment.subject_id == post.id)
    there = dict(db.session.execute(select(Attachment.public_id, Attachment.alt_text).where(*same)).all())
    return any(there.get(public_id) != alt for public_id, alt in (extras.files or {}).items())


def put_extras(actor: User, post: Post, extras: Extras) -> bool:
    """Give a post, which is locked or new, its files and its poll. Returns whether anything changed. Raises Invalid."""
    changed = False
    if extras.files is not None and (extras.files or post.file_count):
        changed = attach_exactly(actor, "post", post.id, extras.files, f"topic:{post.topic_id}")
        same = (Attachment.subject_kind == "post", Attachment.subject_id == post.id)
        post.file_count = db.session.scalar(select(func.count()).where(*same)) or 0
    if extras.poll is not None:
        put_poll(actor, post, extras.poll)
        changed = True
    return changed
