"""`beffroi search`: upkeep of the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from app.search.checking import check_index
from app.search.documents import all_subjects
from app.search.index import current_index
from app.search.services import rebuild_index

group = AppGroup("search", help="The search index.")


class _Speed(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.0f}/s" if speed else "")


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int], None]]:
    """A bar of everything that is read from the database: how many, of how many, how fast, how long still."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(what, total=sum(len(ids) for _, ids in all_subjects()))
        yield lambda count: progress.advance(task, count)


@group.command("rebuild")
def rebuild() -> None:
    """Make the index anew from the database. Searches go on meanwhile; an interrupted rebuild goes on where it was."""
    index = current_index()
    with _progress("Indexing") as advance:
        made = rebuild_index(index.engine, index.lock_file, advance)
    documents = index.engine.stats().documents
    Console().print(f"{documents} documents in the index, {made} of them analysed anew.")


@group.command("check")
def check() -> None:
    """Compare the index with the database, and mend what differs. It is done every night too."""
    index = current_index()
    with _progress("Comparing") as advance:
        report = check_index(index, advance)
    if report.differences:
        found = f"{report.missing} missing, {report.outdated} outdated, {report.surplus} too many"
        Console().print(f"{report.compared} documents compared; mended: {found}.")
    else:
        Console().print(f"{report.compared} documents compared; the index agrees with the database.")
