"""Where the index lies: one folder per rebuild, and a pointer file that names the one in service.

The pointer is replaced by renaming, so a reader sees the old index or the new one, never something between.
"""

import shutil
from pathlib import Path

from ulid import ULID
from whoosh import index
from whoosh.index import FileIndex

from app.search.whoosh_engine.schema import FORMAT, schema

_POINTER = "current"
_DRAFT = "draft"
_PREFIX = f"v{FORMAT}-"


class Folders:
    """The folders of the index under one root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """The folder in service; None before the first commit and after a change of format."""
        try:
            name = (self.root / _POINTER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return self.root / name if name.startswith(_PREFIX) else None

    def open_current(self) -> FileIndex:
        """The index in service, made empty when there is none."""
        folder = self.current()
        if folder is None:
            folder = self._new_folder()
            index.create_in(str(folder), schema())
            self._point_to(folder)
        return index.open_dir(str(folder))

    def draft(self) -> Path:
        """The root of a rebuild under way, kept when the process that filled it dies.

        Where it died while publishing, the draft is moved already and what is left of it is of no use.
        """
        root = self.root / f"{_PREFIX}{_DRAFT}"
        filled = Folders(root).current()
        if filled is not None and not filled.exists():
            shutil.rmtree(root)
        return root

    def publish(self, draft: "Folders") -> None:
        """Move the draft's index beside the current one, point to it, and drop the rest."""
        filled = draft.open_current()
        folder = self._new_folder(make=False)
        Path(filled.storage.folder).rename(folder)
        self._point_to(folder)
        shutil.rmtree(draft.root)
        for other in self.root.iterdir():
            if other.is_dir() and other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def size(self) -> int:
        """Bytes on disk of the index in service."""
        folder = self.current()
        return sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) if folder else 0

    def _new_folder(self, *, make: bool = True) -> Path:
        folder = self.root / f"{_PREFIX}{ULID()}".lower()
        folder.mkdir(parents=True, exist_ok=True) if make else self.root.mkdir(parents=True, exist_ok=True)
        return folder

    def _point_to(self, folder: Path) -> None:
        fresh = self.root / f"{_POINTER}.new"
        fresh.write_text(folder.name, encoding="ascii")
        fresh.replace(self.root / _POINTER)
