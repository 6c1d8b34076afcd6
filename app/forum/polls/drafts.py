"""A poll as its author asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PollDraft:
    """A poll ready to be put into a post; its shape was checked by the form."""

    question: str
    options: tuple[str, ...]
    is_multiple: bool = False
    is_named: bool = False
    results: str = "always"
    closes_at: datetime | None = None
