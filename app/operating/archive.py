"""One archive: a tar file under zstd whose last member, the manifest, says what it must hold.

Written beside its place and renamed when whole, readable by its owner alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from app.core.errors import Invalid

FORM = 1
MANIFEST = "manifest.json"
SINGLE = (MANIFEST, "database.sqlite", "secret.key", "beffroi.toml")
FOLDERS = ("files", "tables")
"""What a backup is made of."""
LEVEL = 3
PIECE = 1 << 20
BAD = (
    tarfile.TarError, zstd.ZstdError, EOFError, ValueError, KeyError, TypeError, AttributeError, RecursionError,
    FileExistsError, NotADirectoryError, IsADirectoryError,
)  # fmt: skip
BROKEN = "This archive is damaged or incomplete: {why}"


@dataclass
class Manifest:
    """What an archive holds, so that it can be proven whole before anything is replaced."""

    made_at: str
    version: str
    """Of the code that made it."""
    revision: str
    """Of the tables."""
    database: str
    """"sqlite" or "postgresql"."""
    site_url: str
    tables: dict[str, list[Any]] = field(default_factory=dict)
    """Of each table: rows, checksum over them, and for PostgreSQL its columns."""
    members: dict[str, list[Any]] = field(default_factory=dict)
    """Of each member: bytes, SHA-256."""
    form: int = FORM

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table[0] for table in self.tables.values())

    @property
    def files(self) -> int:
        """Files of members."""
        return sum(name.startswith("files/") for name in self.members)


class ArchiveWriter:
    """Adds members and keeps their checksums."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self._manifest = manifest

    def add(self, name: str, path: Path) -> None:
        """Add a file. Raises FileNotFoundError."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            counted = _Hashing(file, size)
            self._tar.addfile(_header(name, size), counted)
        self._manifest.members[name] = [size, counted.digest.hexdigest()]

    def close(self) -> None:
        """Add the manifest."""
        text = json.dumps(asdict(self._manifest), ensure_ascii=False, indent=1).encode()
        self._tar.addfile(_header(MANIFEST, len(text)), io.BytesIO(text))


class _Hashing(io.RawIOBase):
    """A file that keeps the checksum of what was read of it."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(piece)
        self.digest.update(piece)
        return piece


def _header(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


@contextmanager
def writing(path: Path, manifest: Manifest) -> Iterator[ArchiveWriter]:
    """Write an archive; it stands at its path when the block ends well, and nothing does else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    checked: dict[int, int] = {
        zstd.CompressionParameter.compression_level: LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with zstd.open(raw, "wb", options=checked) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
                writer = ArchiveWriter(tar, manifest)
                yield writer
                writer.close()
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def unpack(path: Path, into: Path | None) -> Manifest:
    """Read an archive to its end and compare every member with the manifest; write them into a folder if one is given.

    Raises Invalid for whatever is not as it was written.
    """
    try:
        found, manifest = _read(path, into)
    except BAD as trouble:
        raise Invalid(BROKEN.format(why=str(trouble) or type(trouble).__name__)) from trouble
    if found != manifest.members:
        wrong = sorted(
            name for name in found.keys() | manifest.members if found.get(name) != manifest.members.get(name)
        )
        raise Invalid(BROKEN.format(why=f"{wrong[0]} is not as the manifest says."))
    return manifest


def _read(path: Path, into: Path | None) -> tuple[dict[str, list[Any]], Manifest]:
    found: dict[str, list[Any]] = {}
    manifest: Manifest | None = None
    with zstd.open(path, "rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
        for info in tar:
            content = tar.extractfile(info)
            if content is None or not _is_plain(info.name):
                raise ValueError(f"{info.name} does not belong into an archive.")
            if info.name == MANIFEST:
                manifest = _manifest(content.read())
                continue
            found[info.name] = _take(content, into / info.name if into else None)
        while packed.read(PIECE):  # to the end, where the checksum of the whole stands
            pass
    if manifest is None:
        raise ValueError("it has no manifest.")
    return found, manifest


def _manifest(text: bytes) -> Manifest:
    told = json.loads(text)
    if told.get("form") != FORM:
        raise ValueError(f"its form is {told.get('form')}, this version reads form {FORM}.")
    return Manifest(**told)


def _is_plain(name: str) -> bool:
    """Whether a backup writes such a member: nothing else is laid beside what is prepared, such as an index."""
    first, *rest = name.split("/")
    if not rest:
        return first in SINGLE
    return first in FOLDERS and not {"", ".", ".."} & set(rest)


def _take(content: IO[bytes], place: Path | None) -> list[Any]:
    digest, size = hashlib.sha256(), 0
    target: IO[bytes] | None = None
    if place:
        place.parent.mkdir(parents=True, exist_ok=True)
        target = os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    try:
        while piece := content.read(PIECE):
            digest.update(piece)
            size += len(piece)
            if target:
                target.write(piece)
    finally:
        if target:
            target.close()
    return [size, digest.hexdigest()]
