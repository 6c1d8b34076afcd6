"""Personal data of accounts."""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import delete

from app.accounts.models import User
from app.core.db import db
from app.core.i18n import lazy_pgettext
from app.core.mail import OutgoingMail
from app.core.personal import Personal, declare_personal, erases

declare_personal(
    Personal(
        "member", "id", lazy_pgettext("data", "Your account"), "own",
        fields=(
            "public_id", "created_at", "email", "handle", "display_name", "name_lang", "country", "presentation",
            "ui_lang", "content_langs", "timezone", "shows_presence", "status", "trust", "age_declared_at",
            "confirmed_at", "last_seen_at",
        ),
        names=(
            ("handle", lazy_pgettext("account", "Handle")),
            ("display_name", lazy_pgettext("account", "Name shown")),
            ("name_lang", lazy_pgettext("data", "Language of the name")),
            ("country", lazy_pgettext("account", "Country where you live")),
            ("presentation", lazy_pgettext("data", "Presentation")),
            ("ui_lang", lazy_pgettext("data", "Language of the pages")),
            ("content_langs", lazy_pgettext("account", "Languages you read")),
            ("timezone", lazy_pgettext("account", "Time zone")),
            ("shows_presence", lazy_pgettext("data", "Whether other members see that you are there")),
            ("status", lazy_pgettext("data", "State")),
            ("trust", lazy_pgettext("data", "Level")),
            ("age_declared_at", lazy_pgettext("data", "When you declared to be 15 or older")),
            ("confirmed_at", lazy_pgettext("data", "When the address was confirmed")),
            ("last_seen_at", lazy_pgettext("data", "When you were last here")),
        ),
    ),
    Personal(
        "role_grant", "user_id", lazy_pgettext("data", "Your roles"), "delete", fields=("name", "space_id", "until")
    ),
    Personal(
        "session_record", "user_id", lazy_pgettext("data", "Your devices"), "delete",
        fields=("created_at", "device", "address", "last_seen_at", "expires_at"),
        names=(
            ("device", lazy_pgettext("data", "Browser and system")),
            ("address", lazy_pgettext("data", "Shortened network address")),
            ("last_seen_at", lazy_pgettext("data", "When it was last used")),
            ("expires_at", lazy_pgettext("data", "When it is signed out")),
        ),
    ),
    Personal(
        "seen_day", "user_id", lazy_pgettext("data", "Days on which you were here"), "delete", fields=("day",),
        names=(("day", lazy_pgettext("data", "Day")),),
    ),
    Personal(
        "join_request", "user_id", lazy_pgettext("data", "Your request to join"), "delete",
        fields=("created_at", "motive"), names=(("motive", lazy_pgettext("account", "Why you would like to join")),),
    ),
    Personal("second_factor", "user_id", lazy_pgettext("data", "Your second factor"), "delete", fields=("created_at",)),
    Personal("site_invitation", "created_by_id", lazy_pgettext("data", "Invitations to the site that you made"),
             "forget", fields=("created_at", "note", "until")),
    Personal("block", "created_by_id", lazy_pgettext("data", "Blocks that you made"), "forget",
             fields=("created_at", "kind", "reason", "until")),
    Personal("audit_entry", "actor_id", lazy_pgettext("data", "Decisions that you took"), "forget",
             fields=("created_at", "action", "subject_kind", "subject_id", "reason"),
             names=(("action", lazy_pgettext("data", "Decision")),)),
    Personal("option_change", "actor_id", lazy_pgettext("data", "Settings of the site that you changed"), "forget",
             fields=("created_at", "name")),
    Personal("page_version", "author_id", lazy_pgettext("data", "Pages of the site that you wrote"), "forget",
             fields=("created_at", "lang", "title", "body", "note")),
)  # fmt: skip


@erases("accounts", is_last=True)
def erase_account(member: User) -> None:
    """Leave an empty row: what it was called, where it was and how it signed in are gone."""
    if member.email:
        db.session.execute(delete(OutgoingMail).where(OutgoingMail.to == member.email))
    member.email = member.password = member.country = member.us_totp_secrets = member.us_phone_number = None
    member.display_name = member.name_lang = member.presentation = ""
    member.handle = f"former-{secrets.token_hex(8)}"
    member.fs_uniquifier = uuid.uuid4().hex
    member.content_langs, member.timezone, member.shows_presence = [], "Europe/Paris", False
    member.age_declared_at = member.confirmed_at = member.last_seen_at = None
    member.trust, member.active = 0, False
    member.version += 1
    db.session.flush()
