"""French spaces: what must not be parted at the end of a line is held together, once, when the catalogue is loaded."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import Domain, get_locale

NARROW, WIDE = "\u202f", "\u00a0"
_RULES = (
    (re.compile(r" +(?=[;?!»])"), NARROW),
    (re.compile(r"(?<=«) +"), NARROW),
    (re.compile(r" +(?=:(?:\s|$))"), WIDE),
    (re.compile(r"(?<=\d) +(?=\d{3}(?!\d)|%(?!\())"), NARROW),
    (re.compile(r"(?<=\d) +(?=(?:h|min|s|km|m|kg|ko|Mo|Go|€|ans?|jours?|heures?|minutes?|caractères)\b|€)"), WIDE),
    (re.compile(r"(?<=\)[sd]) +(?=(?:h|min|km|ko|Mo|Go|€)\b|€)"), WIDE),
)


def typo(text: str) -> str:
    """French text with its no-break spaces: narrow before ; ? ! and inside « », wide before : and before units."""
    for pattern, space in _RULES:
        text = pattern.sub(space, text)
    return text


class SetCatalogues(Domain):
    """Catalogues whose French sentences are set with the spaces of French typography."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_translations(self) -> Any:
        translations = super().get_translations()  # type: ignore[no-untyped-call]
        locale = get_locale()
        if locale and locale.language == "fr" and not hasattr(translations, "is_set"):
            catalogue = getattr(translations, "_catalog", {})
            catalogue.update({key: typo(text) for key, text in catalogue.items() if key})
            translations.is_set = True
        return translations
