"""Personal data of the search: what members keep of theirs. What is looked for is written down nowhere else."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.personal import Personal, declare_personal

declare_personal(
    Personal(
        "saved_search", "user_id", lazy_pgettext("data", "Searches you keep"), "delete",
        fields=("created_at", "name", "query"),
        names=(("query", lazy_pgettext("data", "What it looks for")),),
    ),
)  # fmt: skip
