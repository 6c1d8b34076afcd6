"""The states that one may ask for by `is:`, and what they are called."""

from __future__ import annotations

from typing import Any

from app.core.i18n import lazy_pgettext

MARKS: dict[str, Any] = {
    "open": lazy_pgettext("search", "Open"),
    "closed": lazy_pgettext("search", "Closed"),
    "solved": lazy_pgettext("search", "Solved"),
    "unanswered": lazy_pgettext("search", "Unanswered"),
    "pinned": lazy_pgettext("search", "Pinned"),
    "wiki": lazy_pgettext("search", "Edited together"),
    "live": lazy_pgettext("search", "Live now"),
    "archived": lazy_pgettext("search", "Archived"),
}
