"""The states of an account: which change leads where."""

from __future__ import annotations

from app.core.lifecycle import States

ACCOUNT_STATES: States = {
    "confirm": {"pending": "active"},
    "ask_to_join": {"pending": "waiting"},
    "approve": {"waiting": "active"},
    "refuse": {"waiting": "refused"},
    "suspend": {"active": "suspended"},
    "reinstate": {"suspended": "active"},
    "close": {"active": "closed", "suspended": "closed"},
    "reopen": {"closed": "active"},
    "reopen_suspended": {"closed": "suspended"},
    "anonymise": {"closed": "anonymised"},
}
"""An account that was suspended before it was closed comes back suspended."""
