"""What `beffroi import` and `beffroi export` do, and what they tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import click
from flask import current_app
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import select

from app.config import Settings
from app.core.db import db, take_stock
from app.core.files import file_store
from app.core.i18n import DEFAULT
from app.forum.models import Category
from app.search.index import current_index
from app.search.services import rebuild_index
from app.transfer import importing
from app.transfer.alone import to_oneself
from app.transfer.carried.register import carried
from app.transfer.checking import Checker, NoStore
from app.transfer.exporting import Export
from app.transfer.keys import Keys
from app.transfer.mbox import read_mails
from app.transfer.preparing import Preparer
from app.transfer.reading import read_lines
from app.transfer.writing import Summary, Writer

SHOWN = 50
"""Refused lines that are printed; `--errors` writes all that were kept to a file."""


@dataclass(frozen=True)
class Wish:
    """How the operator wants a file to be imported: the options of the command."""

    dry_run: bool = False
    source: str = ""
    files: Path | None = None
    lang: str = DEFAULT
    roles: bool = False
    settings: bool = False
    trust_files: bool = False
    category: str = ""
    errors: Path | None = None
    no_index: bool = False


def bring_in(file: Path, wish: Wish) -> int:
    """Import a file with the platform to itself; the exit code: 1 when a line was refused. Raises Conflict."""
    settings = cast(Settings, current_app.extensions["settings"])
    with nullcontext() if wish.dry_run else to_oneself(settings):
        return _bring_in(settings, file, wish)


def _bring_in(settings: Settings, file: Path, wish: Wish) -> int:
    source = (wish.source or file.name)[:60]
    is_mbox = file.suffix == ".mbox"
    if is_mbox and db.session.scalar(select(Category.id).where(Category.slug == wish.category)) is None:
        raise click.BadParameter("name a category that is there", param_hint="--category")
    store = NoStore() if wish.dry_run else file_store(settings)
    preparer = Preparer(
        store, wish.files or folder_of(file), wish.lang, trusts_files=wish.trust_files, names_members=not is_mbox
    )
    keys = Keys(source)
    writer = (Checker if wish.dry_run else Writer)(keys, preparer, gives_roles=wish.roles, runs_site=wish.settings)
    key = settings.derived_secret("import")
    reads = read_mails(file, wish.category, key, wish.lang, partial(keys.find, "post")) if is_mbox else read_lines(file)
    with _progress(file.stat().st_size) as report:
        summary = importing.run(reads, writer, report)
    if not wish.dry_run:
        take_stock()
    _tell(summary, wish.dry_run)
    if wish.errors:
        wish.errors.write_text("".join(f"{line}\t{reason}\n" for line, reason in summary.problems))
    if not wish.dry_run and not wish.no_index and summary.added.total():
        _make_index()
    return 1 if summary.refused else 0


def take_out(file: Path, *, is_public: bool) -> None:
    """Export to a file; one that holds addresses is readable by its owner alone."""
    settings = cast(Settings, current_app.extensions["settings"])
    count = Export(file_store(settings), folder_of(file), is_public=is_public).write(file)
    click.echo(f"{count} lines in {file}; files of members, if there are any, in {folder_of(file)}.")


def folder_of(file: Path) -> Path:
    """The folder beside a file that holds the files its posts name."""
    return file.with_name(f"{file.name.partition('.')[0]}-files")


@contextmanager
def _progress(size: int) -> Iterator[importing.Report]:
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()) as bars:
        task = bars.add_task("Reading", total=size)

        def report(behind: int, summary: Summary) -> None:
            posts = summary.added["post"] + summary.known["post"]
            bars.update(task, completed=min(behind, size), description=f"{posts} posts, {summary.refused} refused")

        yield report


def _tell(summary: Summary, dry_run: bool) -> None:
    for kind in ("space", "category", "person", "topic", "post", *carried()):
        if summary.added[kind] or summary.known[kind]:
            done = "to add" if dry_run else "added"
            click.echo(f"{kind:>17}: {summary.added[kind]} {done}, {summary.known[kind]} here already")
    for line, reason in summary.problems[:SHOWN]:
        click.echo(f"line {line}: {reason}", err=True)
    if summary.refused:
        click.echo(f"Lines refused: {summary.refused}.", err=True)


def _make_index() -> None:
    index = current_index()
    click.echo("Making the search index anew; everything can be read meanwhile.")
    rebuild_index(index.engine, index.lock_file)
    click.echo(f"{index.engine.stats().documents} documents in the index.")
