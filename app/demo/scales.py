"""How large a set is in all. The hand-written set is the core of every one; the rest is put together beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.demo.reading import read_members, read_talks


@dataclass(frozen=True)
class Scale:
    """Members, topics and posts."""

    members: int = 0
    topics: int = 0
    posts: int = 0

    def without(self, other: Scale) -> Scale:
        """What is missing from the other to this one."""
        return Scale(self.members - other.members, self.topics - other.topics, self.posts - other.posts)


@dataclass(frozen=True)
class Volume:
    """What is bulk-loaded beside the hand-written set."""

    members: int
    topics: int
    posts: int
    days: int
    """Over how many days it was written."""
    sessions: int
    """How many of the topics are past live sessions; what was said in them counts among the posts."""


COMPOSED = {"small": Scale(200, 200, 4_000)}
"""Sets composed in memory; the tiny one is what was written by hand."""
LOADED = {
    "year1": (Scale(3_000, 2_000, 15_000), 360),
    "year3": (Scale(25_000, 20_000, 200_000), 1_080),
    "stress": (Scale(100_000, 100_000, 1_000_000), 1_800),
}
"""Sets that are bulk-loaded, and over how many days they were written."""
TOPICS_TO_SESSION = 100


@cache
def written() -> Scale:
    """The hand-written set."""
    talks = read_talks()
    return Scale(len(read_members()), len(talks), sum(len(talk.lines) + missing for talk, missing in talks))


def composed(name: str) -> Scale:
    """What is put together in memory beside the hand-written set of a scale."""
    return COMPOSED[name].without(written()) if name in COMPOSED else Scale()


def volume_of(name: str) -> Volume | None:
    """What is bulk-loaded beside the hand-written set of a scale, if anything is."""
    if name not in LOADED:
        return None
    scale, days = LOADED[name]
    more = scale.without(written())
    return Volume(more.members, more.topics, more.posts, days, more.topics // TOPICS_TO_SESSION)
