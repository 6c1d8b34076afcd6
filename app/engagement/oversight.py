"""How order is kept in files: shown in place, hidden from everyone but moderators, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from app.core.audit import audit
from app.core.db import lock
from app.core.events import record
from app.core.i18n import DEFAULT
from app.core.lifecycle import next_state
from app.core.oversight import Oversight, Said
from app.core.policy import Actor
from app.core.subjects import SubjectHidden, SubjectPublished, kind
from app.engagement.events import FilesChanged
from app.engagement.lifecycle import FILE_STATES
from app.engagement.models import SHELF, Attachment


def _what_it_is_attached_to(found: Attachment) -> tuple[Oversight, Any] | None:
    """The subject of a file, where order is kept in its kind; None for a file on a shelf."""
    if found.subject_kind == SHELF:
        return None
    declared = kind(found.subject_kind)
    subject = declared.load([found.subject_id]).get(found.subject_id)
    return (declared.oversight, subject) if declared.oversight and subject is not None else None


def space_of(found: Attachment) -> int | None:
    """The space of what the file is attached to."""
    held = _what_it_is_attached_to(found)
    return held[0].space_id(held[1]) if held else None


def _words(files: Sequence[Attachment]) -> Mapping[int, Said]:
    return {found.id: Said(_html(found), _lang(found), found.user_id, found.created_at, found.name) for found in files}


def _html(found: Attachment) -> str:
    address = f"/files/{found.public_id}"  # the same in every language, and known where no request is
    if found.media_type.startswith("image/"):
        return Markup('<p><img src="{}" alt="{}" loading="lazy"></p>').format(address, found.alt_text)
    return Markup('<p><a href="{}"><bdi>{}</bdi></a></p>').format(address, found.name)


def _lang(found: Attachment) -> str:
    """The language of what it is attached to."""
    held = _what_it_is_attached_to(found)
    return held[0].words([held[1]])[held[1].id].lang if held else DEFAULT


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
    declared = kind(found.subject_kind)
    subject = declared.load([found.subject_id]).get(found.subject_id)
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
