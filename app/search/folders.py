"""Where an index kept in files lies: one folder per rebuild, and a pointer file that names the one in service.

The pointer is replaced by renaming, so a reader has the old index or the new one, never something between.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import ClassVar, Self

from ulid import ULID

_POINTER = "current"


class Folders:
    """The folders of the index under one root. An engine says how those it can read begin."""

    prefix: ClassVar[str]

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """The folder in service; None before the first commit, after a change of format and of another engine's."""
        try:
            name = (self.root / _POINTER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return self.root / name if name.startswith(self.prefix) else None

    def new(self) -> Path:
        """A name for one more."""
        return self.root / f"{self.prefix}{ULID()}".lower()

    def draft(self) -> Path:
        """The root of a rebuild under way, kept when the process that filled it dies.

        Where it died while publishing, the draft is moved already and what is left of it is of no use.
        """
        root = self.root / f"{self.prefix}draft"
        filled = type(self)(root).current()
        if filled is not None and not filled.exists():
            shutil.rmtree(root)
        return root

    def point_to(self, folder: Path) -> None:
        """Put a folder in service."""
        fresh = self.root / f"{_POINTER}.new"
        fresh.write_text(folder.name, encoding="ascii")
        fresh.replace(self.root / _POINTER)

    def publish(self, draft: Self) -> None:
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
        return sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) if folder else 0
