"""The feed of a search: the topics and messages that everyone finds by it, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.actor import VISITOR
from app.api import queries
from app.api.blueprint import bp
from app.api.feed_views import feed_of, site_url
from app.api.feeds import Entry, answered, entries_of
from app.core.db import db
from app.core.i18n import pgettext
from app.core.typed import whole
from app.extensions import limiter
from app.forum.models import Post
from app.forum.reading import listing
from app.search.asked import Asked
from app.search.blueprint import whoever
from app.search.engine import Hit, Sort

FED = frozenset({"topic", "post"})
"""The kinds that have entries; what else is found is on the page."""


@bp.get("/search/feed.atom")
@limiter.limit("60 per minute", key_func=whoever)
def feed_search() -> ResponseReturnValue:
    """What a visitor finds: the parameters are those of the search page, but for the order."""
    asked = replace(Asked.of(request.args), sort=Sort.NEWEST)
    kinds = asked.chosen.kind & FED if asked.chosen.kind else FED
    page = max(1, request.args.get("page", 1, type=whole))
    entries: list[Entry] = []
    older = ""
    if kinds and not asked.is_empty:
        found = replace(asked, chosen=replace(asked.chosen, kind=kinds)).find(VISITOR, page)
        entries = _entries(found.result.hits)
        shown = replace(asked, sort=Sort.RELEVANCE)
        older = f"?{shown.query_string(found.page + 1)}" if found.page < found.last_page else ""
    here = replace(asked, sort=Sort.RELEVANCE).query_string()
    title = pgettext("search", "“%(words)s”, search", words=asked.shown_text)
    return answered(feed_of(f"search-{here}", title, f"{url_for('search.show_results')}?{here}", entries, older))


def _entries(hits: Sequence[Hit]) -> list[Entry]:
    """Topics by their first messages, and messages, in the order of the hits."""
    rows = listing.topic_rows(VISITOR, [hit.id for hit in hits if hit.kind == "topic"])
    pairs, tags = queries.openings(list(rows.values()))
    topics = dict(
        zip((topic.id for _, topic in pairs), entries_of(pairs, site_url(), tags, is_topic=True), strict=True)
    )
    said = _posts([hit.id for hit in hits if hit.kind == "post"])
    posts = dict(zip((post.id for post, _ in said), entries_of(said, site_url(), {}, is_topic=False), strict=True))
    entries = {("topic", row_id): entry for row_id, entry in topics.items()}
    entries |= {("post", row_id): entry for row_id, entry in posts.items()}
    return [entries[key] for hit in hits if (key := (hit.kind, hit.id)) in entries]


def _posts(ids: Sequence[int]) -> list[queries.Pair]:
    query = (
        select(Post).where(Post.id.in_(ids), Post.state == "visible").options(joinedload(Post.topic), *queries.AUTHORS)
    )
    return [(post, post.topic) for post in db.session.scalars(query).unique()] if ids else []
