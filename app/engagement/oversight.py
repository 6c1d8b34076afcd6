"""How order is kept in files: shown in place, hidden from everyone but moderators, removed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from app.core.audit import audit
from app.core.db import db, lock
from app.core.events import record
from app.core.i18n import DEFAULT
from app.core.lifecycle import next_state
from app.core.oversight import Oversight, Said
from app.core.policy import Actor
from app.core.subjects import SubjectHidden, SubjectPublished, kind
from app.engagement.events import FilesChanged
from app.engagement.lifecycle import FILE_STATES
from app.engagement.models import SHELF, Attachment

BEARER = "_bearer"
"""Where a file read with others keeps what it is attached to, read in one statement for all of them."""


def load_files(ids: Collection[int]) -> dict[int, Attachment]:
    """Files by id, each with what it is attached to: one statement for each kind of that, however many files."""
    files = {row.id: row for row in db.session.scalars(select(Attachment).where(Attachment.id.in_(ids)))}
    for name, some in _by_kind(files.values()).items():
        subjects = kind(name).load({found.subject_id for found in some})
        for found in some:
            vars(found)[BEARER] = (name, found.subject_id, subjects.get(found.subject_id))
    return files


def _by_kind(files: Iterable[Attachment]) -> dict[str, list[Attachment]]:
    grouped: dict[str, list[Attachment]] = defaultdict(list)
    for found in files:
        if found.subject_kind != SHELF:
            grouped[found.subject_kind].append(found)
    return grouped


def subject_of(found: Attachment) -> Any:
    """What a file is attached to, or None where that is gone or it is on a shelf."""
    if found.subject_kind == SHELF:
        return None
    name, subject_id, subject = vars(found).get(BEARER, ("", 0, None))
    if (name, subject_id) == (found.subject_kind, found.subject_id):  # it was not attached to something else since
        return subject
    return kind(found.subject_kind).load([found.subject_id]).get(found.subject_id)


def _what_it_is_attached_to(found: Attachment) -> tuple[Oversight, Any] | None:
    """The subject of a file, where order is kept in its kind."""
    subject = subject_of(found)
    oversight = kind(found.subject_kind).oversight if subject is not None else None
    return (oversight, subject) if oversight else None


def space_of(found: Attachment) -> int | None:
    """The space of what the file is attached to."""
    held = _what_it_is_attached_to(found)
    return held[0].space_id(held[1]) if held else None


def _words(files: Sequence[Attachment]) -> Mapping[int, Said]:
    langs = langs_of(files)
    return {
        found.id: Said(_html(found), langs.get(found.id, DEFAULT), found.user_id, found.created_at, found.name)
        for found in files
    }


def _html(found: Attachment) -> str:
    address = f"/files/{found.public_id}"  # the same in every language, and known where no request is
    if found.media_type.startswith("image/"):
        return Markup('<p><img src="{}" alt="{}" loading="lazy"></p>').format(address, found.alt_text)
    return Markup('<p><a href="{}"><bdi>{}</bdi></a></p>').format(address, found.name)


def langs_of(files: Sequence[Attachment]) -> dict[int, str]:
    """The language of what each file is attached to, by file, read together."""
    langs: dict[int, str] = {}
    for name, some in _by_kind(files).items():
        if (oversight := kind(name).oversight) is None:
            continue
        borne = {found.id: subject for found in some if (subject := subject_of(found)) is not None}
        said = oversight.words(list({subject.id: subject for subject in borne.values()}.values()))
        langs |= {file_id: said[subject.id].lang for file_id, subject in borne.items()}
    return langs


def _act(act: str, actor: Actor, found: Attachment, reason: str) -> Attachment:
    """Hide, restore, remove or reinstate a file. Raises Conflict."""
    lock(found)
    before = found.state
    begins = "hidden" if act == "remove" and before == "shown" else before
    found.state = next_state(FILE_STATES, act, begins)
    audit(actor, act, "file", found.id, reason, space_of(found), before=before, after=found.state)
    record(SubjectPublished("file", found.id) if found.state == "shown" else SubjectHidden("file", found.id))
    if found.subject_kind != SHELF:
        record(FilesChanged(found.subject_kind, found.subject_id, _room(found)))
    return found


def _room(found: Attachment) -> str:
    declared, subject = kind(found.subject_kind), subject_of(found)
    if declared.room_of and subject is not None:
        return declared.room_of(subject) or ""
    return f"{declared.name}:{found.subject_id}" if declared.has_room else ""


def _offered(found: Attachment) -> Sequence[str]:
    extra = ("remove",) if found.state == "shown" else ()
    return (*(act for act in FILE_STATES if found.state in FILE_STATES[act]), *extra)


FILE_OVERSIGHT = Oversight(
    words=_words,
    state=lambda found: found.state,
    acts={act: partial(_act, act) for act in FILE_STATES},
    offered=_offered,
    space_id=space_of,
)
