"""The form of a member's own settings."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.drafts import ProfileDraft
from app.accounts.forms import tidy
from app.accounts.handles import SHAPE
from app.accounts.models import User
from app.core.forms import Form
from app.core.i18n import INTERFACE, OWN_NAMES, current_lang, lazy_pgettext
from app.places.queries import countries, languages, zones


def _handle(value: str | None) -> str:
    return (value or "").strip().lower().removeprefix("@")


def _text(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


class SettingsForm(Form):
    """What others see of a member, languages, place in time, presence."""

    display_name = StringField(
        lazy_pgettext("account", "Name shown"),
        filters=[tidy],
        validators=[InputRequired(lazy_pgettext("account", "Write the name that others will see.")), Length(2, 60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    name_lang = SelectField(lazy_pgettext("account", "Language of your name and presentation"))
    handle = StringField(
        lazy_pgettext("account", "Handle"),
        filters=[_handle],
        validators=[
            InputRequired(lazy_pgettext("account", "Write a handle.")),
            Regexp(
                f"^{SHAPE.pattern}$",
                message=lazy_pgettext("account", "3 to 30 signs: small letters without accents, digits, - and _."),
            ),
        ],
        render_kw={"autocomplete": "nickname", "dir": "ltr", "maxlength": 30},
    )
    country = SelectField(lazy_pgettext("account", "Country where you live"))
    timezone = SelectField(lazy_pgettext("account", "Time zone"))
    presentation = TextAreaField(
        lazy_pgettext("account", "A few words about you"),
        filters=[_text],
        validators=[Length(max=500)],
        render_kw={"rows": 4},
    )
    ui_lang = SelectField(lazy_pgettext("account", "Language of the site"))
    content_langs = SelectMultipleField(
        lazy_pgettext("account", "Languages you read"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    shows_presence = BooleanField(lazy_pgettext("account", "Show members that I am online"))

    def __init__(self, member: User, **kwargs: Any) -> None:
        super().__init__(obj=member, **kwargs)  # type: ignore[no-untyped-call]
        lang = current_lang()
        self.ui_lang.choices = [SelectChoice(tag, OWN_NAMES[tag]) for tag in INTERFACE]
        self.content_langs.choices = [SelectChoice(tag, OWN_NAMES[tag]) for tag, _name in languages(lang)]
        self.name_lang.choices = [SelectChoice(*language) for language in languages(lang)]
        self.country.choices = [SelectChoice("", "–"), *(SelectChoice(*country) for country in countries(lang))]
        self.timezone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in zones()]
        if not self.is_submitted():  # type: ignore[no-untyped-call]
            self.name_lang.data = member.name_lang or member.ui_lang
            self.country.data = member.country or ""

    def draft(self) -> ProfileDraft:
        """What the member asks for."""
        return ProfileDraft(
            display_name=self.display_name.data or "",
            handle=self.handle.data or "",
            name_lang=self.name_lang.data,
            country=self.country.data or None,
            presentation=self.presentation.data or "",
            ui_lang=self.ui_lang.data,
            content_langs=list(self.content_langs.data or []) or [self.ui_lang.data],
            timezone=self.timezone.data,
            shows_presence=bool(self.shows_presence.data),
        )
