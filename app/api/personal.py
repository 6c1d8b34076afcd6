"""Personal data of the doors to other sites."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.personal import Personal, declare_personal

declare_personal(
    Personal(
        "webhook", "created_by_id", lazy_pgettext("data", "Webhooks that you made"), "forget",
        fields=("created_at", "url"), names=(("url", lazy_pgettext("data", "Address called")),),
    )
)  # fmt: skip
