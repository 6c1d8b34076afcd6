"""What moderators at their desk are told live: that something moved; each page asks for what its reader may see."""

from __future__ import annotations

from app.core.live import Message, pushes
from app.core.subjects import kind
from app.moderation.events import QueueMoved


@pushes(QueueMoved)
def queue_moved(event: QueueMoved, lang: str) -> Message | None:
    """The subject that was reported, taken or decided upon."""
    subject = kind(event.kind).load([event.subject_id]).get(event.subject_id)
    if subject is None:
        return None
    return Message("queue", {"what": event.what, "kind": event.kind, "public_id": subject.public_id})
