"""The forum's pages: its spaces and categories, and lists of topics."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.accounts.models import User
from app.accounts.visitor_pages import kept_for_visitors
from app.core.i18n import CONTENT, current_lang
from app.core.policy import Actor
from app.engagement.queries import follow_level, tag_named
from app.forum import policy, queries
from app.forum.addresses import narrowed
from app.forum.attention import unread_followed
from app.forum.blueprint import bp
from app.forum.models import Space
from app.forum.reading import listing
from app.forum.reading.listing import Filters, themes_in_use, topic_page
from app.forum.reading.shelves import open_shelves
from app.forum.sessions.policy import can_open_session
from app.forum.spaces.forms import AUDIENCES
from app.forum.spaces.invitation_links import invitations_for, token_of
from app.forum.spaces.participants import leaderless_spaces
from app.forum.spaces.views import show_door, standing_facts
from app.forum.tags.addresses import known_by_its_tag
from app.places.queries import languages
from app.terms.queries import label

__all__ = ["bp"]

NARROWING = ("view", "lang", "tag", "after")
"""What the address of a list may say."""


@bp.get("/spaces")
@kept_for_visitors()
def list_spaces() -> ResponseReturnValue:
    """Every space the reader may see, with its categories and the last topic of each; others only by their names."""
    actor = current_actor()
    known = queries.get_known_spaces(actor)
    spaces = [space for space in known if policy.can_see_space(actor, space)]
    return render_template(
        "forum/list_spaces.html",
        spaces=spaces,
        outside=[space for space in known if space not in spaces],
        invitations=[(one, token_of(one)) for one in invitations_for(actor)] if isinstance(actor, User) else [],
        leaderless=leaderless_spaces() if actor.is_staff else [],
        audiences=AUDIENCES,
        **_shelves(actor, spaces),
    )


@bp.get("/spaces/<slug>")
@kept_for_visitors(*NARROWING)
def show_space(slug: str) -> ResponseReturnValue:
    """One space: its categories, then its latest topics; for who may not enter it, its door."""
    actor = current_actor()
    space = queries.get_known_space(actor, slug)
    if not policy.can_see_space(actor, space):
        return show_door(space)
    chosen = _filters(space_id=space.id)
    return render_template(
        "forum/show_space.html",
        space=space,
        **standing_facts(space),
        level=follow_level(actor, "space", space.id),
        **_shelves(actor, [space]) | _list(actor, chosen, [space.id], url_for("forum.show_space", slug=slug)),
    )


@bp.get("/categories/<slug>")
@kept_for_visitors(*NARROWING)
def show_category(slug: str) -> ResponseReturnValue:
    """The topics of a category, the pinned ones first."""
    actor = current_actor()
    category = queries.get_category(actor, slug)
    chosen = _filters(category_id=category.id)
    is_plain = chosen == Filters(category_id=category.id) and not request.args.get("after")
    return render_template(
        "forum/show_category.html",
        category=category,
        level=follow_level(actor, "category", category.id),
        pinned=listing.pinned_topics(actor, category.id) if is_plain else [],
        may_open=policy.can_open_topic(actor, category),
        may_go_live=can_open_session(actor, category),
        **_list(actor, chosen, [category.space_id], url_for("forum.show_category", slug=slug)),
    )


@bp.get("/latest")
@kept_for_visitors(*NARROWING)
def list_latest() -> ResponseReturnValue:
    """Topics of every space the reader may see: latest, new, unanswered. Another word for a tag leads to the tag."""
    actor = current_actor()
    if better := known_by_its_tag(actor, url_for("forum.list_latest")):
        return redirect(better, 301)
    spaces, shelves = open_shelves(actor)
    return render_template(
        "forum/list_latest.html",
        categories=shelves,
        themes=themes_in_use(actor),
        **_list(actor, _filters(), spaces, url_for("forum.list_latest")),
    )


def _filters(space_id: int | None = None, category_id: int | None = None) -> Filters:
    """What the address narrows the list to; what it does not know is left out."""
    view, lang = request.args.get("view", ""), request.args.get("lang", "")
    if view == "following" and current_actor().is_visitor:
        view = ""
    return Filters(
        view=view if view in listing.VIEWS else listing.VIEWS[0],
        space_id=space_id,
        category_id=category_id,
        lang=lang if lang in CONTENT else "",
        tag=request.args.get("tag", "")[:40],
    )


def _list(
    actor: Actor, chosen: Filters, spaces: list[int], address: str, *, is_tag_page: bool = False
) -> dict[str, Any]:
    """What the template of a list needs: rows, addresses of pages and tabs, filters that can be taken off."""
    found = topic_page(actor, chosen, request.args.get("after"))
    view = chosen.view if chosen.view != listing.VIEWS[0] else ""
    kept_tag = "" if is_tag_page else chosen.tag
    views = [name for name in listing.VIEWS if name != "following" or not actor.is_visitor]

    def address_with(**changes: str) -> str:
        return narrowed(address, **({"view": view, "lang": chosen.lang, "tag": kept_tag} | changes))

    tag = tag_named(chosen.tag) if chosen.tag else None
    return {
        "found": found,
        "chosen": chosen,
        "tag_label": tag.label if tag else chosen.tag and label(chosen.tag),  # also of a theme that nothing bears
        "address": address,
        "tabs": [(name, address_with(view=name if name != listing.VIEWS[0] else "")) for name in views],
        "is_tag_page": is_tag_page,
        "followed_unread": unread_followed(actor) if chosen.view == "following" else 0,
        "without_lang": address_with(lang=""),
        "without_tag": address_with(tag=""),
        "first_page": "" if found.is_first else address_with(),
        "next_page": address_with(after=found.next_key) if found.next_key else "",
        "languages": languages(current_lang()),
        "rooms": " ".join(f"space:{space_id}" for space_id in spaces),
    }


def _shelves(actor: Actor, spaces: list[Space]) -> dict[str, Any]:
    """The last topic of each category and how many of its topics have something unread."""
    shelves = [shelf for space in spaces for shelf in space.categories]
    last = listing.topic_rows(actor, [shelf.last_topic_id for shelf in shelves if shelf.last_topic_id])
    return {
        "last": last,
        "unread": listing.unread_topics(actor),
        "rooms": " ".join(f"space:{space.id}" for space in spaces),
        "may_moderate": any(actor.moderates(space.id) for space in spaces),
    }


# Last, for they use what stands above: each adds its own views to the blueprint.
for _name in (
    "composing.completing_views", "composing.edit_views", "composing.file_views", "composing.preview_views",
    "composing.views", "drafting.views", "history.views", "moving.views", "order.views", "order.waiting_views",
    "polls.views", "reading.own_views", "reading.similar_views", "reading.views", "sessions.question_views",
    "sessions.views",
    "spaces.invitation_views", "spaces.letter_views", "spaces.people_views", "spaces.views", "tags.views",
):  # fmt: skip
    import_module(f"app.forum.{_name}")
