"""What the writing forms hold of drafts, and what a draft holds of a writing form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wtforms import HiddenField, StringField

from app.accounts.models import User
from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext
from app.core.typed import one_line

MOST_FIELDS, MOST_VALUES, LONGEST_NAME = 80, 60, 60
MOST_CHARS = 60_000
"""Of all that a draft holds: three times the longest message, so that a text is kept while it is being cut."""
NOT_KEPT = {
    "csrf_token", "draft", "draft_version", "later_day", "later_time", "preview", "use_lang", "keep", "later", "mode",
    "writer", "turn", "apart", "author",
}  # fmt: skip
"""Parts of a sent form that are no part of what was written."""
TOO_LONG = lazy_pgettext("draft rule", "This is too long to be kept as a draft. Shorten it, or make two of it.")
NO_MOMENT = lazy_pgettext("draft rule", "Choose a day and a time.")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _line(value: str | None) -> str:
    return one_line(value or "")[:40]


class DraftFields:
    """Mixed into a writing form: the draft its text is kept in, and when it is to be published."""

    draft = HiddenField(filters=[_line])
    draft_version = HiddenField(filters=[_line])
    later_day = StringField(lazy_pgettext("draft", "Day"), filters=[_line])
    later_time = StringField(lazy_pgettext("draft", "Time"), filters=[_line])


def typed_fields(sent: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was written, field by field, of a sent form (a MultiDict). Raises Invalid where it is too much to keep."""
    lists: dict[str, list[str]] = {name: list(sent.getlist(name)) for name in sent}  # type: ignore[attr-defined]
    fields = {name: [_plain(value) for value in values] for name, values in lists.items() if name not in NOT_KEPT}
    chars = sum(len(value) for values in fields.values() for value in values)
    values_sent = sum(map(len, fields.values()))
    if chars > MOST_CHARS or len(fields) > MOST_FIELDS or values_sent > MOST_FIELDS + MOST_VALUES:
        raise Invalid(TOO_LONG, "body")
    if any(len(name) > LONGEST_NAME for name in fields):
        raise Invalid(TOO_LONG, "body")
    return fields


def _plain(value: str) -> str:
    return _CONTROLS.sub("", value.replace("\r\n", "\n"))


def zone_of(member: User) -> ZoneInfo:
    """The member's own time zone."""
    try:
        return ZoneInfo(member.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def zone_name(zone: str) -> str:
    """A time zone as people read it: "Europe/Paris", "America/New York"."""
    return zone.replace("_", " ")


def moment_of(day: str, hour: str, zone: ZoneInfo) -> datetime:
    """The moment that a day and a time mean on the clocks of a zone. Raises Invalid.

    A time that a change of clocks skips is taken as it would have been without the change, one that comes twice as the
    first of the two.
    """
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour)).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(NO_MOMENT, "later_day") from None
