"""What keeping order needs to know of a kind of subject: what fills this in gets reports, queue, decisions, appeals.

The functions of `acts` change the subject's rows, note the act in the audit log and record the events of their room;
the policy was asked by who calls them. What concerns a person rather than a text (a warning, a suspension) is the same
for every kind, and stands in no `acts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.policy import Actor

ACTS = ("hide", "restore", "remove", "reinstate", "lock", "unlock")
"""What may be done to a subject. `reinstate` brings back what was removed, which only an appeal does."""
Act = Callable[[Actor, Any, str], Any]
"""Does it: actor, subject, reason shown in its place and kept in the log. Raises Conflict where its state has no such
step."""


class House:
    """Acts where no person does: what is hidden at once, what ends by itself."""

    actor_id = None
    is_visitor = False
    is_staff = True
    is_administrator = True

    def moderates(self, _space_id: int) -> bool:
        """The house keeps order everywhere."""
        return True

    def belongs_to(self, _space_id: int) -> bool:
        """The house goes in everywhere."""
        return True

    def is_excluded(self, _space_id: int) -> bool:
        """The house is excluded from nothing."""
        return False


HOUSE = House()


@dataclass(frozen=True)
class Said:
    """A text as it is shown in place to who decides on it: sanitised HTML in its own language."""

    html: str
    lang: str
    author_id: int | None = None
    at: datetime | None = None
    label: str = ""
    """What it is, such as the number of a message."""


@dataclass(frozen=True)
class Surroundings:
    """What stands before and after a text where it was said."""

    before: Sequence[Said] = ()
    after: Sequence[Said] = ()


@dataclass(frozen=True)
class Oversight:
    """How a kind of subject is looked at and acted upon."""

    words: Callable[[Sequence[Any]], Mapping[int, Said]]
    """What these subjects say now, hidden or not, by id, read together."""
    state: Callable[[Any], str] = lambda _row: "shown"
    """ "shown", "locked", "hidden", "removed", or "withdrawn" by its author."""
    acts: Mapping[str, Act] | None = None
    """What may be done to it, by the names of `ACTS`; nothing where it is None."""
    offered: Callable[[Any], Sequence[str]] = lambda _row: ()
    """Which acts its state allows now."""
    space_id: Callable[[Any], int | None] = lambda _row: None
    """The space it is in, whose moderators decide on it; None is for those who moderate everywhere."""
    around: Callable[[Sequence[Any]], Mapping[int, Surroundings]] | None = None
    """What stands around these subjects, by id, read together."""
    is_person: bool = False
    """Whether the subject is a member, and no text of one."""
