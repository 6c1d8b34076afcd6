"""What happens to members."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class MemberJoined(Event):
    """A member confirmed their address for the first time."""

    member_id: int


@dataclass(frozen=True)
class MemberChanged(Event):
    """What others see of a member changed: name, handle, country, presentation."""

    member_id: int


@dataclass(frozen=True)
class RightsChanged(Event):
    """A member's roles or status changed: live connections must be asked again for their right."""

    member_id: int


@dataclass(frozen=True)
class SignedOut(Event):
    """A session ended; `session_id` 0 means all of the member's sessions."""

    member_id: int
    session_id: int
