"""The sieve: what a room asks before a text is published, and the room that keeps order answers.

The port lets texts through until a higher room fills it (`app.moderation.setup`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.policy import Actor


@dataclass(frozen=True)
class Writing:
    """A text somebody is about to publish, and the place it goes to."""

    kind: str
    """ "topic", "post", or "edit" of one that is published already."""
    body: str
    html: str
    lang: str
    space_id: int
    premoderation: str = "none"
    """What waits in that place: "none", "first_posts" or "all"."""
    title: str = ""


@dataclass(frozen=True)
class Cause:
    """Why a text waits: a code of `moderation.causes`, and the words of the text that show it."""

    code: str
    words: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As it is written into the row of what waits."""
        return {"code": self.code, "words": list(self.words)}


@dataclass
class Port:
    """Who is asked."""

    judge: Callable[[Actor, Writing], Sequence[Cause]] = field(default=lambda _actor, _writing: ())


port = Port()


def causes_to_wait(actor: Actor, writing: Writing) -> list[dict[str, Any]]:
    """Why a text must wait for a moderator; empty when it may be published at once."""
    return [cause.kept() for cause in port.judge(actor, writing)]
