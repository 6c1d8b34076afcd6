"""Makes a backup while the platform runs: database, files of members, signing key, configuration."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from app.config import PROJECT, Settings
from app.core.db import now
from app.core.errors import Conflict
from app.operating import postgresql_copy, sqlite_copy
from app.operating.archive import ArchiveWriter, Manifest, writing

NAME = "beffroi-{stamp}.tar.zst"
PATTERN = "beffroi-????????-??????*.tar.zst"
KEY, CONFIG = "secret.key", "beffroi.toml"
NO_ROOM = "There is too little room in {folder}: {free:.1f} GB free, {needed:.1f} GB needed."
NO_DATABASE = "There is no database to back up: run `beffroi migrate` first."


@dataclass(frozen=True)
class Made:
    """A backup that was written."""

    path: Path
    manifest: Manifest
    pruned: list[Path]

    @property
    def size(self) -> int:
        """Bytes of the archive."""
        return self.path.stat().st_size


def back_up(settings: Settings, path: Path | None = None, keep: int = 0) -> Made:
    """Write an archive, by default into the folder of backups; forget all but the newest `keep` there.

    Raises Conflict where there is too little room, or nothing to back up.
    """
    moment = now()
    chosen = path or settings.backups / NAME.format(stamp=f"{moment:%Y%m%d-%H%M%S}")
    chosen.parent.mkdir(parents=True, exist_ok=True)
    _require_room(settings, chosen.parent)
    with tempfile.TemporaryDirectory(dir=chosen.parent, prefix=".backup-") as folder:
        manifest, members = copy_database(settings, Path(folder), moment)
        with writing(chosen, manifest) as archive:
            for name, member in members:
                archive.add(name, member)
            _add_files(archive, settings)
            _add_secrets(archive, settings)
    return Made(chosen, manifest, prune(chosen.parent, keep) if keep else [])


def copy_database(settings: Settings, folder: Path, moment: datetime) -> tuple[Manifest, list[tuple[str, Path]]]:
    """The database as it is now, in a folder, and the manifest that tells of it."""
    manifest = Manifest(
        made_at=moment.isoformat(timespec="seconds"),
        version=metadata.version("beffroi"),
        revision="",
        database="postgresql" if postgresql_copy.is_meant(settings) else "sqlite",
        site_url=settings.site_url,
    )
    if manifest.database == "postgresql":
        members = postgresql_copy.snapshot(settings.database, folder, manifest)
    else:
        copy = folder / sqlite_copy.MEMBER
        database = sqlite_path(settings)
        if not database.exists():
            raise Conflict(NO_DATABASE)
        sqlite_copy.snapshot(database, copy)
        manifest.revision, manifest.tables = sqlite_copy.revision_of(copy), sqlite_copy.sums_of(copy)
        members = [(sqlite_copy.MEMBER, copy)]
    if not manifest.revision:
        raise Conflict(NO_DATABASE)
    return manifest, members


def sqlite_path(settings: Settings) -> Path:
    """The file of the SQLite database."""
    return Path(settings.database.removeprefix("sqlite:///"))


def config_path() -> Path:
    """The operator's configuration, which may not exist."""
    return Path(os.environ.get("BEFFROI_CONFIG", PROJECT / "beffroi.toml"))


def _add_files(archive: ArchiveWriter, settings: Settings) -> None:
    """Files of members: each lies under its digest and never changes, so that copying needs no lock."""
    root = settings.var / "files"
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.suffix:  # what has an ending is still being written
            with suppress(FileNotFoundError):  # what nothing has referred to for a day may go while the backup runs
                archive.add(f"files/{path.relative_to(root)}", path)


def _add_secrets(archive: ArchiveWriter, settings: Settings) -> None:
    for name, path in ((KEY, settings.var / KEY), (CONFIG, config_path())):
        if path.exists():
            archive.add(name, path)


def _require_room(settings: Settings, folder: Path) -> None:
    """A copy of the database and the archive must find room."""
    database = sqlite_path(settings)
    needed = 2 * database.stat().st_size if database.exists() else 0
    needed += sum(path.stat().st_size for path in (settings.var / "files").rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Conflict(NO_ROOM.format(folder=folder, free=free / 2**30, needed=needed / 2**30))


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest backups of a folder; files with other names are left alone."""
    old = sorted(folder.glob(PATTERN), reverse=True)[keep:]
    for path in old:
        path.unlink()
    return old


def newest(settings: Settings) -> Path | None:
    """The newest backup in the folder of backups."""
    return max(settings.backups.glob(PATTERN), default=None)
