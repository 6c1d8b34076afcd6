"""The text inside attached documents, read in the jobs process and kept by digest, so that search finds it."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from sqlalchemy import Select, delete, select

from app.core.db import db, now
from app.core.events import record, unit_of_work
from app.core.files import FileStore
from app.core.subjects import SearchDocument, SubjectChanged, kind
from app.engagement import extracting
from app.engagement.models import SHELF, Attachment, FileText
from app.engagement.oversight import langs_of, load_files, space_of, subject_of

log = logging.getLogger(__name__)

SECONDS = 30
"""A document is given up after so long, whatever it is doing."""
AT_ONCE = 20
_PUBLIC = "public"


def read_due(store: FileStore) -> int:
    """Read the documents that are attached to something and were not read yet. Returns how many were looked at."""
    done = 0
    while found := _due():
        for digest, media_type in found:
            text = _read(store, digest, media_type)
            with unit_of_work():
                _keep(digest, text)
            done += 1
    return done


def _due() -> list[tuple[str, str]]:
    query = (
        select(Attachment.sha256, Attachment.media_type)
        .where(
            Attachment.media_type.in_(extracting.READABLE), Attachment.subject_kind != SHELF,
            Attachment.state == "shown", ~select(FileText.sha256).where(FileText.sha256 == Attachment.sha256).exists(),
        )
        .order_by(Attachment.id)
        .limit(AT_ONCE)
    )  # fmt: skip
    return list(dict(_pairs(query)).items())


def _pairs(query: Select[str, str]) -> list[tuple[str, str]]:
    return [(one, other) for one, other in db.session.execute(query)]


def _read(store: FileStore, digest: str, media_type: str) -> str:
    """The text of a document; empty where it has none or cannot be read, which is said in the log."""
    try:
        content = store.open(digest)
    except FileNotFoundError:
        log.warning("the text of file %s was passed over: it is not in the store", digest)
        return ""
    script = str(Path(extracting.__file__))
    with content:
        asked = [sys.executable, "-I", script, media_type]
        try:
            made = subprocess.run(  # noqa: S603 - our own script, and a media type of a fixed list
                asked, input=content.read(), capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            log.warning("the text of file %s was passed over: it took longer than %d seconds", digest, SECONDS)
            return ""
    if made.returncode:
        reason = made.stderr.decode(errors="replace")[-200:] if made.returncode == extracting.UNREADABLE else "too much"
        log.warning("the text of file %s (%s) was passed over: %s", digest, media_type, reason)
        return ""
    return made.stdout.decode("utf-8", "replace")


def _keep(digest: str, text: str) -> None:
    if db.session.get(FileText, digest) is not None:
        return
    db.session.add(FileText(sha256=digest, text=text, read_at=now()))
    for file_id in db.session.scalars(select(Attachment.id).where(Attachment.sha256 == digest)):
        record(SubjectChanged("file", file_id))


def sweep_texts() -> None:
    """Forget the texts of files that nothing refers to any more."""
    used = select(Attachment.sha256).where(Attachment.sha256 == FileText.sha256)
    db.session.execute(delete(FileText).where(~used.exists()))


def file_ids(after: int, limit: int) -> list[int]:
    """Ids of files above the first number, ascending, at most the second many."""
    query = select(Attachment.id).where(Attachment.id > after).order_by(Attachment.id).limit(limit)
    return list(db.session.scalars(query))


def file_documents(ids: Collection[int]) -> Mapping[int, SearchDocument]:
    """Files are found by their name, by what an image shows and by the text inside; whoever sees what a file is
    attached to may find it. One on a shelf, hidden, removed, or attached to what is not shown, is not found.
    """
    files = [found for found in load_files(ids).values() if found.state == "shown" and _is_in_the_open(found)]
    langs = langs_of(files)
    digests = {found.sha256 for found in files}
    query = select(FileText.sha256, FileText.text).where(FileText.sha256.in_(digests))
    texts = dict(_pairs(query))
    return {
        found.id: _document(found, langs[found.id], texts.get(found.sha256, "")) for found in files if found.id in langs
    }


def _is_in_the_open(found: Attachment) -> bool:
    subject = subject_of(found)
    return subject is not None and kind(found.subject_kind).is_open(subject)


def _document(found: Attachment, lang: str, text: str) -> SearchDocument:
    space_id = space_of(found)
    return SearchDocument(
        kind="file", id=found.id, lang=lang, title=f"{found.name} {found.alt_text}".strip(), body=text,
        author_id=found.user_id, space_id=space_id, date=found.created_at,
        visibility=(f"space:{space_id}" if space_id else _PUBLIC,), revision=found.id,
    )  # fmt: skip
