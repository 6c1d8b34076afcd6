"""Writes: react, follow, tag, attach, read. The caller opens the unit of work; kinds and ids name the subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, bindparam, delete, func, select, text

from app.core.db import Utc, db, lock, new_public_id, now
from app.core.errors import Conflict, Invalid
from app.core.events import record
from app.core.files import StoredFile
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.core.subjects import SubjectChanged, SubjectKind, SubjectRemoved, SubjectRenamed, get_subject, kind
from app.core.upsert import insert_into
from app.engagement import policy, queries
from app.engagement.events import FilesChanged, FollowChanged, ReactionChanged, ReadMoved, TagsChanged
from app.engagement.models import (
    FOLLOW_LEVELS,
    REACTIONS,
    Attachment,
    Follow,
    FollowPreference,
    Reaction,
    ReactionCount,
    Tag,
    Tagging,
)
from app.engagement.tag_limits import canonical, usable_tags
from app.engagement.tagging import labels_by_slug
from app.terms.queries import vocabulary

MOST_FILES = 5
HIGHEST = 2**31 - 1
"""The highest number a read marker holds, for subjects that do not say how long they are."""
NO_SUCH_CODE = lazy_pgettext("engagement rule", "There is no such reaction.")
NO_SUCH_LEVEL = lazy_pgettext("engagement rule", "There is no such way to follow.")
TOO_MANY_FILES = lazy_pgettext("engagement rule", "At most five files can be attached.")
NEEDS_ALT = lazy_pgettext("engagement rule", "Say in a few words what the image shows.")


def react(actor: Actor, kind_name: str, subject_id: int, code: str) -> queries.Counts:
    """React to a subject; a second time changes nothing. Returns its counts. Raises NotFound, NotAllowed, Invalid."""
    declared, subject = _locked(actor, kind_name, subject_id)
    require(policy.can_react(actor, declared, subject))
    _check_code(code)
    values = {"subject_kind": kind_name, "subject_id": subject_id, "code": code}
    wanted = insert_into(Reaction).values(**values, user_id=actor.actor_id, created_at=now())
    # RETURNING tells whether the row is new; a row count is not told for INSERT by every driver.
    if db.session.execute(wanted.on_conflict_do_nothing().returning(Reaction.code)).first():
        count = insert_into(ReactionCount).values(**values, count=1)
        key = [ReactionCount.subject_kind, ReactionCount.subject_id, ReactionCount.code]
        db.session.execute(count.on_conflict_do_update(index_elements=key, set_={"count": ReactionCount.count + 1}))
        record(ReactionChanged(kind_name, subject_id, _room(declared, subject), code))
    return queries.reaction_counts(kind_name, [subject_id])[subject_id]


def unreact(actor: Actor, kind_name: str, subject_id: int, code: str) -> queries.Counts:
    """Take a reaction back; where there is none, nothing changes. Returns the counts. Raises NotFound, NotAllowed."""
    declared, subject = _locked(actor, kind_name, subject_id)
    require(policy.can_take_back(actor))
    _check_code(code)
    taken = db.session.execute(
        delete(Reaction).where(
            Reaction.subject_kind == kind_name, Reaction.subject_id == subject_id,
            Reaction.user_id == actor.actor_id, Reaction.code == code,
        )
    )  # fmt: skip
    if _rows(taken):
        count = db.session.get_one(ReactionCount, (kind_name, subject_id, code), populate_existing=True)
        count.count -= 1
        db.session.flush()
        record(ReactionChanged(kind_name, subject_id, _room(declared, subject), code))
    return queries.reaction_counts(kind_name, [subject_id])[subject_id]


def toggle_reaction(actor: Actor, kind_name: str, subject_id: int, code: str) -> queries.Counts:
    """React, or take the reaction back where there is one: what a button without JavaScript does."""
    pressed = code in queries.own_reactions(actor, kind_name, subject_id)
    return (unreact if pressed else react)(actor, kind_name, subject_id, code)


def follow(actor: Actor, kind_name: str, subject_id: int, level: str = "watching") -> None:
    """Follow a subject at a level. Raises NotFound, NotAllowed, Invalid."""
    require(policy.can_follow(actor))
    get_subject(actor, kind_name, subject_id)
    if level not in FOLLOW_LEVELS:
        raise Invalid(NO_SUCH_LEVEL, "level")
    if queries.follow_level(actor, kind_name, subject_id) == level:
        return
    wanted = insert_into(Follow).values(
        user_id=actor.actor_id, subject_kind=kind_name, subject_id=subject_id, level=level, created_at=now()
    )
    key = [Follow.user_id, Follow.subject_kind, Follow.subject_id]
    db.session.execute(wanted.on_conflict_do_update(index_elements=key, set_={"level": level}))
    record(FollowChanged(_id(actor), kind_name, subject_id))


def unfollow(actor: Actor, kind_name: str, subject_id: int) -> None:
    """Follow a subject no longer; also one that the actor may no longer see. Raises NotAllowed."""
    require(policy.can_follow(actor))
    gone = db.session.execute(
        delete(Follow).where(
            Follow.user_id == actor.actor_id, Follow.subject_kind == kind_name, Follow.subject_id == subject_id
        )
    )
    if _rows(gone):
        record(FollowChanged(_id(actor), kind_name, subject_id))


def prefer_tracking(actor: Actor, tracks_replied: bool) -> None:
    """Say whether what one takes part in is tracked from then on. Raises NotAllowed."""
    require(policy.can_follow(actor))
    wanted = insert_into(FollowPreference).values(user_id=actor.actor_id, tracks_replied=tracks_replied)
    key = [FollowPreference.user_id]
    db.session.execute(wanted.on_conflict_do_update(index_elements=key, set_={"tracks_replied": tracks_replied}))


def track_taken_part(user_id: int, kind_name: str, subject_id: int) -> bool:
    """Track what a member takes part in from now on, unless they chose otherwise, for it or for all; whether it is."""
    preference = db.session.get(FollowPreference, user_id, populate_existing=True)
    if preference and not preference.tracks_replied:
        return False
    wanted = insert_into(Follow).values(
        user_id=user_id, subject_kind=kind_name, subject_id=subject_id, level="tracking", created_at=now()
    )
    if not db.session.execute(wanted.on_conflict_do_nothing().returning(Follow.user_id)).first():
        return False
    record(FollowChanged(user_id, kind_name, subject_id))
    return True


def mark_read(actor: Actor, kind_name: str, subject_id: int, number: int) -> int:
    """Note that the actor has read a subject up to a number; never goes back. Returns the number in force.

    Raises NotFound, NotAllowed.
    """
    require(policy.can_follow(actor))
    subject = get_subject(actor, kind_name, subject_id)
    length = kind(kind_name).length
    reached = max(0, min(number, length(subject) if length else HIGHEST))
    before = queries.read_markers(actor, kind_name, [subject_id]).get(subject_id, -1)
    if reached <= before:
        return before
    if not note_read(actor, kind_name, subject_id, reached):  # another tab was faster, and further
        return queries.read_markers(actor, kind_name, [subject_id])[subject_id]
    return reached


def note_read(actor: Actor, kind_name: str, subject_id: int, reached: int) -> bool:
    """Move a read marker of a member on; whether it was behind. The caller has checked subject and number."""
    values = {"user_id": actor.actor_id, "subject_kind": kind_name, "subject_id": subject_id}
    if not db.session.execute(_MARKER_MOVES, values | {"last_number": reached, "updated_at": now()}).first():
        return False
    record(ReadMoved(_id(actor), kind_name, subject_id, reached))
    return True


_MARKER_MOVES = text(
    "INSERT INTO read_marker (user_id, subject_kind, subject_id, last_number, updated_at) "
    "VALUES (:user_id, :subject_kind, :subject_id, :last_number, :updated_at) "
    "ON CONFLICT (user_id, subject_kind, subject_id) DO UPDATE "
    "SET last_number = excluded.last_number, updated_at = excluded.updated_at "
    "WHERE read_marker.last_number < excluded.last_number RETURNING last_number"
).bindparams(bindparam("updated_at", type_=Utc()))
"""As text, which both databases understand and which is kept compiled."""


def set_tags(
    actor: Actor, kind_name: str, subject_id: int, words: Sequence[str], *, is_overseer: bool = False
) -> list[str]:
    """Give a subject these tags and no others: words, labels of themes in any language, or codes of themes.

    `is_overseer`: whether the actor keeps order where the subject is, and may use the tags kept for those who do.
    Returns their slugs. Raises NotFound, NotAllowed, Invalid.
    """
    wanted = canonical(labels_by_slug(words, vocabulary()))
    declared, subject = _editable(actor, kind_name, subject_id)
    current = {tag.slug for tag in queries.tags_of(kind_name, [subject_id])[subject_id]}
    if current == wanted.keys():
        return list(wanted)
    # In one order for all writers, so that two units never wait for each other.
    if new := [{"slug": slug, "label": wanted[slug]} for slug in sorted(wanted.keys() - current)]:
        db.session.execute(insert_into(Tag).values(new).on_conflict_do_nothing())
    db.session.execute(delete(Tagging).where(Tagging.subject_kind == kind_name, Tagging.subject_id == subject_id))
    if wanted:
        ids = usable_tags(wanted, current, is_overseer=is_overseer or actor.is_staff)
        rows = [{"tag_id": tag_id, "subject_kind": kind_name, "subject_id": subject_id} for tag_id in ids]
        db.session.execute(insert_into(Tagging).values(rows).on_conflict_do_nothing())
    record(TagsChanged(kind_name, subject_id, _room(declared, subject)))
    record(SubjectChanged(kind_name, subject_id))
    record(SubjectRenamed(kind_name, subject_id))
    return list(wanted)


def attach(actor: Actor, kind_name: str, subject_id: int, stored: StoredFile, alt_text: str = "") -> Attachment:
    """Attach a file that lies in the store already. Raises NotFound, NotAllowed, Invalid, Conflict."""
    declared, subject = _editable(actor, kind_name, subject_id)
    if stored.is_image and not alt_text.strip():
        raise Invalid(NEEDS_ALT, "alt_text")
    same = (Attachment.subject_kind == kind_name, Attachment.subject_id == subject_id)
    if db.session.scalar(select(func.count()).where(*same)) >= MOST_FILES:  # type: ignore[operator]
        raise Conflict(TOO_MANY_FILES)
    attachment = Attachment(
        public_id=new_public_id(), subject_kind=kind_name, subject_id=subject_id, user_id=actor.actor_id,
        name=stored.name, media_type=stored.media_type, size=stored.size, sha256=stored.sha256,
        alt_text=alt_text.strip()[:300], width=stored.width, height=stored.height, sizes=stored.sizes,
    )  # fmt: skip
    db.session.add(attachment)
    db.session.flush()
    record(FilesChanged(kind_name, subject_id, _room(declared, subject)))
    return attachment


def detach(actor: Actor, attachment: Attachment) -> None:
    """Take a file off its subject; its bytes leave the store with the next sweep. Raises NotFound, NotAllowed."""
    declared, subject = _editable(actor, attachment.subject_kind, attachment.subject_id)
    db.session.delete(attachment)
    record(SubjectRemoved("file", attachment.id))
    record(FilesChanged(attachment.subject_kind, attachment.subject_id, _room(declared, subject)))


def _locked(actor: Actor, kind_name: str, subject_id: int) -> tuple[SubjectKind, Any]:
    """A subject that the actor may see, kept for this unit: it is not hidden while it is reacted to."""
    db.session.flush()  # locking reads the row again, and would forget what is not yet written
    subject = get_subject(actor, kind_name, subject_id)
    return kind(kind_name), lock(subject)


def _editable(actor: Actor, kind_name: str, subject_id: int) -> tuple[SubjectKind, Any]:
    declared, subject = kind(kind_name), get_subject(actor, kind_name, subject_id)
    require(policy.can_edit(actor, declared, subject))
    return declared, subject


def _room(declared: SubjectKind, subject: Any) -> str:
    if declared.room_of:
        return declared.room_of(subject) or ""
    return f"{declared.name}:{subject.id}" if declared.has_room else ""


def _check_code(code: str) -> None:
    if code not in REACTIONS:
        raise Invalid(NO_SUCH_CODE, "code")


def _id(actor: Actor) -> int:
    assert actor.actor_id is not None, "policy has refused visitors"
    return actor.actor_id


def _rows(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
