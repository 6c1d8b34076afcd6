"""States of things as data: which action leads from which state to which, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.errors import Conflict
from app.core.i18n import lazy_pgettext

States = Mapping[str, Mapping[str, str]]
"""Action, then the state it begins in, then the one it leads to."""
OUT_OF_STEP = lazy_pgettext("forum rule", "This was changed meanwhile: please look at it again.")


def next_state(table: States, action: str, state: str) -> str:
    """The state an action leads to. Raises Conflict where the table has no such step."""
    try:
        return table[action][state]
    except KeyError:
        raise Conflict(OUT_OF_STEP) from None


def states_of(table: States) -> set[str]:
    """Every state that a table names."""
    return {state for steps in table.values() for pair in steps.items() for state in pair}
