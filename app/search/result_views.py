"""The search page: one box, links that narrow, forms for what the signs of the box say, all without scripts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.core.i18n import current_lang
from app.core.policy import Actor
from app.core.subjects import kind, named
from app.core.typed import one_line, whole
from app.extensions import limiter
from app.places.queries import languages
from app.search import facets, results, word_views
from app.search.asked import Asked
from app.search.blueprint import bp, whoever
from app.search.building import Parts, composed, taken_apart
from app.search.documents import indexed_kinds
from app.search.finding import Search
from app.search.marks import MARKS
from app.search.pieces import LONGEST_QUERY
from app.search.saved import MOST_SAVED, count_of

FIELDS = {
    "all": "every", "phrase": "phrase", "any": "some", "none": "none", "by": "author", "in": "space",
    "language": "lang", "kind": "kind", "from": "since", "to": "until", "state": "mark",
}  # fmt: skip
"""Parameters of the form and what they fill in."""
MOST_SPACES = 200


@bp.get("/search")
@limiter.limit("60 per minute", key_func=whoever)
def show_results() -> ResponseReturnValue:
    """Results of `q`, narrowed by `kind`, `language`, `space`, `tag`, `author`, `year`, `state`, ordered by `sort`."""
    actor, asked = current_actor(), Asked.of(request.args)
    found = asked.find(actor, request.args.get("page", 1, type=whole))
    return render_template(
        "search/search.html",
        asked=asked,
        found=found,
        hits=results.shown_hits(actor, found),
        kinds=facets.kind_choices(found),
        facets=facets.facets(actor, found, asked.year),
        address=_Addresses(asked, found),
        parts=taken_apart(asked.shown_text),
        offered=_offered(actor),
        did_you_mean=word_views.did_you_mean(actor, asked, found),
        may_save=not actor.is_visitor and not asked.is_empty and count_of(actor) < MOST_SAVED,
    )


@bp.get("/search/build")
def build_query() -> ResponseReturnValue:
    """Leads to the results of what the form asks for: `all`, `phrase`, `any`, `none`, `by`, `in`, `from`, `to` ..."""
    given = {field: one_line(request.args.get(name, ""))[:LONGEST_QUERY] for name, field in FIELDS.items()}
    return redirect(_address(Asked(composed(Parts(**given)), sort=Asked.of(request.args).sort)))


Choices = tuple[tuple[str, str], ...]
"""Value and name of each."""


@dataclass(frozen=True)
class _Offered:
    """What the form offers to choose from: value and name."""

    spaces: Choices
    languages: Choices
    kinds: Choices
    marks: Choices


def _offered(actor: Actor) -> _Offered:
    return _Offered(
        _spaces(actor),
        languages(current_lang()),
        tuple((name, str(declared.label)) for name, declared in indexed_kinds().items()),
        tuple((mark, str(label)) for mark, label in MARKS.items()),
    )


def _spaces(actor: Actor) -> Choices:
    declared = kind("space")
    ids = declared.visible_to(actor, declared.ids(0, MOST_SPACES)) if declared.ids else ()
    rows = named(declared, ids).values()
    choices = ((row.slug, declared.link(row).title) for row in rows)
    return tuple(sorted(choices, key=lambda choice: choice[1].casefold()))


def _address(asked: Asked, page: int = 1) -> str:
    query = asked.query_string(page)
    return f"{url_for('search.show_results')}?{query}" if query else url_for("search.show_results")


class _Addresses:
    """Addresses of this search with one thing changed."""

    def __init__(self, asked: Asked, found: Search) -> None:
        self._asked = asked
        self.typed = found.typed.labels
        self.last_page = found.last_page
        self.feed = f"{url_for('api.feed_search')}?{asked.query_string()}"

    def page(self, number: int) -> str:
        """Another page of the same."""
        return _address(self._asked, number)

    def sorted(self, sort: str) -> str:
        """The same in another order."""
        return _address(self._asked.sorted(sort))

    def only_kind(self, value: str = "") -> str:
        """The same of one kind alone, or of all."""
        return _address(self._asked.only_kind(value))

    def without(self, name: str, value: str) -> str:
        """The same without one choice."""
        return _address(self._asked.without(name, value))

    def without_typed(self, start: int, end: int) -> str:
        """The same without a label of the box."""
        return _address(self._asked.without_typed(start, end))

    def everything(self) -> str:
        """The same words without any filter."""
        return _address(self._asked.everything())
