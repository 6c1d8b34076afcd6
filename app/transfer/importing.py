"""An import from its first line to the index: batches, progress, what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.core.db import db
from app.transfer.carried.register import carried
from app.transfer.reading import Read
from app.transfer.writing import Line, Summary, Writer

BATCH, BATCH_TEXT = 500, 2_000_000
"""Lines, and characters of Markdown, written in one unit of work."""
Report = Callable[[int, Summary], object]
"""Told after each batch how many bytes of the file are behind."""


def run(reads: Iterable[Read], writer: Writer, report: Report = lambda *_: None) -> Summary:
    """Give every line to the writer. An import that was killed goes on where it was when it is run again."""
    for behind, lines in _batches(reads, writer.summary):
        writer.write(lines)
        db.session.expunge_all()
        report(behind, writer.summary)
    return writer.finish()


def _batches(reads: Iterable[Read], summary: Summary) -> Iterator[tuple[int, list[Line]]]:
    lines: list[Line] = []
    text = behind = 0
    for read in reads:
        behind = read.behind
        if read.line is None:
            summary.refuse(read.number, read.problem)
            continue
        if lines and (lines[0].kind in carried()) != (read.line.kind in carried()):
            yield behind, lines  # what the register writes points to rows that are there
            lines, text = [], 0
        lines.append(read.line)
        text += len(read.line.values.get("markdown", ""))
        if len(lines) >= BATCH or text >= BATCH_TEXT:
            yield behind, lines
            lines, text = [], 0
    yield behind, lines
