"""Documents that are archives (ODT, DOCX), written anew: no macros, nothing that unpacks to more than it is worth,
nothing beside the document, and not the name of who wrote it.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext

ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_PARTS = 2000
MOST_UNPACKED = 60 * 1024 * 1024
_MACROS = re.compile(r"vbaProject\.bin$|vbaData\.xml$|^Basic/|^Scripts/|activeX/", re.IGNORECASE)
_PERSONAL = re.compile(r"^(docProps/thumbnail\.\w+|Thumbnails/.*)$", re.IGNORECASE)
_PEOPLE = re.compile(
    rb"(<(?:dc:creator|cp:lastModifiedBy|meta:initial-creator|meta:printed-by|meta:user-defined|Manager|Company"
    rb"|meta:generator)\b[^>]*>)[^<]*(?=</)"
)
"""Names of people and machines in what a document says of itself."""
_UNREADABLE = (BadZipFile, RuntimeError, NotImplementedError, zlib.error, ValueError, OSError, EOFError)
"""What a broken or hostile archive raises, wherever in it the fault lies."""
UNSAFE = lazy_pgettext("file rule", "This document holds macros, or unpacks to too much. Save it again without them.")
BROKEN = lazy_pgettext("file rule", "This document cannot be read.")


def document_type(content: bytes) -> str | None:
    """Which document an archive is, or None. Nothing of it is unpacked but one short line."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            first = parts[0] if parts else None
            if first and first.filename == "mimetype" and first.file_size < 100 and packed.read(first) == ODT.encode():
                return ODT
            names = {part.filename for part in parts}
    except _UNREADABLE:
        return None
    is_word = {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names
    return DOCX if is_word else None


def clean_document(content: bytes) -> bytes:
    """The same document with what its author did not mean to send left out. Raises Invalid."""
    written = BytesIO()
    try:
        with ZipFile(BytesIO(content)) as packed, ZipFile(written, "w", ZIP_DEFLATED) as kept:
            parts = packed.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or any(_MACROS.search(p.filename) for p in parts):
                raise Invalid(UNSAFE, "file")
            room = MOST_UNPACKED
            for part in parts:
                if not part.is_dir() and not _PERSONAL.match(part.filename):
                    room -= _copy(packed, part, kept, room)
    except _UNREADABLE as problem:
        raise Invalid(BROKEN, "file") from problem
    return written.getvalue()


def _copy(packed: ZipFile, part: ZipInfo, kept: ZipFile, room: int) -> int:
    """Write one part; what it says of its own length is not believed. Returns its length."""
    with packed.open(part) as source:
        content = source.read(room + 1)
    if len(content) > room:
        raise Invalid(UNSAFE, "file")
    if part.filename in {"docProps/core.xml", "docProps/app.xml", "meta.xml"}:
        content = _PEOPLE.sub(rb"\1", content)
    fresh = ZipInfo(part.filename)  # its date and owner are not taken over
    kept.writestr(fresh, content, ZIP_STORED if part.filename == "mimetype" else ZIP_DEFLATED)
    return len(content)
