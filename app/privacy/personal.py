"""Personal data of consents, copies and closings."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.personal import Personal, declare_personal

declare_personal(
    Personal(
        "consent", "user_id", lazy_pgettext("data", "What you agreed to"), "delete",
        fields=("purpose", "version", "given_at", "withdrawn_at"),
        names=(
            ("purpose", lazy_pgettext("data", "Page")),
            ("version", lazy_pgettext("data", "Version")),
            ("given_at", lazy_pgettext("data", "When you agreed")),
            ("withdrawn_at", lazy_pgettext("data", "When you took it back")),
        ),
    ),
    Personal(
        "data_export", "user_id", lazy_pgettext("data", "Copies of your data"), "delete",
        fields=("asked_at", "ready_at", "until"),
        names=(
            ("asked_at", lazy_pgettext("data", "When you asked for it")),
            ("ready_at", lazy_pgettext("data", "When it was ready")),
        ),
    ),
    Personal("account_closing", "user_id", lazy_pgettext("data", "Closing of your account"), "delete",
             fields=("closed_at", "due_at"), also=("by_id",),
             names=(
                 ("closed_at", lazy_pgettext("data", "When it was closed")),
                 ("due_at", lazy_pgettext("data", "Until when it can be opened again")),
             )),
)  # fmt: skip
