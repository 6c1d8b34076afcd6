"""The form of the first run: everything that a site needs before it opens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_security.proxies import _security
from flask_security.utils import hash_password
from wtforms import (
    EmailField,
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.admission import REGISTRATION
from app.administration.beginnings import NAMES
from app.administration.setting_up import FirstAdministrator, FirstRun
from app.config import Settings
from app.core import options
from app.core.forms import Form
from app.core.i18n import INTERFACE, OWN_NAMES, current_lang, lazy_pgettext
from app.core.mail_settings import SECURITY, is_set_by_file, server_url
from app.core.typed import one_line

OPTIONS = {
    "site_name": "site.name",
    "operator": "site.operator",
    "territory": "site.territory",
    "language": "site.language",
    "languages": "site.languages",
    "registration": "accounts.registration",
}
MAIL_OPTIONS = {
    "mail_server": "mail.server",
    "mail_port": "mail.port",
    "mail_security": "mail.security",
    "mail_user": "mail.user",
    "mail_password": "mail.password",
    "mail_sender": "mail.sender",
}


def _line(said: str | None) -> str:
    return one_line(said or "")


def _tongues() -> list[Any]:
    return [SelectChoice(tag, OWN_NAMES[tag]) for tag in INTERFACE]


class TokenForm(Form):
    """The token of the console."""

    token = StringField(
        lazy_pgettext("first run", "Token"),
        filters=[_line],
        validators=[DataRequired(), Length(max=100)],
        render_kw={"dir": "ltr", "autocomplete": "off"},
    )


class FirstRunForm(Form):
    """Name, territory, languages, mail, spaces, who may join, administrator."""

    site_name = StringField(
        lazy_pgettext("option", "Name of the site"), filters=[_line], validators=[DataRequired(), Length(max=60)]
    )
    operator = StringField(
        lazy_pgettext("option", "Operator"), filters=[_line], validators=[DataRequired(), Length(max=120)]
    )
    territory = StringField(
        lazy_pgettext("option", "Territory"), filters=[_line], validators=[DataRequired(), Length(max=80)]
    )
    language = SelectField(lazy_pgettext("option", "Language of the site"), choices=_tongues)
    languages = SelectMultipleField(
        lazy_pgettext("option", "Languages offered"),
        choices=_tongues,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    mail_server = StringField(
        lazy_pgettext("option", "Mail server"), filters=[_line], validators=[Length(max=200)], render_kw={"dir": "ltr"}
    )
    mail_port = IntegerField(
        lazy_pgettext("option", "Port"), default=587, validators=[Optional()], render_kw={"class": "short"}
    )
    mail_security = SelectField(
        lazy_pgettext("option", "Encryption"), choices=[SelectChoice(code, label) for code, label in SECURITY.choices]
    )
    mail_user = StringField(
        lazy_pgettext("option", "Account on the mail server"),
        filters=[_line],
        validators=[Length(max=200)],
        render_kw={"dir": "ltr", "autocomplete": "off"},
    )
    mail_password = PasswordField(
        lazy_pgettext("option", "Password on the mail server"),
        validators=[Length(max=200)],
        render_kw={"dir": "ltr", "autocomplete": "off"},
    )
    mail_sender = EmailField(
        lazy_pgettext("option", "Sender of every mail"),
        filters=[_line],
        validators=[Length(max=254)],
        render_kw={"dir": "ltr"},
    )
    template = RadioField(
        lazy_pgettext("first run", "Spaces to begin with"),
        choices=[SelectChoice(code, label) for code, label in NAMES.items()],
        default="regional",
    )
    registration = RadioField(
        lazy_pgettext("option", "Who may join"),
        choices=[SelectChoice(code, label) for code, label in REGISTRATION.choices],
    )
    admin_name = StringField(
        lazy_pgettext("account", "Name shown"),
        filters=[_line],
        validators=[DataRequired(), Length(2, 60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    email = EmailField(
        lazy_pgettext("account", "E-mail address"),
        filters=[_line],
        validators=[DataRequired(), Length(max=254)],
        render_kw={"autocomplete": "email", "dir": "ltr"},
    )
    password = PasswordField(
        lazy_pgettext("account", "Password"),
        validators=[DataRequired(), Length(max=200)],
        render_kw={"autocomplete": "new-password", "dir": "ltr"},
    )

    def validate_email(self, field: Field) -> None:
        """A whole address, as members are found by it."""
        try:
            field.data = str(_security.mail_util.validate(field.data))
        except ValueError:
            raise ValidationError(
                str(lazy_pgettext("account", "Write a whole address, for example name@example.org."))
            ) from None

    def validate_password(self, field: Field) -> None:
        """Long enough and hard to guess."""
        reasons, normal = _security.password_util.validate(
            field.data, True, name=self.admin_name.data, email=self.email.data
        )
        if reasons:
            raise ValidationError(str(reasons[0]))
        field.data = normal

    def chosen(self, settings: Settings) -> FirstRun:
        """What was chosen, as `set_up` takes it."""
        names = OPTIONS if is_set_by_file(settings) else OPTIONS | MAIL_OPTIONS
        typed = {option: self[name].data for name, option in names.items()}
        values = {option: value for option, value in typed.items() if value not in (None, "")}
        first = FirstAdministrator(
            str(self.email.data), str(self.admin_name.data), current_lang(), str(hash_password(str(self.password.data)))
        )
        return FirstRun(values, self.template.data or "empty", first)

    def with_mail(self, settings: Settings) -> Settings:
        """The settings with the mail server typed here, for a test before anything is written."""
        if is_set_by_file(settings):
            return settings
        url = server_url(
            str(self.mail_server.data or ""), self.mail_port.data or 587, str(self.mail_security.data),
            str(self.mail_user.data or ""), str(self.mail_password.data or ""),
        )  # fmt: skip
        return replace(settings, smtp_url=url, mail_from=str(self.mail_sender.data or settings.mail_from))


def present_values() -> dict[str, Any]:
    """What the form begins with: the options as they stand."""
    names = OPTIONS | {name: option for name, option in MAIL_OPTIONS.items() if name != "mail_password"}
    return {name: options.value(option) for name, option in names.items()}
