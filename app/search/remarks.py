"""What is said of a query that was not understood as it was typed: nothing typed is an error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.i18n import lazy_pgettext


class Reason(StrEnum):
    """Why a part of a query does less than its author may have meant."""

    ALONE = "alone"
    APART = "apart"
    BRACKETS = "brackets"
    DATE = "date"
    EMPTY = "empty"
    LONG = "long"
    NO_LABEL = "no label"
    NOTHING_SOUGHT = "nothing sought"
    SHORT_PREFIX = "short prefix"
    STAR = "star"
    UNKNOWN = "unknown"
    CATEGORY = "category"


SENTENCES: dict[Reason, Any] = {
    Reason.ALONE: lazy_pgettext("search", "“%(typed)s” needs words beside it: here it was left out."),
    Reason.APART: lazy_pgettext("search", "“%(typed)s” joins words and phrases only: here both sides are asked for."),
    Reason.BRACKETS: lazy_pgettext("search", "Brackets do not count: OR joins what stands on its two sides."),
    Reason.DATE: lazy_pgettext("search", "“%(typed)s” holds no date: write 2026, 2026-05 or 2026-05-31."),
    Reason.EMPTY: lazy_pgettext("search", "“%(typed)s” needs a word right after it: here it was left out."),
    Reason.LONG: lazy_pgettext("search", "The query is long: only its beginning was used."),
    Reason.NO_LABEL: lazy_pgettext("search", "“%(typed)s” is no filter that is known here: its words were looked for."),
    Reason.NOTHING_SOUGHT: lazy_pgettext("search", "Say also what to find, not only what to leave out."),
    Reason.SHORT_PREFIX: lazy_pgettext("search", "“%(typed)s” is short: write two letters or more before the star."),
    Reason.STAR: lazy_pgettext("search", "“%(typed)s”: a star stands at the end of a word only."),
    Reason.UNKNOWN: lazy_pgettext("search", "“%(typed)s” names nothing that is here."),
    Reason.CATEGORY: lazy_pgettext("search", "“%(typed)s” is a category: its whole space was searched."),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One reason, with what was typed."""

    reason: Reason
    typed: str = ""

    @property
    def sentence(self) -> str:
        """The remark in the reader's language."""
        return str(SENTENCES[self.reason]) % {"typed": self.typed}
