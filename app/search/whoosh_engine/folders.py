"""The folders of this engine: each holds an index that Whoosh opens."""

from __future__ import annotations

from typing import Self

from whoosh import index
from whoosh.index import FileIndex

from app.search import folders
from app.search.whoosh_engine.schema import FORMAT, schema


class Folders(folders.Folders):
    """Folders that hold an index of Whoosh each."""

    prefix = f"v{FORMAT}-"

    def open_current(self) -> FileIndex:
        """The index in service, made empty when there is none."""
        folder = self.current()
        if folder is None:
            folder = self.new()
            folder.mkdir(parents=True, exist_ok=True)
            index.create_in(str(folder), schema())
            self.point_to(folder)
        return index.open_dir(str(folder))

    def publish(self, draft: Self) -> None:
        """Move the draft's index, an empty one where nothing was indexed, into service, and drop the rest."""
        draft.open_current()
        super().publish(draft)
