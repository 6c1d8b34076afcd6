"""What every page of the desk shows: its tabs with what waits behind each, and the rooms it follows live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, g, request, url_for

from app.accounts.actor import current_actor
from app.accounts.models import User
from app.core.events import room_heads
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor
from app.forum.order.waiting import count_waiting
from app.forum.reach import moderated_spaces
from app.moderation.policy import can_open_desk
from app.moderation.queries import Counts, desk_counts


@dataclass(frozen=True)
class Tab:
    """A page of the desk."""

    endpoint: str
    label: Any
    covers: tuple[str, ...] = ()


TABS = (
    Tab("moderation.show_queue", lazy_pgettext("moderation", "Reports"), ("moderation.show_case", "moderation.decide")),
    Tab("moderation.list_waiting", lazy_pgettext("moderation", "Waiting"), ("moderation.refuse_text",)),
    Tab(
        "moderation.list_appeals", lazy_pgettext("moderation", "Appeals"),
        ("moderation.show_appeal", "moderation.decide_appeal"),
    ),
    Tab("moderation.list_requests", lazy_pgettext("account", "Requests to join"), ("moderation.list_invitations",)),
    Tab("moderation.list_blocks", lazy_pgettext("block", "Blocked addresses")),
    Tab("forum.show_log", lazy_pgettext("moderation", "Log")),
    Tab("moderation.show_figures", lazy_pgettext("moderation", "Figures")),
    Tab("moderation.edit_texts", lazy_pgettext("moderation", "Texts")),
)  # fmt: skip


def desk_tabs() -> Iterator[dict[str, Any]]:
    """The tabs that the reader has, as `_components/desk.html` shows them."""
    actor = current_actor()
    if not isinstance(actor, User):
        return
    for tab in TABS:
        if tab.endpoint not in current_app.view_functions or not _is_open_to(actor, tab):
            continue
        yield {
            "url": url_for(tab.endpoint), "label": tab.label, "count": _count(actor, tab.endpoint),
            "current": request.endpoint in {tab.endpoint, *tab.covers},
        }  # fmt: skip


def _is_open_to(actor: Actor, tab: Tab) -> bool:
    if tab.endpoint in {"moderation.edit_texts", "moderation.list_blocks"}:
        return actor.is_administrator
    return actor.is_staff if tab.endpoint == "moderation.list_requests" else bool(can_open_desk(actor))


def _count(actor: Actor, endpoint: str) -> int | None:
    if endpoint == "moderation.show_queue":
        return counts_of(actor).reports
    if endpoint == "moderation.list_waiting":
        return count_waiting(actor)
    return counts_of(actor).appeals if endpoint == "moderation.list_appeals" else None


def counts_of(actor: Actor) -> Counts:
    """What waits for a moderator, counted once for a page."""
    if "desk_counts" not in g:
        g.desk_counts = desk_counts(actor)
    return cast(Counts, g.desk_counts)


def desk_rooms(actor: Actor) -> str:
    """The desks that a page follows, each with how far it has come: `desk:3=17`."""
    spaces = moderated_spaces(actor)
    names = ["desk:0"] if spaces is None else [f"desk:{space_id}" for space_id in sorted(spaces)]
    return " ".join(f"{name}={seq}" for name, seq in room_heads(names).items())


def desk_badge(actor: Actor) -> int | None:
    """What waits for a moderator, for the header; None for whoever has no desk."""
    if not can_open_desk(actor):
        return None
    counts = counts_of(actor)
    return counts.reports + counts.appeals
