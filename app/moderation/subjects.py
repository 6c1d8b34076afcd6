"""The desk of the moderators is a room that they follow live: one for each space, and `desk:0` for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for

from app.core.i18n import lazy_pgettext
from app.core.policy import Actor
from app.core.subjects import Link, SubjectKind, register
from app.forum.reach import moderated_spaces


def _visible_to(actor: Actor, ids: Collection[int]) -> set[int]:
    spaces = moderated_spaces(actor)
    return set(ids) if spaces is None else set(ids) & spaces


def _load(_ids: Collection[int]) -> Mapping[int, Any]:
    """A desk is a place and holds nothing."""
    return {}


DESK = register(
    SubjectKind(
        name="desk",
        label=lazy_pgettext("moderation", "Moderation"),
        load=_load,
        visible_to=_visible_to,
        link=lambda _desk: Link(url_for("moderation.show_queue"), "", "fr"),
        has_room=True,
    )
)
