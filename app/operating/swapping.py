"""Putting a prepared state in the place of another one: a few renames, all of them or none.

What is to be renamed is written down first. Whoever finds that journal later, because the process was killed in
between, puts everything back as it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

JOURNAL = "restoring.json"


@dataclass(frozen=True)
class Move:
    """What stands at `place` goes to `former`, and `new`, if there is one, takes the place."""

    place: Path
    former: Path
    new: Path | None = None


def swap(var: Path, moves: Sequence[Move], then: Callable[[], object] = lambda: None) -> None:
    """Make all moves, then the one change that is no rename; when the journal is gone they count.

    What `then` raises undoes the moves.
    """
    journal = var / JOURNAL
    write_whole(journal, json.dumps([[str(path or "") for path in (m.place, m.former, m.new)] for m in moves]))
    for move in moves:
        if move.place.exists():
            move.former.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            move.place.rename(move.former)
        if move.new:
            move.new.rename(move.place)
    _sync(var)
    try:
        then()
    except BaseException:
        recover(var)
        raise
    journal.unlink()
    _sync(var)


def recover(var: Path) -> bool:
    """Put back what a killed `swap` had begun to move. Returns whether there was anything to do."""
    journal = var / JOURNAL
    if not journal.exists():
        return False
    for named in reversed(json.loads(journal.read_text())):
        place, former, new = map(Path, named)
        if named[2] and place.exists() and not new.exists():
            new.parent.mkdir(parents=True, exist_ok=True)
            place.rename(new)
        if former.exists() and not place.exists():
            former.rename(place)
    journal.unlink()
    return True


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or as it was before."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _sync(folder: Path) -> None:
    """Have the names of a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
