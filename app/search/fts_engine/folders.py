"""Where the index lies: one folder per rebuild, and a pointer file that names the one in service.

A database and its log are several files, so the folder is renamed and not the file: a reader has the old index open
or the new one, never the log of one beside the pages of the other.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ulid import ULID

FORMAT = 2
"""Raise it whenever the layout or the analysis changes: older indexes are then left aside and rebuilt."""
FILE = "words.db"
_POINTER = "current"
_PREFIX = f"fts{FORMAT}-"


class Folders:
    """The folders of the index under one root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """The folder in service; None before the first commit, after a change of format and of another engine's."""
        try:
            name = (self.root / _POINTER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return self.root / name if name.startswith(_PREFIX) else None

    def new(self) -> Path:
        """A name for one more."""
        return self.root / f"{_PREFIX}{ULID()}".lower()

    def draft(self) -> Path:
        """The root of a rebuild under way, kept when the process that filled it dies.

        Where it died while publishing, the draft is moved already and what is left of it is of no use.
        """
        root = self.root / f"{_PREFIX}draft"
        filled = Folders(root).current()
        if filled is not None and not filled.exists():
            shutil.rmtree(root)
        return root

    def point_to(self, folder: Path) -> None:
        """Put a folder in service."""
        fresh = self.root / f"{_POINTER}.new"
        fresh.write_text(folder.name, encoding="ascii")
        fresh.replace(self.root / _POINTER)

    def publish(self, draft: Folders) -> None:
        """Move the draft's index beside the current one, point to it, and drop the rest."""
        filled = draft.current()
        assert filled is not None  # made by its last commit
        folder = self.new()
        self.root.mkdir(parents=True, exist_ok=True)
        filled.rename(folder)
        self.point_to(folder)
        shutil.rmtree(draft.root)
        for other in self.root.iterdir():
            if other.is_dir() and other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def size(self) -> int:
        """Bytes on disk of the index in service."""
        folder = self.current()
        return sum(file.stat().st_size for file in folder.iterdir()) if folder else 0
