"""What members do with subjects. What concerns one member alone is told in `user:<id>`, to their other tabs."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class EngagementEvent(Event):
    """Parent of what the readers of a subject see; `in_room` is the room that the subject lives in, or empty."""

    kind: str
    id: int
    in_room: str

    @property
    def room(self) -> str | None:
        """The readers of the subject."""
        return self.in_room or None


@dataclass(frozen=True)
class ReactionChanged(EngagementEvent):
    """The number of reactions of one code changed."""

    code: str


@dataclass(frozen=True)
class TagsChanged(EngagementEvent):
    """A subject has other tags."""


@dataclass(frozen=True)
class TagsKept(Event):
    """Those who keep the tags changed one, or a group of them: what leads to it, who may put it, what it goes with."""

    tag_id: int
    """0 for a group."""


@dataclass(frozen=True)
class FilesChanged(EngagementEvent):
    """A file was attached to a subject, or taken off."""


@dataclass(frozen=True)
class MemberEvent(Event):
    """Parent of what one member alone is told."""

    is_private = True
    user_id: int
    kind: str
    id: int

    @property
    def room(self) -> str:
        """The member's own tabs and devices."""
        return f"user:{self.user_id}"


@dataclass(frozen=True)
class FollowChanged(MemberEvent):
    """The member follows a subject more or less closely, or no longer."""


@dataclass(frozen=True)
class ReadMoved(MemberEvent):
    """The member has read a subject up to a later number."""

    number: int


@dataclass(frozen=True)
class BookmarkChanged(MemberEvent):
    """The member bookmarked a subject, or does no longer."""
