"""Personal data in the table of words: the names of members, which others find them by."""

from __future__ import annotations

from typing import Any

from app.core.personal import erases
from app.search.words.keeping import forget


@erases("search")
def forget_names(member: Any) -> None:
    """Nobody is offered the name of one who left. Words of what they wrote are counted anew as those texts change."""
    forget("member", member.id)
