"""What is asked of the services, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ReportDraft:
    """A report as someone wrote it."""

    reason: str
    text: str = ""
    email: str = ""
    """Of a visitor."""
    lang: str = "fr"
    """In which the reporter is answered."""


@dataclass(frozen=True)
class DecisionDraft:
    """A decision as a moderator asks for it."""

    act: str
    reason: str = "other"
    statement: str = ""
    """What the person concerned is told; empty for the usual text."""
    words: str = ""
    """Shown in place of the subject instead of the name of the reason."""
    until: datetime | None = None
    """When a suspension or an exclusion ends."""


@dataclass(frozen=True)
class AppealDraft:
    """An appeal as its author wrote it."""

    text: str
    lang: str
