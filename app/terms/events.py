"""What happens to vocabularies."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class TermChanged(Event):
    """A term has other labels, another place, or was withdrawn or taken up again."""

    term_id: int
