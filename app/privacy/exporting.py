"""A copy of one's own data: a zip with a page to read, a JSON file for each table, files, and what it all means."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from flask import current_app, render_template
from sqlalchemy import select

from app.accounts.models import User
from app.config import Settings
from app.core import jobs, mail, personal
from app.core.db import db, lock, now
from app.core.errors import NotFound
from app.core.events import unit_of_work
from app.core.files import file_store
from app.core.i18n import direction, speaking
from app.core.personal import Personal
from app.core.policy import Actor, require
from app.engagement.models import Attachment
from app.privacy.models import DataExport
from app.privacy.policy import can_copy

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)
MARK = "<!-- tables -->"
"""Where the tables of the readable page go."""


def ask_export(actor: Actor, member: User) -> DataExport:
    """Have a copy made; one that is being made already is that one. Raises NotAllowed."""
    require(can_copy(actor, member))
    lock(member)
    waiting = select(DataExport).where(DataExport.user_id == member.id, DataExport.ready_at.is_(None))
    if earlier := db.session.scalars(waiting).first():
        return earlier
    asked = DataExport(user_id=member.id)
    db.session.add(asked)
    db.session.flush()
    return asked


def exports_of(member: User) -> list[DataExport]:
    """The copies of a member that are being made or can be fetched, the newest first."""
    query = select(DataExport).where(DataExport.user_id == member.id).order_by(DataExport.id.desc())
    return list(db.session.scalars(query.limit(10)))


def get_export(actor: Actor, public_id: str) -> DataExport:
    """A copy of the actor's own data that is ready. Raises NotFound."""
    found = db.session.scalars(select(DataExport).where(DataExport.public_id == public_id)).first()
    if found is None or found.user_id != actor.actor_id or found.ready_at is None or not path_of(found).exists():
        raise NotFound
    return found


def path_of(export: DataExport) -> Path:
    """Where a copy lies."""
    return _settings().var / "exports" / f"{export.public_id}.zip"


def make_due() -> int:
    """Make every copy that was asked for, then tell the member. Returns how many."""
    due = db.session.scalars(select(DataExport).where(DataExport.ready_at.is_(None)).order_by(DataExport.id)).all()
    return sum(_make(export) for export in due)


def _make(export: DataExport) -> bool:
    """One copy; one that cannot be made does not hold up the others, and is tried again with the next look."""
    member = export.user
    if member.status != "active":
        return False
    try:
        size = _write(export, member)
    except Exception:
        log.exception("the copy %s was not made", export.public_id)
        return False
    with unit_of_work():
        export.ready_at, export.until, export.size = now(), now() + KEPT, size
        if member.email:
            link = f"{_settings().site_url}/{member.ui_lang}/account/data"
            mail.send(member.email, "privacy/copy_ready", member.ui_lang, user=member, link=link)
    return True


def purge_exports() -> None:
    """Delete copies after some days."""
    for export in db.session.scalars(select(DataExport).where(DataExport.until <= now())):
        path_of(export).unlink(missing_ok=True)
        with unit_of_work():
            db.session.delete(export)


def drop_files(member: User) -> None:
    """Delete the copies of a member whose account ends; their rows go with the other tables."""
    for export in db.session.scalars(select(DataExport).where(DataExport.user_id == member.id)):
        path_of(export).unlink(missing_ok=True)


def _write(export: DataExport, member: User) -> int:
    path = path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".part")
    tables = [table for table in personal.declared() if table.fields]
    with speaking(member.ui_lang), ZipFile(draft, "w", ZIP_DEFLATED) as packed:
        for table in tables:
            _write_json(packed, table, member.id)
        _write_dictionary(packed, tables)
        _write_page(packed, tables, member)
        _write_files(packed, member)
    draft.chmod(0o600)
    draft.replace(path)
    return path.stat().st_size


def _write_json(packed: ZipFile, table: Personal, member_id: int) -> None:
    with packed.open(f"tables/{table.name}.json", "w") as out:
        out.write(b"[")
        for place, row in enumerate(personal.rows_of(table, member_id)):
            out.write((b",\n" if place else b"\n") + orjson.dumps(row, default=str))
        out.write(b"\n]\n")


def _write_dictionary(packed: ZipFile, tables: list[Personal]) -> None:
    said = {
        table.name: {"title": str(table.label), "fields": {name: str(table.label_of(name)) for name in table.fields}}
        for table in tables
    }
    packed.writestr("dictionary.json", orjson.dumps(said, option=orjson.OPT_INDENT_2))


def _write_page(packed: ZipFile, tables: list[Personal], member: User) -> None:
    """The readable page, in the member's language; parts are written one by one, so that no text is held whole."""
    frame = {"member": member, "lang": member.ui_lang, "dir": direction(member.ui_lang), "made_at": now()}
    with packed.open("index.html", "w") as out:
        head, _, foot = render_template("privacy/copy.html", mark=MARK, **frame).partition(MARK)
        out.write(head.encode())
        for table in tables:
            for part in _table_part(table, member.id):
                out.write(part.encode())
        out.write(foot.encode())


def _table_part(table: Personal, member_id: int) -> Iterator[str]:
    batch: list[list[Any]] = []
    is_begun = False
    for row in personal.rows_of(table, member_id):
        batch.append([(table.label_of(name), row[name]) for name in table.fields])
        if len(batch) == 100:
            yield render_template("privacy/copy_table.html", table=table, rows=batch, is_begun=is_begun)
            batch, is_begun = [], True
    if batch or not is_begun:
        yield render_template("privacy/copy_table.html", table=table, rows=batch, is_begun=is_begun)


def _write_files(packed: ZipFile, member: User) -> None:
    store = file_store(_settings())
    for attached in db.session.scalars(
        select(Attachment).where(Attachment.user_id == member.id).order_by(Attachment.id)
    ):
        try:
            with store.open(attached.sha256) as kept, packed.open(f"files/{attached.id}-{attached.name}", "w") as out:
                shutil.copyfileobj(kept, out)
        except FileNotFoundError:
            continue


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


jobs.on_wake("export", make_due)
