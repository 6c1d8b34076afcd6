"""What happens to the pages of the site."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class PagePublished(Event):
    """A page has a new version in one language."""

    version_id: int
