"""The states of live sessions and of their questions, as tables: what leads where, who does it, and when it may be.

domain.md knows a topic that is open, live, in recap and open again: "planned" and "over" are that topic when open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.core.errors import Conflict
from app.core.i18n import lazy_pgettext
from app.core.lifecycle import OUT_OF_STEP

EARLY, LATE = timedelta(minutes=15), timedelta(minutes=60)
"""How long before its start a session may begin, and how long after its end it must have ended."""
PHASES = ("planned", "live", "recap", "over")
TOO_EARLY = lazy_pgettext("forum rule", "A session may begin a quarter of an hour before its time, not earlier.")
TOO_LATE = lazy_pgettext("forum rule", "The time of this session is over.")
Guard = Callable[[datetime, datetime, datetime], Any]
"""(now, starts, ends): what stands in the way, or None."""


def _in_its_time(moment: datetime, starts: datetime, ends: datetime) -> Any:
    if moment < starts - EARLY:
        return TOO_EARLY
    return TOO_LATE if moment > ends + LATE else None


def _always(_moment: datetime, _starts: datetime, _ends: datetime) -> Any:
    return None


@dataclass(frozen=True)
class Step:
    """One change of phase: who makes it ("leader" of the session, "clock" of the platform), and under which guard."""

    action: str
    before: str
    after: str
    by: frozenset[str]
    guard: Guard


_LEADER, _CLOCK, _BOTH = frozenset({"leader"}), frozenset({"clock"}), frozenset({"leader", "clock"})
SESSION_STEPS = (
    Step("begin", "planned", "live", _BOTH, _in_its_time),
    Step("end", "live", "recap", _BOTH, _always),
    Step("resume", "recap", "live", _LEADER, _in_its_time),
    Step("close", "recap", "over", _LEADER, _always),
    Step("lapse", "planned", "over", _CLOCK, _always),
)
QUESTION_STATES: dict[str, dict[str, str]] = {
    "take": {"waiting": "taken"},
    "answer": {"taken": "answered", "waiting": "answered"},
    "dismiss": {"waiting": "dismissed", "taken": "dismissed"},
    "put_back": {"taken": "waiting", "dismissed": "waiting", "answered": "waiting"},
    "withdraw": {"waiting": "withdrawn"},
}


def next_phase(action: str, phase: str, by: str, moment: datetime, starts: datetime, ends: datetime) -> str:
    """The phase an action leads to. Raises Conflict where the table has no such step or its guard says no."""
    for step in SESSION_STEPS:
        if (step.action, step.before) == (action, phase) and by in step.by:
            if (obstacle := step.guard(moment, starts, ends)) is not None:
                raise Conflict(obstacle)
            return step.after
    raise Conflict(OUT_OF_STEP)
