"""The parent of every form: what WTForms says comes out of our own catalogues, in every interface language."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from app.core.i18n import lazy_pgettext

WORDS: dict[str, Any] = {
    "This field is required.": lazy_pgettext("form", "Fill this in."),
    "Not a valid choice.": lazy_pgettext("form", "Choose one of the options."),
    "Invalid Choice: could not coerce.": lazy_pgettext("form", "Choose one of the options."),
    "Not a valid integer value.": lazy_pgettext("form", "Write a whole number."),
    "Not a valid date value.": lazy_pgettext("form", "Write a date."),
    "Invalid input.": lazy_pgettext("form", "This is not in the form we expect."),
    "Invalid email address.": lazy_pgettext("form", "This address is not complete, for example name@example.org."),
    "The CSRF token is missing.": lazy_pgettext("form", "This page was open too long: send the form again."),
    "The CSRF token is invalid.": lazy_pgettext("form", "This page was open too long: send the form again."),
}
"""WTForms' English and what we say instead."""
SHORTER = lazy_pgettext("form", "This is too short: at least %(min)d characters.")
LONGER = lazy_pgettext("form", "This is too long: at most %(max)d characters.")
BETWEEN = lazy_pgettext("form", "Write between %(min)d and %(max)d characters.")
_LENGTHS = {
    "Field must be at least %(min)d character long.": SHORTER,
    "Field cannot be longer than %(max)d character.": LONGER,
    "Field must be exactly %(max)d character long.": LONGER,
}


class Words:
    """Stands in for WTForms' own catalogues."""

    def gettext(self, said: str) -> str:
        """Our wording of a message of WTForms."""
        if said == "Field must be between %(min)d and %(max)d characters long.":
            return str(BETWEEN)
        return str(WORDS.get(said, said))

    def ngettext(self, singular: str, plural: str, _n: int) -> str:
        """Our wording of a message about a length: it names the number in every language alike."""
        return str(_LENGTHS.get(singular, plural))


class _Meta:
    def get_translations(self, _form: Any) -> Words:
        return Words()


class Worded:
    """Mix into any WTForms form to let it speak our words."""

    Meta: Any = _Meta


class Form(Worded, FlaskForm):
    """A form of the platform, protected against forged requests."""
