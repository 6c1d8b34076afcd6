"""The pages of tags: all those in use, and the topics that bear one."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.accounts.visitor_pages import kept_for_visitors
from app.core.errors import NotFound
from app.core.typed import one_line
from app.engagement.queries import follow_level, tag_label, tag_of_slug, visible_tag_ids
from app.forum.addresses import narrowed
from app.forum.blueprint import bp
from app.forum.reading.shelves import seen_spaces
from app.forum.tags.lists import siblings_of, tags_in_use
from app.forum.views import NARROWING, _filters, _list
from app.terms.queries import vocabulary


@bp.get("/tags")
@kept_for_visitors("after")
def list_tags() -> ResponseReturnValue:
    """Tags of topics that the reader may see, the most used first. `?q=`: those whose name has these letters."""
    words = one_line(request.args.get("q", ""))[:40]
    found = tags_in_use(current_actor(), words, request.args.get("after", ""))
    address = url_for("forum.list_tags")
    return render_template(
        "forum/list_tags.html",
        found=found,
        words=words,
        address=address,
        first_page=narrowed(address, q=words) if request.args.get("after") else "",
        next_page=narrowed(address, q=words, after=found.next_key) if found.next_key else "",
    )


@bp.get("/tags/<slug>")
@kept_for_visitors(*NARROWING)
def show_tag(slug: str) -> ResponseReturnValue:
    """The topics that bear a tag. Another word for it, or the name of a theme in any language, leads to it."""
    actor, tag = current_actor(), tag_of_slug(slug)
    theme = vocabulary().find(slug) if tag is None else vocabulary().get(tag.slug)
    known = tag.slug if tag else theme.slug if theme else ""
    if not known or (tag and not visible_tag_ids(actor, [tag.id])):
        raise NotFound
    address = url_for("forum.show_tag", slug=known)
    if known != slug:
        return redirect(address, 301)
    chosen = replace(_filters(), tag=known)
    return render_template(
        "forum/show_tag.html",
        tag=tag_label(known, tag.label if tag else known),
        level=follow_level(actor, "tag", tag.id) if tag else None,
        is_kept=tag is not None,
        is_followable=tag is not None and not actor.is_visitor,
        siblings=siblings_of(actor, tag.id) if tag else [],
        **_list(actor, chosen, seen_spaces(actor), address, is_tag_page=True),
    )
