"""Files of members: checked by content, kept once under their digest.

A file's type is what its bytes say, whatever its name claims. Images are written anew, which drops what the camera
noted beside the picture: place, device, owner.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol
from zipfile import is_zipfile

from app.config import Settings
from app.core.documents import DOCX, ODT, clean_document, document_type
from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext
from app.core.images import clean_image

LARGEST = 10 * 1024 * 1024
ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    ODT: ".odt",
    DOCX: ".docx",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "audio/ogg": ".ogg",
}
"""What may be kept, and the ending under which it is downloaded."""
_TEXTS = {".csv": "text/csv", ".txt": "text/plain", ".md": "text/markdown"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
TOO_LARGE = lazy_pgettext("file rule", "A file may have at most 10 MB.")
EMPTY = lazy_pgettext("file rule", "This file is empty.")
NOT_TAKEN = lazy_pgettext(
    "file rule", "This kind of file is not taken here: images, PDF, ODT, DOCX, CSV, TXT, MD and Ogg sound are."
)


class FileStore(Protocol):
    """Keeps bytes under their SHA-256 digest; a local folder now, an object store by the same four calls."""

    def put(self, digest: str, content: bytes) -> None:
        """Keep bytes; those kept already stay."""

    def open(self, digest: str) -> IO[bytes]:
        """The bytes as a seekable open file. Raises FileNotFoundError."""

    def delete(self, digest: str) -> None:
        """Forget bytes; those unknown are passed over."""

    def digests(self, older_than: float) -> Iterator[str]:
        """Digests kept since before that moment, in seconds since 1970."""


class LocalFiles:
    """A folder with one file for each digest, in 256 sub-folders."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def put(self, digest: str, content: bytes) -> None:
        path = self._path(digest)
        if path.exists():
            path.touch()  # young again: a sweep under way leaves it
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(path)

    def open(self, digest: str) -> IO[bytes]:
        return self._path(digest).open("rb")

    def delete(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def digests(self, older_than: float) -> Iterator[str]:
        for path in self._root.glob("??/*"):
            if path.stat().st_mtime < older_than:
                yield path.name


@dataclass(frozen=True)
class StoredFile:
    """A file that was checked and lies in the store."""

    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    sizes: dict[str, str] = field(default_factory=dict)
    """Digests of smaller copies of an image, by width."""

    @property
    def is_image(self) -> bool:
        """Whether it is shown rather than downloaded, and needs words for who does not see it."""
        return self.media_type.startswith("image/")


def file_store(settings: Settings) -> FileStore:
    """The store that the settings name."""
    return LocalFiles(settings.var / "files")


def store_file(store: FileStore, name: str, content: bytes) -> StoredFile:
    """Check and keep a file; called before the unit of work that attaches it. Raises Invalid."""
    if not content:
        raise Invalid(EMPTY, "file")
    if len(content) > LARGEST:
        raise Invalid(TOO_LARGE, "file")
    media_type = sniff(content, name)
    if media_type is None or _is_two_things(content, media_type):
        raise Invalid(NOT_TAKEN, "file")
    if media_type.startswith("image/"):
        return _store_image(store, name, content, media_type)
    if media_type in {ODT, DOCX}:
        content = clean_document(content)
    return StoredFile(safe_name(name, media_type), media_type, len(content), _put(store, content))


def _put(store: FileStore, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    store.put(digest, content)
    return digest


def _store_image(store: FileStore, name: str, content: bytes, media_type: str) -> StoredFile:
    clean = clean_image(content, media_type)
    sizes = {str(width): _put(store, smaller) for width, smaller in clean.smaller.items()}
    return StoredFile(
        safe_name(name, media_type), media_type, len(clean.content), _put(store, clean.content),
        clean.width, clean.height, sizes,
    )  # fmt: skip


def _is_two_things(content: bytes, media_type: str) -> bool:
    """Whether the bytes are a page or an archive too; images and documents need no look, they are written anew."""
    if media_type.startswith("image/") or media_type in {ODT, DOCX}:
        return False
    head = content[:2048].lower()
    return is_zipfile(BytesIO(content)) or any(sign in head for sign in (b"<html", b"<script", b"<!doctype", b"<svg"))


def sniff(content: bytes, name: str = "") -> str | None:
    """The media type that the bytes show, or None for what is not taken; plain text has no sign and needs its name."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"OggS"):
        return "audio/ogg"
    if content.startswith(b"PK\x03\x04"):
        return document_type(content)
    return _text_type(content, name.lower())


def _text_type(content: bytes, name: str) -> str | None:
    """Plain text in UTF-8, without signs that no text has; a table has its marks in the first line."""
    ending = next((ending for ending in _TEXTS if name.endswith(ending)), None)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if ending is None or _CONTROL.search(text):
        return None
    if ending == ".csv" and not any(mark in text.partition("\n")[0] for mark in ",;\t"):
        return None
    return _TEXTS[ending]


def safe_name(name: str, media_type: str) -> str:
    """The last part of a name without control and direction signs, with the ending of its true type."""
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\"<>|:*?]", "", last).strip(" .")
    ending = ENDINGS[media_type]
    stem = plain.rsplit(".", 1)[0] if "." in plain else plain
    if media_type == "image/jpeg" and plain.lower().endswith(".jpeg"):
        ending = ".jpeg"
    return f"{stem[:100] or 'file'}{ending}"
