"""The search page: one box, links that narrow, a form for languages and spaces, all without scripts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from app.accounts.actor import current_actor
from app.core.i18n import CONTENT
from app.core.typed import whole
from app.extensions import limiter
from app.search import results
from app.search.documents import indexed_kinds
from app.search.engine import Filters, Sort
from app.search.queries import Search, search
from app.search.query import LONGEST_QUERY

bp = Blueprint("search", __name__, url_prefix="/<lang>")

_PARAMETERS = {"kind": "kind", "lang": "language", "space": "space"}
"""Filters of the page and their names in the address; `lang` there would be the language of the interface."""


def whoever() -> str:
    """A member wherever they are, else an address: a workshop behind one address is not one person."""
    actor = current_actor()
    return f"member:{actor.actor_id}" if actor.actor_id else get_remote_address()


@bp.get("/search")
@limiter.limit("60 per minute", key_func=whoever)
def show_results() -> ResponseReturnValue:
    """Results of `q`, narrowed by `kind`, `language` and `space`, ordered by `sort`."""
    actor = current_actor()
    text = " ".join(request.args.get("q", "").split())[:LONGEST_QUERY]
    from app.search import word_views  # its routes stand on the blueprint of this module

    sort = Sort.NEWEST if request.args.get("sort") == Sort.NEWEST else Sort.RELEVANCE
    chosen = _chosen()
    found = search(actor, text, chosen, request.args.get("page", 1, type=whole), sort)
    return render_template(
        "search/search.html",
        text=text,
        sort=sort.value,
        found=found,
        hits=results.shown_hits(actor, found),
        kinds=results.kind_choices(found),
        languages=results.language_choices(found),
        spaces=results.space_choices(actor, found),
        address=_Addresses(text, chosen, sort, found),
        did_you_mean=word_views.did_you_mean(actor, text, chosen, found),
    )


def _chosen() -> Filters:
    """The filters in the address; what it does not know is left out."""
    known = {
        "kind": indexed_kinds().keys(),
        "lang": CONTENT,
        "space": [value for value in request.args.getlist("space") if value.isdecimal()],
    }
    values = {name: frozenset(request.args.getlist(_PARAMETERS[name])) & set(known[name]) for name in known}
    return Filters(kind=values["kind"], lang=values["lang"], space=values["space"])


class _Addresses:
    """Addresses of this search with one thing changed."""

    def __init__(self, text: str, chosen: Filters, sort: Sort, found: Search) -> None:
        self._text, self._chosen, self._sort = text, chosen, sort
        self.is_narrowed = chosen != Filters()
        self.last_page = found.last_page

    def page(self, number: int) -> str:
        """Another page of the same."""
        return self._address(self._chosen, self._sort, number)

    def sorted(self, sort: str) -> str:
        """The same in another order."""
        return self._address(self._chosen, Sort(sort))

    def only(self, name: str, value: str = "") -> str:
        """The same with one value of a filter, or with none."""
        changes: dict[str, Any] = {name: frozenset({value} if value else ())}
        return self._address(replace(self._chosen, **changes), self._sort)

    def without(self, name: str, value: str) -> str:
        """The same without one value of a filter."""
        changes: dict[str, Any] = {name: getattr(self._chosen, name) - {value}}
        return self._address(replace(self._chosen, **changes), self._sort)

    def everything(self) -> str:
        """The same without any filter."""
        return self._address(Filters(), self._sort)

    def _address(self, filters: Filters, sort: Sort, page: int = 1) -> str:
        query = [("q", self._text)]
        for name, values in filters.labels().items():
            query += [(_PARAMETERS[name], value) for value in sorted(values)]
        query += [("sort", sort.value)] if sort is not Sort.RELEVANCE else []
        query += [("page", str(page))] if page > 1 else []
        return f"{url_for('search.show_results')}?{urlencode(query)}"
