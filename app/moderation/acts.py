"""What can be decided, in plain words for those who decide and for those concerned."""

from __future__ import annotations

from typing import Any

from app.core.i18n import lazy_pgettext

ON_SUBJECT = ("hide", "remove", "restore", "lock", "unlock")
"""Acts of `core.oversight` that are decisions; `reinstate` is the consequence of an appeal."""
ON_PERSON = ("warn", "exclude", "suspend", "ban")
DISMISS = "dismiss"
UNDONE_BY = {"hide": "restore", "remove": "reinstate", "lock": "unlock"}
"""What takes an act on a subject back."""
IN_FAVOUR = ("restore", "unlock", DISMISS)
"""Decisions that take nothing from anyone: there is nothing to appeal against."""
NOTHING_DONE = (DISMISS, "restore")
"""Decisions by which a report led to nothing: whoever sent it may contest them."""
LABELS: dict[str, Any] = {
    "dismiss": lazy_pgettext("act", "Leave as it is"),
    "hide": lazy_pgettext("act", "Hide"),
    "remove": lazy_pgettext("act", "Remove"),
    "restore": lazy_pgettext("act", "Show again"),
    "lock": lazy_pgettext("act", "Close to replies"),
    "unlock": lazy_pgettext("act", "Open to replies again"),
    "warn": lazy_pgettext("act", "Warn the author"),
    "exclude": lazy_pgettext("act", "Exclude from the space"),
    "suspend": lazy_pgettext("act", "Suspend the account"),
    "ban": lazy_pgettext("act", "Close the site to this person"),
}
"""What the buttons and lists of moderators call them."""
DONE: dict[str, Any] = {
    "dismiss": lazy_pgettext("act done", "Left as it is"),
    "hide": lazy_pgettext("act done", "Hidden"),
    "remove": lazy_pgettext("act done", "Removed"),
    "restore": lazy_pgettext("act done", "Shown again"),
    "lock": lazy_pgettext("act done", "Closed to replies"),
    "unlock": lazy_pgettext("act done", "Open to replies again"),
    "warn": lazy_pgettext("act done", "Warning"),
    "exclude": lazy_pgettext("act done", "Excluded from a space"),
    "suspend": lazy_pgettext("act done", "Account suspended"),
    "ban": lazy_pgettext("act done", "Account suspended without end"),
}
"""What was decided, in lists and in mails."""
ICONS = {
    "dismiss": "check", "hide": "eye-off", "remove": "trash-2", "restore": "eye", "lock": "lock", "unlock": "lock-open",
    "warn": "triangle-alert", "exclude": "user-x", "suspend": "ban", "ban": "ban",
}  # fmt: skip
SPANS = (1, 3, 7, 30, 90, 365)
"""Days that a suspension or an exclusion may last."""
