"""Every catalogue counts as its language does: its header against CLDR, for n = 0 to 1,000."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from babel.support import Translations

from app.config import PROJECT
from app.core.i18n import INTERFACE

KNOWN_BETTER = {"mg": {"one": range(2)}, "fr": {"one": range(2)}, "pt-BR": {"one": range(2)}}
"""Where the singular also counts nothing (CLDR 48: `i = 0,1`), whatever the library at hand says."""
MILLIONS = "many"
"""French and Portuguese have a form of their own for whole millions, which gettext does not know."""


def category(lang: str, number: int) -> str:
    """The CLDR category of a number in a language."""
    if lang in KNOWN_BETTER:
        return next((name for name, numbers in KNOWN_BETTER[lang].items() if number in numbers), "other")
    return str(Locale.parse(lang, sep="-").plural_form(number))


@pytest.mark.parametrize("lang", INTERFACE)
def test_each_form_serves_one_category(lang: str) -> None:
    loaded = Translations.load(PROJECT / "translations", [lang.replace("-", "_")])
    pairs = {(category(lang, number), loaded.plural(number)) for number in range(1001)}  # type: ignore[attr-defined]
    forms = [form for _category, form in pairs]
    assert len(pairs) == len({name for name, _form in pairs}) == len(set(forms))
    assert sorted(forms) == list(range(len(forms)))


@pytest.mark.parametrize("lang", INTERFACE)
def test_the_library_agrees_but_where_it_is_known_not_to(lang: str) -> None:
    ours = [category(lang, number) for number in range(1001)]
    theirs = [str(Locale.parse(lang, sep="-").plural_form(number)) for number in range(1001)]
    assert ours == theirs


@pytest.mark.parametrize(
    ("lang", "count"), [("fr", 2), ("en", 2), ("nl", 2), ("pt-BR", 2), ("vi", 1), ("ar", 6), ("mg", 2)]
)
def test_a_catalogue_has_as_many_forms_as_its_language(lang: str, count: int) -> None:
    path = PROJECT / "translations" / lang.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as stored:
        catalogue = read_po(stored)
    counted = [message for message in catalogue if message.id and message.pluralizable]
    assert counted
    assert {len(message.string) for message in counted} == {count}
    assert all(all(message.string) for message in counted)
