"""What the search page offers beside results: suggestions while typing, and a better query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.core.i18n import current_lang, direction, npgettext, pgettext
from app.core.policy import Actor
from app.extensions import limiter
from app.search.asked import Asked
from app.search.blueprint import bp, whoever
from app.search.finding import Search
from app.search.words.correcting import correction
from app.search.words.suggesting import Suggestion, suggestions

LONGEST = 100


@bp.get("/search/suggest")
@limiter.limit("300 per minute", key_func=whoever)
def suggest() -> ResponseReturnValue:
    """`?q=` what stands in the search box. JSON: `{items: [{group, kind, label, words, url, lang, dir}], said}`."""
    found = suggestions(current_actor(), " ".join(request.args.get("q", "")[:LONGEST].split()))
    said = npgettext("search", "%(num)d suggestion", "%(num)d suggestions", len(found))
    answer = jsonify(items=[_item(each) for each in found], said=said if found else pgettext("search", "No suggestion"))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _item(each: Suggestion) -> dict[str, Any]:
    lang = each.lang or current_lang()
    url = each.url or f"{url_for('search.show_results')}?{urlencode({'q': each.words})}"
    return {
        "kind": each.kind, "group": str(each.group), "label": each.label, "words": each.words, "url": url,
        "lang": lang, "dir": direction(lang),
    }  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """A better query and its address, with the filters of the page."""

    words: str
    url: str


def did_you_mean(actor: Actor, asked: Asked, found: Search) -> Correction | None:
    """What was probably meant, where a query finds little or nothing."""
    better = correction(actor, asked.shown_text, asked.filters, found) if asked.text else ""
    if not better:
        return None
    return Correction(better, f"{url_for('search.show_results')}?{replace(asked, text=better).query_string()}")
