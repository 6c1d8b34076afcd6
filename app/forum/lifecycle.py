"""The states of topics and posts: which change leads where, and under which policy."""

from __future__ import annotations

from app.core.errors import Conflict
from app.core.i18n import lazy_pgettext

TOPIC_STATES: dict[str, dict[str, str]] = {
    "lock": {"open": "locked"},
    "unlock": {"locked": "open"},
    "hide": {"open": "hidden", "locked": "hidden"},
    "restore": {"hidden": "open"},
    "remove": {"hidden": "removed"},
}
POST_STATES: dict[str, dict[str, str]] = {
    "withdraw": {"visible": "deleted_by_author"},
    "hide": {"visible": "hidden_by_moderator"},
    "restore": {"hidden_by_moderator": "visible"},
    "remove": {"hidden_by_moderator": "removed"},
}
OUT_OF_STEP = lazy_pgettext("forum rule", "This was changed meanwhile: please look at it again.")


def next_state(table: dict[str, dict[str, str]], action: str, state: str) -> str:
    """The state an action leads to. Raises Conflict where the table has no such step."""
    try:
        return table[action][state]
    except KeyError:
        raise Conflict(OUT_OF_STEP) from None
