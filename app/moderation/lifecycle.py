"""The states of reports, decisions and appeals: which change leads where."""

from __future__ import annotations

REPORT_STATES: dict[str, dict[str, str]] = {
    "triage": {"new": "triaged"},
    "action": {"triaged": "actioned"},
    "dismiss": {"triaged": "dismissed"},
    "reopen": {"dismissed": "triaged"},
    "close": {"actioned": "closed", "dismissed": "closed"},
}
DECISION_STATES: dict[str, dict[str, str]] = {
    "lift": {"in_force": "lifted"},
    "replace": {"in_force": "replaced"},
    "end": {"in_force": "ended"},
}
APPEAL_STATES: dict[str, dict[str, str]] = {
    "uphold": {"open": "upheld"},
    "reject": {"open": "rejected"},
}
