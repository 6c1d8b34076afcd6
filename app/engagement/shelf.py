"""The shelf: files that a member has sent and not yet attached to anything, such as those of a text being written.

A file keeps its public id when it is attached, so that a text may name it before it is published. What is left on a
shelf is swept away after a week.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select

from app.core import options
from app.core.db import db, new_public_id, now
from app.core.errors import Invalid, NotFound, TooMany
from app.core.events import record
from app.core.files import StoredFile
from app.core.i18n import lazy_pgettext
from app.core.options import Option
from app.core.policy import Actor, require
from app.core.subjects import SubjectRemoved
from app.engagement import policy
from app.engagement.events import FilesChanged
from app.engagement.models import SHELF, Attachment
from app.engagement.services import MOST_FILES, NEEDS_ALT, TOO_MANY_FILES

KEPT_FOR = timedelta(days=7)
A_DAY = timedelta(days=1)
ALT_MAX = 300
OVER_QUOTA = lazy_pgettext("file rule", "You have sent as many files as one may in a day. Send this one tomorrow.")
ALT_TOO_LONG = lazy_pgettext("file rule", "Describe the image in at most %(most)s characters.")
QUOTA = options.declare(
    Option(
        name="engagement.daily_megabytes",
        kind="int",
        default=60,
        label=lazy_pgettext("option", "Megabytes of files that a member may send in a day"),
        group="forum",
        least=0,
        most=10_000,
    )
)


def check_quota(actor: Actor, size: int) -> None:
    """Refuse a file that would be more than a member may send in a day. Raises NotAllowed, TooMany."""
    require(policy.can_send_files(actor))
    sent = select(func.coalesce(func.sum(Attachment.size), 0))
    sent = sent.where(Attachment.user_id == actor.actor_id, Attachment.created_at > now() - A_DAY)
    if int(db.session.scalar(sent) or 0) + size > int(options.value(QUOTA.name)) * 1024 * 1024:
        raise TooMany(OVER_QUOTA)


def put_on_shelf(actor: Actor, stored: StoredFile) -> Attachment:
    """Keep a file that lies in the store for a text that its member is writing. Raises NotAllowed, TooMany."""
    check_quota(actor, stored.size)
    found = Attachment(
        public_id=new_public_id(), subject_kind=SHELF, subject_id=actor.actor_id, user_id=actor.actor_id,
        name=stored.name, media_type=stored.media_type, size=stored.size, sha256=stored.sha256,
        width=stored.width, height=stored.height, sizes=stored.sizes,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return found


def shelved(actor: Actor, public_ids: Sequence[str], also: tuple[str, int] = ("", 0)) -> list[Attachment]:
    """Files of the actor's shelf, and of one subject besides, in the order of their ids as given; others are absent."""
    if actor.actor_id is None or not public_ids:
        return []
    query = select(Attachment).where(Attachment.public_id.in_(public_ids))
    own, named = (SHELF, actor.actor_id), dict[str, Attachment]()
    for found in db.session.scalars(query):
        if (found.subject_kind, found.subject_id) in {own, also}:
            named[found.public_id] = found
    return [named[public_id] for public_id in dict.fromkeys(public_ids) if public_id in named]


def take_off_shelf(actor: Actor, public_id: str) -> None:
    """Throw away a file that is attached to nothing. Raises NotFound."""
    found = next(iter(shelved(actor, [public_id])), None)
    if found is None:
        raise NotFound
    db.session.delete(found)


def attach_exactly(actor: Actor, kind_name: str, subject_id: int, wanted: Mapping[str, str], room: str) -> bool:
    """Give a subject these files and no others: `wanted` maps public ids, of the subject's files and of the actor's
    shelf, to what the images show. The caller has checked the right to. Returns whether anything changed.

    Raises Invalid.
    """
    if len(wanted) > MOST_FILES:
        raise Invalid(TOO_MANY_FILES, "files")
    chosen = shelved(actor, list(wanted), (kind_name, subject_id))
    before = select(Attachment).where(Attachment.subject_kind == kind_name, Attachment.subject_id == subject_id)
    gone = [found for found in db.session.scalars(before) if found.public_id not in wanted]
    changed = bool(gone)
    for found in gone:
        db.session.delete(found)
        record(SubjectRemoved("file", found.id))
    for found in chosen:
        alt = _checked_alt(found, wanted[found.public_id])
        place = (kind_name, subject_id, alt)
        changed = changed or place != (found.subject_kind, found.subject_id, found.alt_text)
        found.subject_kind, found.subject_id, found.alt_text = place
    if changed:
        db.session.flush()
        record(FilesChanged(kind_name, subject_id, room))
    return changed


def _checked_alt(found: Attachment, alt: str) -> str:
    words = " ".join(alt.split()) if found.is_image else ""
    if found.is_image and not words:
        raise Invalid(NEEDS_ALT, "files")
    if len(words) > ALT_MAX:
        raise Invalid(ALT_TOO_LONG % {"most": ALT_MAX}, "files")
    return words


holders: list[Callable[[], set[str]]] = []
"""Functions that name, by public id, the files that texts kept as drafts refer to: those are not swept away."""


def sweep_shelves() -> int:
    """Forget what has lain on a shelf for longer than a week; the bytes go with the next sweep of the store."""
    old = select(Attachment).where(Attachment.subject_kind == SHELF, Attachment.created_at < now() - KEPT_FOR)
    found = list(db.session.scalars(old))
    held = set[str]().union(*(holder() for holder in holders)) if found else set()
    gone = [file.id for file in found if file.public_id not in held]
    db.session.execute(delete(Attachment).where(Attachment.id.in_(gone)))
    return len(gone)
