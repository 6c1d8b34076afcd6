"""What happens at the desks of moderators: `desk:<space>` is followed by those of a space, `desk:0` by all others."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event, record


@dataclass(frozen=True)
class ReportFiled(Event):
    """Someone reported a subject."""

    report_id: int


@dataclass(frozen=True)
class DecisionTaken(Event):
    """A decision was taken: whom it concerns and who reported it are told."""

    decision_id: int


@dataclass(frozen=True)
class AppealFiled(Event):
    """Someone appealed against a decision."""

    appeal_id: int


@dataclass(frozen=True)
class AppealDecided(Event):
    """An appeal was decided: its author is told."""

    appeal_id: int


@dataclass(frozen=True)
class QueueMoved(Event):
    """What waits at a desk changed: `what` is "filed", "taken", "left", "decided" or "appealed"."""

    desk: int
    what: str
    kind: str
    subject_id: int

    @property
    def room(self) -> str:
        """The moderators at the desk."""
        return f"desk:{self.desk}"


def tell_desks(what: str, kind: str, subject_id: int, space_id: int | None) -> None:
    """Record that the queue moved, for the desk of the space and for the one of all."""
    for desk in {0, space_id or 0}:
        record(QueueMoved(desk, what, kind, subject_id))
