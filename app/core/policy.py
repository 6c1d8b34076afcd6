"""Rulings: the one form in which a policy answers, asked by services, templates and lists alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from app.core.errors import NotAllowed


class Actor(Protocol):
    """Who acts: a member or the visitor. Roles are cumulative: an administrator is staff, staff moderate everywhere."""

    @property
    def actor_id(self) -> int | None:
        """The member's id; None for the visitor."""

    @property
    def is_visitor(self) -> bool: ...

    @property
    def is_staff(self) -> bool: ...

    @property
    def is_administrator(self) -> bool: ...

    def moderates(self, space_id: int) -> bool:
        """Whether this actor moderates that space."""

    def belongs_to(self, space_id: int) -> bool:
        """Whether this actor takes part in that space: as a participant or facilitator, or by moderating it."""

    def is_excluded(self, space_id: int) -> bool:
        """Whether this actor was excluded from that space by its moderators."""


@dataclass(frozen=True)
class Ruling:
    """Yes, or no with a reason that the reader is shown. True in a condition when allowed."""

    allowed: bool
    reason: Any = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Ruling(True)


def no(reason: Any) -> Ruling:
    """A refusal with its (lazy) translated reason."""
    return Ruling(False, reason)


def require(ruling: Ruling) -> None:
    """Go on only where the ruling allows. Raises NotAllowed with the ruling's reason."""
    if not ruling:
        raise NotAllowed(ruling.reason)
