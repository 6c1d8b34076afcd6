"""Personal data of the search: what members keep of theirs, and their names in the table of words, which others find
them by. What is looked for is written down nowhere else."""

from __future__ import annotations

from typing import Any

from app.core.i18n import lazy_pgettext
from app.core.personal import Personal, declare_personal, erases
from app.search.words.keeping import forget

declare_personal(
    Personal(
        "saved_search", "user_id", lazy_pgettext("data", "Searches you keep"), "delete",
        fields=("created_at", "name", "query"),
        names=(("query", lazy_pgettext("data", "What it looks for")),),
    ),
)  # fmt: skip


@erases("search")
def forget_names(member: Any) -> None:
    """Nobody is offered the name of one who left. Words of what they wrote are counted anew as those texts change."""
    forget("member", member.id)
