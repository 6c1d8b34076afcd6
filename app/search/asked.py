"""A search as its address has it: what was typed and chosen, the order. Pages, feeds and saved searches share it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.core.i18n import CONTENT
from app.core.policy import Actor
from app.search.documents import indexed_kinds
from app.search.engine import Filters, Sort
from app.search.marks import MARKS
from app.search.pieces import LABEL_NAMES, LONGEST_QUERY, read, without_label
from app.search.queries import Search, search

PARAMETERS = {
    "kind": "kind", "lang": "language", "space": "space", "tag": "tag", "author": "author", "mark": "state",
}  # fmt: skip
"""Filters of the page and their names in the address; `lang` there would be the language of the interface."""
_FIELDS = {parameter: name for name, parameter in PARAMETERS.items()}
MOST_CHOSEN = 20
LONGEST_VALUE = 80
_YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Asked:
    """What is asked. `chosen` names spaces by slug and authors by handle."""

    text: str = ""
    chosen: Filters = field(default_factory=Filters)
    year: int | None = None
    sort: Sort = Sort.RELEVANCE
    is_cut: bool = False

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Self:
        """What an address asks; what it does not know is left out."""
        typed = " ".join(args.get("q", "").split())
        offered: dict[str, Any] = {"kind": indexed_kinds().keys(), "lang": CONTENT, "mark": MARKS.keys()}
        chosen: dict[str, Any] = {
            name: frozenset(
                value
                for value in args.getlist(parameter)[:MOST_CHOSEN]
                if value in offered.get(name, [value]) and 0 < len(value) <= LONGEST_VALUE
            )
            for name, parameter in PARAMETERS.items()
        }
        year = args.get("year", "")
        is_year = year.isascii() and year.isdecimal() and len(year) == 4 and int(year) in _YEARS
        sort = next((sort for sort in Sort if sort.value == args.get("sort")), Sort.RELEVANCE)
        is_cut = len(typed) > LONGEST_QUERY
        return cls(typed[: LONGEST_QUERY + 1], Filters(**chosen), int(year) if is_year else None, sort, is_cut)

    @property
    def shown_text(self) -> str:
        """What stands in the box: as much as was read."""
        return self.text[:LONGEST_QUERY]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.text and self.filters == Filters()

    @property
    def filters(self) -> Filters:
        """The choices, with the year as a span of days."""
        if self.year is None:
            return self.chosen
        return replace(self.chosen, since=date(self.year, 1, 1), before=date(self.year + 1, 1, 1))

    def find(self, actor: Actor, page: int = 1) -> Search:
        """What the actor finds."""
        return search(actor, self.text, self.filters, page, self.sort)

    def query_string(self, page: int = 1) -> str:
        """Its part of an address; the same search has one."""
        query = [("q", self.shown_text)] if self.text else []
        for name, values in self.chosen.labels().items():
            query += [(PARAMETERS[name], value) for value in sorted(values)]
        query += [("year", str(self.year))] if self.year else []
        query += [("sort", self.sort.value)] if self.sort is not Sort.RELEVANCE else []
        query += [("page", str(page))] if page > 1 else []
        return urlencode(query)

    def sorted(self, sort: str) -> Self:
        """The same in another order."""
        return replace(self, sort=Sort(sort))

    def only_kind(self, value: str = "") -> Self:
        """The same of one kind alone, or of all; a kind typed in the box gives way."""
        text = self.shown_text
        typed = [piece for group in read(text).groups for piece in group if piece.label == "kind"]
        for piece in reversed(typed):
            text = without_label(text, piece.start, piece.end) if not piece.is_unwanted else text
        return replace(self, text=text, chosen=replace(self.chosen, kind=frozenset({value} if value else ())))

    def without(self, parameter: str, value: str) -> Self:
        """The same without one choice."""
        if parameter == "year":
            return replace(self, year=None)
        name = _FIELDS[parameter]
        changes: dict[str, Any] = {name: getattr(self.chosen, name) - {value}}
        return replace(self, chosen=replace(self.chosen, **changes))

    def without_typed(self, start: int, end: int) -> Self:
        """The same without what stands there in the box."""
        return replace(self, text=without_label(self.shown_text, start, end))

    def everything(self) -> Self:
        """The same words without any choice or label."""
        text = self.shown_text
        labels = [piece for group in read(text).groups for piece in group if piece.label in LABEL_NAMES.values()]
        for piece in reversed(labels):
            text = without_label(text, piece.start, piece.end)
        return replace(self, text=text, chosen=Filters(), year=None)
