"""What happens in live sessions; the readers of the topic are told."""

from __future__ import annotations

from dataclasses import dataclass

from app.forum.events import TopicEvent


@dataclass(frozen=True)
class SessionChanged(TopicEvent):
    """Phase, times, leaders or slow mode of a live session changed."""


@dataclass(frozen=True)
class QuestionChanged(TopicEvent):
    """A question was asked, got or lost a voice, or was decided on."""

    question_id: int
