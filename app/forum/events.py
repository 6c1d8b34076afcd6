"""What happens in the forum. Readers of a topic are told in `topic:<id>`, readers of lists in `space:<id>`."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class TopicEvent(Event):
    """Parent of what happens inside one topic."""

    topic_id: int

    @property
    def room(self) -> str:
        """The readers of the topic."""
        return f"topic:{self.topic_id}"


@dataclass(frozen=True)
class TopicOpened(Event):
    """A topic was opened with its first post."""

    topic_id: int
    category_id: int
    space_id: int

    @property
    def room(self) -> str:
        """The readers of the lists of its space."""
        return f"space:{self.space_id}"


@dataclass(frozen=True)
class TopicMoved(Event):
    """A topic's place or look in lists changed: a new post, another title, another state."""

    topic_id: int
    space_id: int

    @property
    def room(self) -> str:
        """The readers of the lists of its space."""
        return f"space:{self.space_id}"


@dataclass(frozen=True)
class TopicChanged(TopicEvent):
    """Title, tags, language, state or pin of a topic changed."""


@dataclass(frozen=True)
class PostPublished(TopicEvent):
    """A post took its number and may be read."""

    post_id: int
    author_id: int


@dataclass(frozen=True)
class PostEdited(TopicEvent):
    """The text or language of a post changed."""

    post_id: int


@dataclass(frozen=True)
class PostWithdrawn(TopicEvent):
    """The author took a post back; a tombstone keeps its number."""

    post_id: int


@dataclass(frozen=True)
class PostHidden(TopicEvent):
    """A moderator hid a post, with a reason."""

    post_id: int


@dataclass(frozen=True)
class PostRestored(TopicEvent):
    """A moderator showed a hidden post again."""

    post_id: int


@dataclass(frozen=True)
class AnswerAccepted(TopicEvent):
    """Another post, or none (0), is now the accepted answer; `previous_id` was before, or 0."""

    post_id: int
    previous_id: int


@dataclass(frozen=True)
class TextHeld(Event):
    """A text waits for a moderator of its space."""

    held_id: int
    space_id: int


@dataclass(frozen=True)
class TextDecided(Event):
    """A moderator approved or refused what waited, or its author took it back."""

    held_id: int
    space_id: int
    author_id: int


@dataclass(frozen=True)
class PostsLeft(TopicEvent):
    """Posts with these numbers were moved to another topic; tombstones stand in their place."""

    first: int
    last: int


@dataclass(frozen=True)
class PostsArrived(TopicEvent):
    """Posts of another topic took these numbers, without holes."""

    first: int
    last: int


@dataclass(frozen=True)
class TopicLeft(Event):
    """A topic is no longer in a category, and perhaps no longer in its space."""

    topic_id: int
    category_id: int
    space_id: int

    @property
    def room(self) -> str:
        """The readers of the lists it has left."""
        return f"space:{self.space_id}"


@dataclass(frozen=True)
class TopicRefiled(Event):
    """A topic is in another space with all its posts: other people see them."""

    topic_id: int
    space_id: int
