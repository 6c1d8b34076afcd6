"""`beffroi search`: upkeep of the index."""

from __future__ import annotations

from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.search.index import current_index
from app.search.services import rebuild_index

group = AppGroup("search", help="The search index.")


@group.command("rebuild")
def rebuild() -> None:
    """Make the index anew from the database. Searches go on meanwhile; an interrupted rebuild goes on where it was."""
    index = current_index()
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        reading = progress.add_task("Reading", total=index.engine.stats().documents or None)
        made = rebuild_index(index.engine, index.lock_file, lambda count: progress.advance(reading, count))
        read = progress.tasks[0].completed
        progress.update(reading, total=read)
    documents = index.engine.stats().documents
    console.print(f"{documents} documents in the index, {made} of them analysed anew.")
