"""The folders of this engine. A database and its log are several files, so the folder is renamed and not the file:
never is the log of one beside the pages of the other.
"""

from __future__ import annotations

from app.search import folders

FORMAT = 3
"""Raise it whenever the layout or the analysis changes: older indexes are then left aside and rebuilt."""
FILE = "words.db"


class Folders(folders.Folders):
    """Folders that hold one database each."""

    prefix = f"fts{FORMAT}-"
