"""The words of the interface, so that a journey in Arabic presses the buttons that a reader of Arabic sees."""

from __future__ import annotations

import re
from functools import cache

from babel.support import NullTranslations, Translations

from app.config import PROJECT


@cache
def catalogue(lang: str) -> NullTranslations:
    """The compiled catalogue of an interface language."""
    return Translations.load(PROJECT / "translations", [lang.replace("-", "_")])


def words(lang: str, context: str, text: str, **values: object) -> str:
    """A message in a language, as its page shows it: `words("ar", "account", "Sign in")`."""
    said = str(catalogue(lang).pgettext(context, text))
    if lang != "en":
        assert said != text, f"no words in {lang} for {context}: {text}"
    return re.sub(r"\s+", " ", said % values if values else said)
