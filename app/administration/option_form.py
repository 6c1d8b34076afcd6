"""One form for the options of a group, made from what the rooms declared."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Field as FormField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import options
from app.core.errors import Invalid
from app.core.forms import Form
from app.core.i18n import language_name as name_of_language
from app.core.i18n import lazy_pgettext, offered_languages, pgettext
from app.core.options import Option

GROUPS: dict[str, Any] = {
    "site": lazy_pgettext("desk", "Site"),
    "members": lazy_pgettext("desk", "Members"),
    "forum": lazy_pgettext("desk", "Forum"),
    "trust": lazy_pgettext("desk", "Trust"),
    "mail": lazy_pgettext("desk", "Mail"),
}
"""The pages of settings, in order; a group that a room made up comes after them under its own name."""


def groups() -> dict[str, Any]:
    """Every group in which something is declared, with its name."""
    there = dict.fromkeys(option.group for option in options.declared())
    return {code: GROUPS.get(code, code) for code in [*GROUPS, *there] if code in there}


def options_of(group: str) -> list[Option]:
    """The options of a group, in the order of declaration."""
    return [option for option in options.declared() if option.group == group]


class OptionForm(Form):
    """The parent; fields are added for the options at hand."""

    chosen: tuple[Option, ...] = ()

    def wanted(self, option: Option) -> Any:
        """What was typed for an option, as `options.change` takes it."""
        if option.kind == "texts":
            return {lang: str(self[f"{field_name(option)}__{lang}"].data or "") for lang in text_languages(option)}
        data = self[field_name(option)].data
        return data if data is not None or option.kind == "int" else ""

    def is_left(self, option: Option) -> bool:
        """Whether a secret was left as it is."""
        return option.is_secret and not self[field_name(option)].data

    def say(self, error: Invalid) -> None:
        """Put a refusal beside its field."""
        name = error.field.replace(".", "__")
        field = self._fields.get(name) or next((one for key, one in self._fields.items() if key.startswith(name)), None)
        if field is None:
            self.form_errors.append(str(error.reason))
        else:
            field.errors = [str(error.reason)]


def field_name(option: Option) -> str:
    """An option's name as the name of a field."""
    return option.name.replace(".", "__")


def text_languages(option: Option) -> list[str]:
    """The languages in which a text may be given: those offered, and those it has."""
    return list(dict.fromkeys([*offered_languages(), *dict(options.value(option.name))]))


def option_form(chosen: list[Option]) -> OptionForm:
    """The form of these options, filled with the values in force."""
    fields: dict[str, Any] = {"chosen": tuple(chosen)}
    values: dict[str, Any] = {}
    for option in chosen:
        if option.kind == "texts":
            kept = dict(options.value(option.name))
            for lang in text_languages(option):
                name = f"{field_name(option)}__{lang}"
                fields[name], values[name] = _text_in(option, lang), kept.get(lang, "")
            continue
        fields[field_name(option)] = _field(option)
        values[field_name(option)] = "" if option.is_secret else options.value(option.name)
    form_class = type("OptionFormOfGroup", (OptionForm,), fields)
    return form_class(data=values)  # type: ignore[no-any-return]


def _text_in(option: Option, lang: str) -> FormField:
    label = pgettext("desk", "%(label)s in %(language)s", label=option.label, language=name_of_language(lang))
    return TextAreaField(label, render_kw={"rows": 2, "lang": lang, "dir": "auto"})


def _field(option: Option) -> FormField:
    shared: dict[str, Any] = {"label": option.label, "description": option.help}
    offered = [SelectChoice(code, label) for code, label in option.choices]
    if option.kind == "bool":
        return BooleanField(**shared)
    if option.kind == "int":
        return IntegerField(
            **shared, validators=[Optional()], render_kw={"min": option.least, "max": option.most, "class": "short"}
        )
    if option.kind == "choice":
        return SelectField(**shared, choices=offered, validate_choice=False)
    if option.kind == "choices":
        return SelectMultipleField(
            **shared, choices=offered, validate_choice=False, widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )  # fmt: skip
    if option.kind == "words":
        return TextAreaField(**shared, render_kw={"rows": 4, "dir": "auto"})
    if option.is_secret:
        return PasswordField(**shared, render_kw={"autocomplete": "off", "dir": "ltr"})
    return StringField(**shared, render_kw={"maxlength": option.most, "dir": "auto"})
