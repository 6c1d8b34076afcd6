"""Bookmarks: what a member wants to find again, with a note of their own and a reminder."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.core.db import db, lock, now
from app.core.errors import Invalid, NotFound
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.core.subjects import get_subject
from app.core.upsert import insert_into
from app.engagement.events import BookmarkChanged
from app.engagement.models import Bookmark
from app.engagement.policy import can_bookmark

NOTE_LENGTH = 500
LATEST = timedelta(days=5 * 366)
TOO_LONG = lazy_pgettext("engagement rule", "Shorten your note: 500 characters at most.")
IN_PAST = lazy_pgettext("engagement rule", "Choose a moment to come, within five years.")


@dataclass(frozen=True)
class BookmarkDraft:
    """What a member says about a bookmark."""

    note: str = ""
    remind_at: datetime | None = None


def fold(text: str) -> str:
    """A text without case and accents: what is looked for is found however it was typed."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


def bookmark(actor: Actor, kind_name: str, subject_id: int, draft: BookmarkDraft | None = None) -> Bookmark:
    """Bookmark a subject; one that has a bookmark keeps it. Raises NotFound, NotAllowed, Invalid."""
    require(can_bookmark(actor))
    get_subject(actor, kind_name, subject_id)
    wanted = insert_into(Bookmark).values(
        user_id=actor.actor_id, subject_kind=kind_name, subject_id=subject_id, created_at=now(), note="", folded=""
    )
    db.session.execute(wanted.on_conflict_do_nothing())
    mark = bookmark_of(actor, kind_name, subject_id)
    assert mark is not None, "just written"
    record(BookmarkChanged(mark.user_id, kind_name, subject_id))
    return change_bookmark(actor, mark, draft) if draft else mark


def change_bookmark(actor: Actor, mark: Bookmark, draft: BookmarkDraft) -> Bookmark:
    """Give one's own bookmark another note and reminder. Raises NotFound, Invalid."""
    _own(actor, lock(mark))
    note = unicodedata.normalize("NFC", draft.note.strip())
    if len(note) > NOTE_LENGTH:
        raise Invalid(TOO_LONG, "note")
    if draft.remind_at and draft.remind_at != mark.remind_at:
        if not now() < draft.remind_at < now() + LATEST:
            raise Invalid(IN_PAST, "moment")
        mark.reminded_at = None
    mark.note, mark.folded, mark.remind_at = note, fold(note)[:1000], draft.remind_at
    db.session.flush()
    return mark


def drop_bookmark(actor: Actor, mark: Bookmark) -> None:
    """Forget one's own bookmark, also of what may no longer be seen. Raises NotFound."""
    _own(actor, mark)
    record(BookmarkChanged(mark.user_id, mark.subject_kind, mark.subject_id))
    db.session.delete(mark)


def _own(actor: Actor, mark: Bookmark) -> None:
    if actor.is_visitor or mark.user_id != actor.actor_id:
        raise NotFound


def bookmark_of(actor: Actor, kind_name: str, subject_id: int) -> Bookmark | None:
    """The actor's bookmark of a subject."""
    query = select(Bookmark).where(
        Bookmark.user_id == (actor.actor_id or 0), Bookmark.subject_kind == kind_name, Bookmark.subject_id == subject_id
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def bookmarked(actor: Actor, kind_name: str, ids: Collection[int]) -> set[int]:
    """Which of these subjects the actor bookmarked."""
    query = select(Bookmark.subject_id).where(
        Bookmark.user_id == (actor.actor_id or 0), Bookmark.subject_kind == kind_name, Bookmark.subject_id.in_(ids)
    )
    return set(db.session.scalars(query)) if ids and not actor.is_visitor else set()
