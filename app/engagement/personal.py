"""Personal data of what members do with subjects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from app.core.db import db
from app.core.i18n import lazy_pgettext
from app.core.personal import Personal, declare_personal, erases
from app.engagement.models import Follow

ABOUT = ("subject_kind", "subject_id")

declare_personal(
    Personal(
        "reaction", "user_id", lazy_pgettext("data", "Your reactions"), "delete",
        fields=("created_at", *ABOUT, "code"), names=(("code", lazy_pgettext("data", "Reaction")),),
    ),
    Personal(
        "read_marker", "user_id", lazy_pgettext("data", "How far you have read"), "delete",
        fields=(*ABOUT, "last_number", "updated_at"),
        names=(("last_number", lazy_pgettext("data", "Last message read")),),
    ),
    Personal(
        "follow", "user_id", lazy_pgettext("data", "What you follow"), "delete", fields=("created_at", *ABOUT, "level"),
        names=(("level", lazy_pgettext("data", "How closely")),),
    ),
    Personal(
        "follow_preference", "user_id", lazy_pgettext("data", "How you follow"), "delete", fields=("tracks_replied",),
        names=(("tracks_replied", lazy_pgettext("data", "Follows the topics you answer")),),
    ),
    Personal(
        "bookmark", "user_id", lazy_pgettext("data", "Your bookmarks"), "delete",
        fields=("created_at", *ABOUT, "note", "remind_at"),
        names=(("remind_at", lazy_pgettext("data", "Reminder")),),
    ),
    Personal(
        "attachment", "user_id", lazy_pgettext("data", "Your files"), "forget",
        fields=("public_id", "created_at", "name", "media_type", "size", "alt_text"),
        names=(
            ("media_type", lazy_pgettext("data", "Type of file")),
            ("size", lazy_pgettext("data", "Size in bytes")),
            ("alt_text", lazy_pgettext("data", "Description of the image")),
        ),
    ),
)  # fmt: skip


@erases("engagement")
def forget_followers(member: Any) -> None:
    """Nobody follows who is no longer there."""
    db.session.execute(delete(Follow).where(Follow.subject_kind == "member", Follow.subject_id == member.id))
