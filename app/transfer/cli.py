"""`beffroi import`, `beffroi export`: a community moves in, or takes everything with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.config import Settings
from app.core.db import db
from app.core.files import file_store
from app.core.i18n import CONTENT, DEFAULT
from app.forum.models import Category
from app.transfer import importing
from app.transfer.checking import Checker, NoStore
from app.transfer.exporting import Export
from app.transfer.keys import Keys
from app.transfer.preparing import Preparer
from app.transfer.reading import read_lines
from app.transfer.writing import Summary, Writer

group = click.Group("transfer", help="Import and export.")
FILE = click.Path(path_type=Path, dir_okay=False)
SHOWN = 50
"""Refused lines that are printed; `--errors` writes the others to a file."""


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Check every line and write nothing.")
@click.option("--source", default="", help="Name of where it comes from; the name of FILE when left out.")
@click.option("--files", type=click.Path(path_type=Path, file_okay=False), help="Folder of the files posts name.")
@click.option(
    "--lang", type=click.Choice(CONTENT), default=DEFAULT, show_default=True, help="Of texts too short to tell."
)
@click.option("--roles", is_flag=True, help="Give people the roles that the file says they hold.")
@click.option("--trust-files", is_flag=True, help="FILE was exported by this platform: keep the bytes of its files.")
@click.option("--category", default="", help="Of a mailing-list archive: slug of the category its threads go to.")
@click.option("--errors", type=FILE, help="Write all refused lines and their reasons to this file.")
@click.option("--no-index", is_flag=True, help="Do not make the search index anew.")
@with_appcontext
def import_file(file: Path, dry_run: bool, category: str, errors: Path | None, no_index: bool, **chosen: Any) -> None:
    """Bring in FILE: JSON Lines (docs/transfer.md), or a mailing-list archive (.mbox). May be repeated."""
    settings = cast(Settings, current_app.extensions["settings"])
    source = (chosen["source"] or file.name)[:60]
    is_mbox = ".mbox" in file.suffixes
    if is_mbox and db.session.scalar(select(Category.id).where(Category.slug == category)) is None:
        raise click.BadParameter("name a category that is there", param_hint="--category")
    preparer = Preparer(
        NoStore() if dry_run else file_store(settings),
        chosen["files"] or folder_of(file),
        chosen["lang"],
        trusts_files=chosen["trust_files"],
        names_members=not is_mbox,
    )
    writer = (Checker if dry_run else Writer)(Keys(source), preparer, gives_roles=chosen["roles"])
    if is_mbox:
        from app.transfer.mbox import read_mails

        key = settings.derived_secret("import")
        reads = read_mails(file, source, category, key, chosen["lang"])
    else:
        reads = read_lines(file)
    with _progress(file.stat().st_size) as report:
        summary = importing.run(reads, writer, report)
    _tell(summary, dry_run)
    if errors:
        errors.write_text("".join(f"{line}\t{reason}\n" for line, reason in summary.problems))
    if not dry_run and not no_index and summary.added.total():
        _make_index()
    sys.exit(1 if summary.refused else 0)


@group.command("export")
@click.argument("file", type=FILE)
@click.option("--public", is_flag=True, help="What every visitor may read alone, without addresses: open data.")
@with_appcontext
def export_file(file: Path, public: bool) -> None:
    """Write everything to FILE in the form that `beffroi import` reads, and files of members beside it."""
    settings = cast(Settings, current_app.extensions["settings"])
    count = Export(file_store(settings), folder_of(file), is_public=public).write(file)
    if not public:
        file.chmod(0o600)
    click.echo(f"{count} lines in {file}; files of members, if there are any, in {folder_of(file)}.")


def folder_of(file: Path) -> Path:
    """The folder beside a file that holds the files its posts name."""
    return file.with_name(f"{file.name.partition('.')[0]}-files")


@contextmanager
def _progress(size: int) -> Iterator[importing.Report]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns) as bars:
        task = bars.add_task("Reading", total=size)

        def report(behind: int, summary: Summary) -> None:
            posts = summary.added["post"] + summary.known["post"]
            bars.update(task, completed=min(behind, size), description=f"{posts} posts, {summary.refused} refused")

        yield report


def _tell(summary: Summary, dry_run: bool) -> None:
    for kind in ("space", "category", "person", "topic", "post"):
        if summary.added[kind] or summary.known[kind]:
            done = "to add" if dry_run else "added"
            click.echo(f"{kind:>9}: {summary.added[kind]} {done}, {summary.known[kind]} here already")
    for line, reason in summary.problems[:SHOWN]:
        click.echo(f"line {line}: {reason}", err=True)
    if summary.refused:
        click.echo(f"Lines refused: {summary.refused}.", err=True)


def _make_index() -> None:
    from app.search.index import current_index
    from app.search.services import rebuild_index

    index = current_index()
    click.echo("Making the search index anew; everything can be read meanwhile.")
    rebuild_index(index.engine, index.lock_file)
    click.echo(f"{index.engine.stats().documents} documents in the index.")
