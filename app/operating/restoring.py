"""Puts a backup in the place of what is there, once every part of it was proven.

Everything is prepared beside: the archive is unpacked and compared, its tables are brought up to date, the index is
made. Only then, by a few renames (and one statement of PostgreSQL), it takes the place of the state in use, which is
kept aside. A process killed before leaves what was there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.config import Settings
from app.core.db import now
from app.core.errors import Conflict, Invalid
from app.operating import postgresql_copy, sqlite_copy
from app.operating.archive import Manifest, unpack
from app.operating.backing_up import CONFIG, KEY, sqlite_path
from app.operating.moving import copy_rows
from app.operating.preparing import MakeApp, bring_up_to_date, known_revisions
from app.operating.running import RUNNING, alone, shut_gate
from app.operating.swapping import Move, swap

STAGING = ".restoring"
PREPARING = "Bringing the tables up to date and making the index"
UNKNOWN = "This backup was made by a newer version: its tables are at {theirs}, this version knows up to {ours}."
OTHER_KIND = "A backup of PostgreSQL is restored to PostgreSQL: set BEFFROI_DATABASE_URL."
Say = Callable[[str], object]


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    former: str
    """Where the state that was there is kept."""
    revision: str
    """Of the tables now."""


def verify(path: Path, scratch: Path) -> Manifest:
    """Prove an archive: its members, its tables row by row, its revision. Raises Invalid."""
    with _staging(scratch) as folder:
        return _unpacked(path, folder)


@dataclass(frozen=True)
class Work:
    """What the steps of one restore share."""

    settings: Settings
    make_app: MakeApp
    say: Say
    folder: Path
    """Where everything is prepared."""
    manifest: Manifest
    former: Path
    revision: str
    """Of the tables when it is done."""


def restore(settings: Settings, make_app: MakeApp, path: Path, say: Say) -> Restored:
    """Put an archive in the place of what is there.

    Raises Conflict for a platform that runs, Invalid for an archive that cannot be trusted.
    """
    with shut_gate(settings.var), alone(settings.var):
        return restore_alone(settings, make_app, path, say)


def restore_alone(settings: Settings, make_app: MakeApp, path: Path, say: Say, *, migrates: bool = True) -> Restored:
    """The same for who has the platform to himself already; without `migrates` the tables stay as they were."""
    with _staging(settings.var) as folder:
        say(f"Reading {path}")
        manifest = _unpacked(path, folder)
        say(f"Whole: {manifest.rows} rows in {len(manifest.tables)} tables, {manifest.files} files of members.")
        known = known_revisions()
        if manifest.revision not in known:
            raise Invalid(UNKNOWN.format(theirs=manifest.revision, ours=known[0]))
        former = settings.var / f"former-{now():%Y%m%d-%H%M%S}"
        revision = known[0] if migrates else manifest.revision
        work = Work(settings, make_app, say, folder, manifest, former, revision)
        if postgresql_copy.is_meant(settings):
            _to_postgresql(work)
        else:
            _to_sqlite(work)
        return Restored(manifest, str(former), revision)


def _unpacked(path: Path, folder: Path) -> Manifest:
    manifest = unpack(path, folder)
    if manifest.database == "sqlite":
        sqlite_copy.check(folder / sqlite_copy.MEMBER, manifest.tables)
        found = sqlite_copy.revision_of(folder / sqlite_copy.MEMBER)
        if found != manifest.revision:
            raise Invalid(f"Its tables are at {found}, its manifest says {manifest.revision}.")
    return manifest


@contextmanager
def _staging(var: Path) -> Iterator[Path]:
    """A folder to prepare in, on the disk of what is replaced; of an earlier, killed try nothing is left."""
    folder = var / STAGING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _to_sqlite(work: Work) -> None:
    if work.manifest.database != "sqlite":
        raise Invalid(OTHER_KIND)
    settings, folder = work.settings, work.folder
    (folder / sqlite_copy.MEMBER).rename(folder / "beffroi.db")
    (folder / "files").mkdir(exist_ok=True)
    work.say(PREPARING)
    bring_up_to_date(work.make_app, replace(settings, var=folder, database_url=""), work.revision)
    place = sqlite_path(settings)
    aside = work.former if place.parent == settings.var else place.parent / work.former.name
    moves = [Move(place.with_name(place.name + end), aside / (place.name + end)) for end in ("-wal", "-shm")]
    moves += [Move(place, aside / place.name, folder / "beffroi.db")]
    moves += [_move(work, name) for name in ("files", "index")]
    swap(settings.var, [*moves, *_secrets(work)])


def _move(work: Work, name: str) -> Move:
    new = work.folder / name
    return Move(work.settings.var / name, work.former / name, new if new.exists() else None)


def _secrets(work: Work) -> list[Move]:
    """The signing key comes back; the configuration is laid beside: what is set here now is the operator's choice."""
    moves = [_move(work, KEY)] if (work.folder / KEY).exists() else []
    if (work.folder / CONFIG).exists():
        beside = f"restored-{CONFIG}"
        moves.append(Move(work.settings.var / beside, work.former / beside, work.folder / CONFIG))
    return moves


def _to_postgresql(work: Work) -> None:
    settings, former = work.settings, work.former
    if postgresql_copy.other_sessions(settings.database):
        raise Conflict(RUNNING + " Its database has other connections.")
    schema = f"restoring_{former.name[7:].replace('-', '_')}"
    in_schema = replace(settings, var=work.folder, database_url=postgresql_copy.in_schema(settings.database, schema))
    postgresql_copy.make_schema(settings.database, schema)
    try:
        work.say("Filling the tables beside those in use")
        _fill(work, schema, in_schema)
        work.say(PREPARING)
        (work.folder / "files").mkdir(exist_ok=True)
        bring_up_to_date(work.make_app, in_schema, work.revision)
        former.mkdir(mode=0o700, exist_ok=True)
        _keep_files(settings.var / "files", former / "files")
        _keep_files(work.folder / "files", settings.var / "files")
        swap(
            settings.var,
            [_move(work, "index"), *_secrets(work)],
            lambda: postgresql_copy.exchange(settings.database, schema, former.name.replace("-", "_")),
        )
    except BaseException:
        with postgresql_copy.connected(settings.database) as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        raise


def _fill(work: Work, schema: str, in_schema: Settings) -> None:
    """Give the new schema the tables and rows of the backup, and prove that they are all there."""
    manifest, is_same = work.manifest, work.manifest.database == "postgresql"
    if is_same:
        bring_up_to_date(work.make_app, in_schema, manifest.revision, with_index=False)
    else:
        copy_rows(work.make_app, work.folder, replace(work.settings, var=work.folder, database_url=""), in_schema)
        (work.folder / sqlite_copy.MEMBER).unlink()
    with postgresql_copy.connected(work.settings.database, schema) as connection:
        if is_same:
            postgresql_copy.load(connection, work.folder / "tables", manifest)
            columns = {name: told[2] for name, told in manifest.tables.items()}
            sqlite_copy.compare(postgresql_copy.sums_of(connection, columns), manifest.tables)
        postgresql_copy.move_sequences(connection)
        postgresql_copy.renumber_log(connection)


def _keep_files(source: Path, target: Path) -> None:
    """The same files in another folder, without their bytes being written twice."""
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        if path.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, place)
