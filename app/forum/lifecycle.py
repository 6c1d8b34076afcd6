"""The states of topics and posts: which change leads where, and under which policy."""

from __future__ import annotations

from app.core.lifecycle import OUT_OF_STEP, next_state

__all__ = ["OUT_OF_STEP", "POST_STATES", "TOPIC_STATES", "next_state"]

TOPIC_STATES: dict[str, dict[str, str]] = {
    "approve": {"pending": "open"},
    "refuse": {"pending": "refused"},
    "withdraw": {"pending": "withdrawn", "refused": "withdrawn"},
    "lock": {"open": "locked"},
    "unlock": {"locked": "open"},
    "hide": {"open": "hidden", "locked": "hidden"},
    "restore": {"hidden": "open"},
    "remove": {"hidden": "removed"},
    "reinstate": {"removed": "open"},
    "merge": {"open": "merged", "locked": "merged"},
}
POST_STATES: dict[str, dict[str, str]] = {
    "approve": {"pending": "visible"},
    "refuse": {"pending": "refused"},
    "withdraw": {"visible": "deleted_by_author", "pending": "deleted_by_author", "refused": "deleted_by_author"},
    "hide": {"visible": "hidden_by_moderator"},
    "restore": {"hidden_by_moderator": "visible"},
    "remove": {"hidden_by_moderator": "removed"},
    "reinstate": {"removed": "visible"},
}
