"""The index of an application: its engine and its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app

from app.search.engine import Engine

CONSUMER = "search"
"""Under this name the indexer reads the event log."""


@dataclass(frozen=True)
class Index:
    """Where what can be found is kept."""

    engine: Engine
    folder: Path

    @property
    def lock_file(self) -> Path:
        """Held by the one process that writes."""
        return self.folder / "lock"


def current_index() -> Index:
    """The index of the application in hand."""
    return cast(Index, current_app.extensions["search"])
