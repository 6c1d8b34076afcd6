"""A conversation before it is rows: who says what, when, in which language, and what others thought of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

UNSET = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time not yet settled."""
REACTION_CODES = ("thanks", "useful", "agree", "welcome")


@dataclass
class Line:
    """A post to be. `reply_to` is a number in the same talk; `> [post:#2]` in the text quotes the second post."""

    by: str
    text: str
    lang: str
    reply_to: int = 0
    reactions: dict[str, int] = field(default_factory=dict)
    """How many members reacted, by code."""
    is_accepted: bool = False
    live_minutes: float = 0
    """How many minutes ago it was said in a live session; 0 for what was not."""
    is_marked: bool = False
    """Whether the recap of the session is to tell it."""
    state: str = "visible"
    reason: str = ""
    at: datetime = UNSET


@dataclass
class Talk:
    """A topic to be."""

    title: str
    category: str
    lang: str
    days: float
    """How long ago it was opened."""
    lines: list[Line]
    kind: str = "discussion"
    tags: list[str] = field(default_factory=list)
    is_pinned: bool = False
    lock_reason: str = ""
    is_long: bool = False
    """Whether its posts are spread over the whole time since it was opened."""
    session: dict[str, Any] = field(default_factory=dict)
    """The live session of the topic, as written."""


LIVELY = 30
"""Days during which a talk goes on to this day."""
QUIET = 2 * 3_600
"""Seconds since the last post of such a talk, on average."""


def set_times(talk: Talk, until: datetime, rng: Random) -> None:
    """Give every post its moment: in order, the last one before `until`."""
    for line, at in zip(talk.lines, moments(len(talk.lines), talk.days, until, rng, talk.is_long), strict=True):
        line.at = at


def moments(count: int, days: float, until: datetime, rng: Random, is_long: bool = False) -> list[datetime]:
    """When so many posts of a talk were written, the first one so many days ago."""
    whole = days * 86_400
    gaps = [0.0] + [rng.expovariate(1 / 40_000) + 90 for _ in range(count - 1)]
    room = max(whole - 300 - rng.expovariate(1 / QUIET), whole * 0.5)
    is_lively = is_long or days < LIVELY
    squeeze = room / sum(gaps) if len(gaps) > 1 and (is_lively or sum(gaps) > room) else 1.0
    moment = until - timedelta(seconds=int(whole))
    found = []
    for gap in gaps:
        moment += timedelta(seconds=int(gap * squeeze))
        found.append(moment)
    return found
