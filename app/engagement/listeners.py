"""What becomes of files when what they are attached to changes."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.core.consumers import listen
from app.core.db import db
from app.core.events import record
from app.core.jobs import wake
from app.core.subjects import SubjectChanged, SubjectEvent, SubjectHidden, SubjectPublished
from app.engagement.events import FilesChanged
from app.engagement.models import Attachment

READ_FILES = "engagement.read_files"
"""Wakes the job that reads the text of documents."""
_ATTACHED = select(Attachment.id).where(
    Attachment.subject_kind == bindparam("kind"), Attachment.subject_id == bindparam("id")
)
_BEARS_FILES = _ATTACHED.limit(1)


def _bears_files(event: SubjectEvent) -> bool:
    """Asked before a unit is opened: few subjects have files."""
    if event.kind == "file":
        return False
    return db.session.scalar(_BEARS_FILES, {"kind": event.kind, "id": event.id}) is not None


@listen(FilesChanged)
def find_new_files(event: FilesChanged) -> None:
    """New files are found, and their text is read soon."""
    _changed(event.kind, event.id)
    wake(READ_FILES)


@listen(SubjectPublished, when=_bears_files)
def find_files_shown_again(event: SubjectPublished) -> None:
    """Files are found where they are."""
    _changed(event.kind, event.id)


@listen(SubjectChanged, when=_bears_files)
def find_files_moved(event: SubjectChanged) -> None:
    """What changed may be in another space now, or in another language, and its files with it."""
    _changed(event.kind, event.id)


@listen(SubjectHidden, when=_bears_files)
def find_files_no_more(event: SubjectHidden) -> None:
    """What is hidden is asked of the database at every search; the index follows."""
    _changed(event.kind, event.id)


def _changed(kind: str, subject_id: int) -> None:
    for file_id in db.session.scalars(_ATTACHED, {"kind": kind, "id": subject_id}).all():
        record(SubjectChanged("file", file_id))
