"""Forms of live sessions: opening one, changing it, writing its recap."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from wtforms import Field, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.models import User
from app.core.errors import DomainError, Invalid
from app.core.i18n import CONTENT, language_name, lazy_pgettext, pgettext
from app.core.slugs import slugify
from app.core.typed import one_line
from app.forum.drafts import TopicDraft
from app.forum.forms import TopicForm, WritingForm
from app.forum.sessions.live_rules import KIND
from app.forum.sessions.models import SLOW_MODE_MOST, LiveSession
from app.forum.sessions.services import SessionDraft
from app.places.queries import zones

_FORM = "%Y-%m-%dT%H:%M"


def _line(value: str | None) -> str:
    return one_line(value or "")


class _Times:
    """The fields that a new session and its settings share; mixed into forms."""

    starts = StringField(lazy_pgettext("forum", "Begins"), filters=[_line], render_kw={"type": "datetime-local"})
    ends = StringField(lazy_pgettext("forum", "Ends"), filters=[_line], render_kw={"type": "datetime-local"})
    timezone = SelectField(lazy_pgettext("account", "Time zone"), validate_choice=False)
    langs = SelectMultipleField(
        lazy_pgettext("forum", "Languages spoken in it"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    slow_mode = IntegerField(
        lazy_pgettext("forum", "Slow mode, in seconds"), default=0, render_kw={"min": 0, "max": SLOW_MODE_MOST}
    )
    hosts = StringField(
        lazy_pgettext("forum", "Who leads it with you"), filters=[_line], render_kw={"dir": "ltr", "maxlength": 300}
    )

    def offer_times(self, member: User) -> None:
        """Offer zones and languages, the member's own zone chosen."""
        self.timezone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in ("UTC", *zones())]
        self.timezone.data = self.timezone.data or member.timezone
        named = sorted(CONTENT, key=lambda tag: slugify(language_name(tag)))
        self.langs.choices = [SelectChoice(tag, language_name(tag)) for tag in named]

    def validate_starts(self, field: Field) -> None:
        """Refuse what is no moment of that zone."""
        self._read(field)

    def validate_ends(self, field: Field) -> None:
        """Refuse what is no moment of that zone."""
        self._read(field)

    def _read(self, field: Field) -> datetime:
        """The moment that a field names on the clocks of the zone chosen."""
        zone = ZoneInfo(self.timezone.data) if self.timezone.data in available_timezones() else ZoneInfo("UTC")
        try:
            local = datetime.strptime(str(field.data)[:16], _FORM).replace(tzinfo=zone)
            moment = local.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(pgettext("forum", "Write a day and an hour.")) from None
        if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValidationError(pgettext("forum", "The clocks of this zone skip that hour: choose another one."))
        return moment

    @property
    def times(self) -> SessionDraft:
        """What was chosen; the form is valid."""
        handles = str(self.hosts.data or "").replace(";", ",").replace(" ", ",").split(",")
        return SessionDraft(
            starts_at=self._read(self.starts),
            ends_at=self._read(self.ends),
            timezone=str(self.timezone.data),
            langs=tuple(self.langs.data or ()),
            slow_mode=int(self.slow_mode.data or 0),
            hosts=tuple(handle for handle in handles if handle),
        )


class _Said(WritingForm):
    """Puts refusals beside the fields of a session too."""

    def say(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        field = self._fields.get(error.field) if isinstance(error, Invalid) else None
        if field is not None and field.name in {"starts", "ends", "timezone", "langs", "slow_mode", "hosts"}:
            field.errors = [*field.errors, str(error.reason)]
        else:
            super().say(error)


class SessionForm(_Times, _Said, TopicForm):
    """A topic that will be live, with the message that presents it."""

    def offer_kinds_of_session(self) -> None:
        """It is what it is."""
        self.kind.data = KIND
        self.offered = [(KIND, "")]
        self.kind.choices = [SelectChoice(KIND, "")]

    def validate_kind(self, field: Any) -> None:
        """Nothing to choose."""
        field.data = KIND

    def drafted(self) -> TopicDraft:
        """The topic with its first message."""
        return self.rendered()


class SessionTimesForm(_Times, _Said):
    """Times, languages, slow mode and leaders of a session that is there."""

    def fill(self, session: LiveSession) -> None:
        """Show what the session is."""
        zone = ZoneInfo(session.timezone)
        self.starts.data = session.starts_at.astimezone(zone).strftime(_FORM)
        self.ends.data = session.ends_at.astimezone(zone).strftime(_FORM)
        self.timezone.data, self.langs.data, self.slow_mode.data = session.timezone, session.langs, session.slow_mode
        self.hosts.data = ", ".join(host.handle for host in session.hosts)
        self.lang.data = session.topic.lang
