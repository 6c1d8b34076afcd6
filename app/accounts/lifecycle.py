"""The states of an account: which change leads where."""

from __future__ import annotations

ACCOUNT_STATES: dict[str, dict[str, str]] = {
    "confirm": {"pending": "active"},
    "suspend": {"active": "suspended"},
    "reinstate": {"suspended": "active"},
    "close": {"active": "closed", "suspended": "closed"},
    "anonymise": {"closed": "anonymised"},
}
