"""Forms of what members note for themselves."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from app.core.errors import DomainError, Invalid
from app.core.forms import Form
from app.core.i18n import lazy_pgettext
from app.core.typed import one_line
from app.engagement.bookmarking import BookmarkDraft
from app.engagement.models import Bookmark
from app.engagement.reminding import moment_of


def _line(value: str | None) -> str:
    return one_line(value or "")


def _words(value: str | None) -> str:
    return "\n".join(one_line(line) for line in (value or "").splitlines()).strip()


class BookmarkForm(Form):
    """A note, and when to be reminded."""

    note = TextAreaField(
        lazy_pgettext("bookmark", "Your note"), filters=[_words], render_kw={"rows": 3, "maxlength": 500}
    )
    preset = RadioField(
        lazy_pgettext("bookmark", "Remind me"),
        choices=[
            SelectChoice("none", lazy_pgettext("bookmark", "No reminder")),
            SelectChoice("tomorrow", lazy_pgettext("bookmark", "Tomorrow morning")),
            SelectChoice("next_week", lazy_pgettext("bookmark", "Next Monday morning")),
            SelectChoice("at", lazy_pgettext("bookmark", "On a day and at a time of my choice")),
        ],
        default="none",
        validate_choice=False,
    )
    day = StringField(lazy_pgettext("bookmark", "Day"), filters=[_line])
    clock = StringField(lazy_pgettext("bookmark", "Time"), filters=[_line])

    def show(self, mark: Bookmark, zone: str) -> None:
        """Fill in what the bookmark says now."""
        self.note.data = mark.note
        if mark.remind_at:
            local: datetime = mark.remind_at.astimezone(ZoneInfo(zone))
            self.preset.data = "at"
            self.day.data, self.clock.data = f"{local:%Y-%m-%d}", f"{local:%H:%M}"

    def draft(self, zone: str) -> BookmarkDraft:
        """What was asked for. Raises Invalid."""
        moment = moment_of(self.preset.data or "none", self.day.data or "", self.clock.data or "", zone)
        return BookmarkDraft(self.note.data or "", moment)

    def say(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about."""
        named = {"note": self.note, "moment": self.day, "preset": self.preset}
        field = named.get(error.field) if isinstance(error, Invalid) else None
        if field is None:
            self.form_errors.append(str(error.reason))
        else:
            field.errors = [*field.errors, str(error.reason)]
