"""What the search page offers beside results: suggestions while typing, and a better query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.core.i18n import current_lang, direction, npgettext, pgettext
from app.core.policy import Actor
from app.extensions import limiter
from app.search.engine import Filters
from app.search.queries import Search
from app.search.views import bp, whoever
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


def did_you_mean(actor: Actor, text: str, chosen: Filters, found: Search) -> Correction | None:
    """What was probably meant, where a query finds little or nothing."""
    better = correction(actor, text, chosen, found) if text else ""
    if not better:
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in {"q", "page"}]
    return Correction(better, f"{url_for('search.show_results')}?{urlencode([('q', better), *kept])}")
