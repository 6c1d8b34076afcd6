"""The pages of the desk, in groups, as every one of them lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from app.accounts.actor import current_actor
from app.administration.policy import can_read_desk
from app.api.policy import can_connect
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, Ruling
from app.engagement.policy import can_keep_tags


@dataclass(frozen=True)
class Door:
    """A page of the desk. `covers` are the endpoints behind it."""

    endpoint: str
    label: Any
    covers: tuple[str, ...] = ()
    may_open: Callable[[Actor], Ruling] = can_read_desk


GROUPS: tuple[tuple[Any, tuple[Door, ...]], ...] = (
    (lazy_pgettext("desk", "Site"), (
        Door("administration.show_overview", lazy_pgettext("desk", "Overview")),
        Door("administration.edit_settings", lazy_pgettext("desk", "Settings"), ("administration.show_changes",)),
        Door("administration.list_pages", lazy_pgettext("desk", "Pages"), ("administration.edit_page",)),
        Door("administration.show_mail", lazy_pgettext("desk", "Mail")),
        Door("api.list_webhooks", lazy_pgettext("door", "Webhooks"), (
            "api.connect", "api.show_webhook", "api.edit_webhook", "api.act_on_webhook"), can_connect),
    )),
    (lazy_pgettext("desk", "Forum"), (
        Door("administration.list_spaces", lazy_pgettext("desk", "Spaces and categories"), (
            "administration.create_space", "administration.create_category", "administration.edit_category")),
        Door("administration.list_terms", lazy_pgettext("desk", "Vocabularies"), (
            "administration.edit_term", "administration.create_term")),
        Door("administration.list_tags", lazy_pgettext("desk", "Tags"), (
            "administration.edit_tag", "administration.change_tag", "administration.list_tag_groups",
            "administration.create_tag_group", "administration.edit_tag_group", "administration.list_tag_rules",
            "administration.edit_tag_rules"), can_keep_tags),
    )),
    (lazy_pgettext("desk", "People"), (
        Door("administration.list_members", lazy_pgettext("desk", "Members"), ("administration.show_member",)),
        Door("administration.list_roles", lazy_pgettext("desk", "Roles")),
        Door("moderation.list_requests", lazy_pgettext("desk", "Who asks to join")),
        Door("moderation.list_invitations", lazy_pgettext("desk", "Invitations")),
    )),
    (lazy_pgettext("desk", "Look back"), (
        Door("administration.show_figures", lazy_pgettext("desk", "Figures")),
        Door("administration.list_acts", lazy_pgettext("desk", "Log")),
    )),
)  # fmt: skip


def desk_menu() -> list[dict[str, Any]]:
    """Groups of {"label", "entries"} for `side_nav`; pages that the reader may not open are left out."""
    here, actor = request.endpoint or "", current_actor()
    return [
        {
            "label": label,
            "entries": [
                {"url": url_for(door.endpoint), "label": door.label, "current": here in {door.endpoint, *door.covers}}
                for door in doors
                if door.endpoint in current_app.view_functions and door.may_open(actor)
            ],
        }
        for label, doors in GROUPS
    ]
