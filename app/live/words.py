"""What templates need to prepare a page for its live messages."""

from __future__ import annotations

from functools import lru_cache

from app.core.i18n import current_lang, locale_of

_SAMPLES = (*range(201), 1_000, 1_000_000)


def plural_samples() -> list[tuple[str, int]]:
    """Each CLDR plural form of the interface language with a number that takes it: `("few", 3)`.

    The browser chooses among the forms by `Intl.PluralRules`, so the page carries the sentence in each of them.
    """
    return _samples(current_lang())


@lru_cache
def _samples(lang: str) -> list[tuple[str, int]]:
    locale = locale_of(lang)
    found: dict[str, int] = {}
    for number in _SAMPLES:
        found.setdefault(locale.plural_form(number), number)
    return list(found.items())
