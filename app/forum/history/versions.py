"""The versions of a message: what it said, who changed it and when; bringing one back, taking one's text away.

A revision is kept with each edit and holds what the message said before it. Version 1 is the first text, the last
version what it says now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, NotFound
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.lifecycle import OUT_OF_STEP
from app.core.policy import YES, Actor, Ruling, no, require
from app.core.typed import LARGEST_NUMBER
from app.forum import policy, services
from app.forum.drafts import PostDraft
from app.forum.events import PostEdited
from app.forum.models import Post, PostRevision
from app.forum.order.moderating import reason_of
from app.forum.services import FREE_EDIT

NOTHING_KEPT = lazy_pgettext("forum rule", "The text of this version was taken away: it cannot come back.")
IS_CURRENT = lazy_pgettext("forum rule", "The message says this already.")


@dataclass(frozen=True)
class Version:
    """One text of a message, from when it was written until the next one."""

    number: int
    lang: str
    body: str
    written_at: datetime
    author: User | None
    """Who wrote this text."""
    is_public: bool
    """Whether readers may see it: what was changed within the free window was never more than a slip."""
    is_current: bool = False
    removed_at: datetime | None = None


def can_see_history(actor: Actor, post: Post) -> Ruling:
    """Who may read a message reads its public versions; of a hidden one, its moderators alone."""
    if post.number is None or post.state in {"removed", "moved", "deleted_by_author"}:
        raise NotFound
    if post.state != "visible" and not actor.moderates(post.topic.category.space_id):
        return no(policy.NOT_SHOWN)
    return policy.can_see_topic(actor, post.topic)


def can_see_slips(actor: Actor, post: Post) -> Ruling:
    """What was changed within the free window is for its author and the moderators."""
    is_author = not actor.is_visitor and post.author_id == actor.actor_id
    return YES if is_author or actor.moderates(post.topic.category.space_id) else no(policy.MODERATORS)


def can_restore_version(actor: Actor, post: Post) -> Ruling:
    """Who may edit a message, and the moderators of its space, bring a former text back."""
    if post.state != "visible":
        return no(policy.NOT_SHOWN)
    if moderates := policy.can_moderate(actor, post.topic):
        return moderates
    return policy.can_edit_post(actor, post)


def can_remove_version(actor: Actor, post: Post) -> Ruling:
    """Moderators take away what should not be read any more, such as an address or a name."""
    return policy.can_moderate(actor, post.topic)


def versions_of(actor: Actor, post: Post) -> list[Version]:
    """The versions of a message that the actor may see, the first one first. Raises NotFound, NotAllowed."""
    require(can_see_history(actor, post))
    query = select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.number)
    kept = list(db.session.scalars(query.execution_options(populate_existing=True)))
    people = _people({row.editor_id for row in kept} | {post.author_id})
    found = _in_order(post, kept, people)
    return found if can_see_slips(actor, post) else [version for version in found if version.is_public]


def _in_order(post: Post, kept: Sequence[PostRevision], people: dict[int, User]) -> list[Version]:
    written_at, writer_id = post.created_at, post.author_id
    found = []
    for row in kept:
        is_public = row.created_at - post.created_at > FREE_EDIT
        author = people.get(writer_id or 0)
        found.append(Version(row.number, row.lang, row.body, written_at, author, is_public, removed_at=row.removed_at))
        written_at, writer_id = row.created_at, row.editor_id
    last = kept[-1].number + 1 if kept else 1
    return [*found, Version(last, post.lang, post.body, written_at, people.get(writer_id or 0), True, is_current=True)]


def _people(ids: set[int | None]) -> dict[int, User]:
    named = select(User).where(User.id.in_({number for number in ids if number})).options(lazyload(User.roles))
    return {member.id: member for member in db.session.scalars(named)}


def restore_version(actor: User, post: Post, number: int, draft: PostDraft, reason: str = "") -> Post:
    """Let a message say again what a version said: a new edit. `draft` is that text, rendered.

    A moderator says why. Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    services.lock_post(post)
    require(can_restore_version(actor, post))
    version = next((one for one in versions_of(actor, post) if one.number == number), None)
    if version is None:
        raise NotFound
    if version.removed_at:
        raise Conflict(NOTHING_KEPT)
    if (version.body, version.lang) == (post.body, post.lang):
        raise Conflict(IS_CURRENT)
    if (draft.body, draft.lang) != (version.body, version.lang):
        raise Conflict(OUT_OF_STEP)
    if post.author_id != actor.id and not policy.can_edit_post(actor, post):
        why = reason_of(reason)
        audit(actor, "restore_version", "post", post.id, why, post.topic.category.space_id, version=number)
    return services.replace_text(actor, post, draft)


def remove_version(actor: User, post: Post, number: int, reason: str) -> None:
    """Take the text of a former version away for good. Raises NotFound, NotAllowed, Invalid, Conflict."""
    services.lock_post(post)
    require(can_see_history(actor, post))
    require(can_remove_version(actor, post))
    query = select(PostRevision).where(PostRevision.post_id == post.id, PostRevision.number == number)
    row = db.session.scalars(query).first() if 0 < number <= LARGEST_NUMBER else None
    if row is None:
        raise NotFound
    if lock(row).removed_at:
        raise Conflict(NOTHING_KEPT)
    why = reason_of(reason)
    row.body, row.removed_at = "", now()
    audit(actor, "remove_version", "post", post.id, why, post.topic.category.space_id, version=number)
    post.version += 1
    db.session.flush()
    record(PostEdited(post.topic_id, post.id))


def chosen_pair(versions: Sequence[Version], first: str, second: str) -> tuple[Version, Version]:
    """The two versions to compare, the earlier first: those asked for, else the last two. Raises NotFound."""
    by_number = {str(version.number): version for version in versions}
    if not first and not second:
        return versions[max(len(versions) - 2, 0)], versions[-1]
    old, new = by_number.get(first or second), by_number.get(second or first)
    if old is None or new is None:
        raise NotFound
    return (old, new) if old.number <= new.number else (new, old)
