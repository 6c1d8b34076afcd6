"""What a start may have to do first: tables, demonstration set, index. Shows how far it has come."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from app.config import PROJECT, Settings

FIRST_SCALE = "small"


def head_revision() -> str:
    """The newest migration: the one that no other follows. Read from the files, without loading Alembic."""
    texts = [path.read_text() for path in (PROJECT / "migrations" / "versions").glob("*.py")]
    own = {found[1] for text in texts if (found := re.search(r'^revision = "(\w+)"', text, re.MULTILINE))}
    followed = {found[1] for text in texts if (found := re.search(r'^down_revision = "(\w+)"', text, re.MULTILINE))}
    (head,) = own - followed
    return head


def is_behind(settings: Settings) -> bool:
    """Whether a SQLite database lacks a migration; of another database `beffroi doctor` knows."""
    if settings.database_url and not settings.database_url.startswith("sqlite:///"):
        return False
    path = settings.database.removeprefix("sqlite:///")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return True
    return bool(found != (head_revision(),))


def is_prepared(settings: Settings) -> bool:
    """Whether a start need not look closer: tables up to date, the set loaded before if one is wanted."""
    from app.demo.sign_ins import FILE

    is_sqlite = settings.database.startswith("sqlite")
    return is_sqlite and not is_behind(settings) and (not settings.demo or (settings.var / FILE).exists())


def prepare(settings: Settings) -> None:
    """Bring the tables up to date, load the demonstration set where it is wanted and nobody is there yet."""
    from app.demo.loading import has_real_members, is_loaded

    migrate()
    if settings.demo and not is_loaded() and not has_real_members():
        load_demo(settings, FIRST_SCALE)
        fill_index()


def migrate() -> None:
    """Bring the tables up to date."""
    from flask_migrate import upgrade

    upgrade()


def load_demo(settings: Settings, scale: str, force: bool = False) -> None:
    """Load a demonstration set. Raises DemoRefused where it may not be."""
    from app.demo.loading import load

    with _progress() as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        loaded = load(scale, settings.var, report, force)
    _say(f"Demonstration set: {loaded.members} members, {loaded.topics} topics, {loaded.posts} posts.")


def clear_demo(settings: Settings, with_replies: bool = False) -> None:
    """Remove the demonstration set, and make the index without it. Raises RealWords."""
    from app.demo.clearing import clear

    cleared = clear(settings.var, with_replies=with_replies)
    if not cleared.members:
        _say("There is no demonstration set here.")
        return
    fill_index()
    words = f"{cleared.members} members, {cleared.topics} topics, {cleared.posts} posts, {cleared.spaces} spaces"
    _say(f"Removed: {words}.")


def fill_index() -> None:
    """Make the search index from what the database holds."""
    from app.search.index import current_index
    from app.search.services import rebuild_index

    index = current_index()
    with _progress() as bars:
        task = bars.add_task("Indexing", total=None)
        rebuild_index(index.engine, index.lock_file, lambda count: bars.advance(task, count))
        bars.update(task, total=bars.tasks[0].completed)


def show_sign_ins(settings: Settings) -> None:
    """Print the sign-ins of the set loaded here."""
    from rich.console import Console
    from rich.table import Table

    from app.demo.sign_ins import read_sign_ins

    if not (sign_ins := read_sign_ins(settings.var)):
        return
    table = Table("Address", "Role", "Languages", title="Demonstration sign-ins", title_justify="left")
    for sign_in in sign_ins:
        table.add_row(sign_in.email, sign_in.role, sign_in.langs)
    console = Console()
    console.print(table)
    console.print(f"Password of all: [bold]{sign_ins[0].password}[/]")


@contextmanager
def _progress() -> Iterator[Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as bars:
        yield bars


def _say(sentence: str) -> None:
    import click

    click.echo(sentence)


@contextmanager
def named_supervisor(var: Path) -> Iterator[None]:
    """Tell others who supervises, for as long as it does: an upgrade asks it to start its processes anew."""
    path = var / "supervisor.pid"
    path.write_text(str(os.getpid()))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
