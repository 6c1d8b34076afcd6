"""What happens to polls."""

from __future__ import annotations

from dataclasses import dataclass

from app.forum.events import TopicEvent


@dataclass(frozen=True)
class PollChanged(TopicEvent):
    """A poll was put into a post, or ended: each reader's view of it is another."""

    post_id: int


@dataclass(frozen=True)
class VoteCast(TopicEvent):
    """Somebody voted, voted otherwise, or took a vote back; who is not told."""

    post_id: int
