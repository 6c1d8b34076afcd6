"""French spaces: what must not be parted at the end of a line is held together, once, when the catalogue is loaded."""

from __future__ import annotations

import re
from typing import Any

from flask import g, has_app_context
from flask_babel import Domain

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
    """Catalogues whose French sentences are set with the spaces of French typography.

    A page asks for its catalogue at every sentence: it is found by the language in force, not through the locale.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._by_tag: dict[str, Any] = {}

    def get_translations(self) -> Any:
        tag = g.get("lang") if has_app_context() else None
        if tag is None:
            return super().get_translations()  # type: ignore[no-untyped-call]
        found = self._by_tag.get(tag)
        if found is None:
            found = super().get_translations()  # type: ignore[no-untyped-call]
            if tag == "fr":
                catalogue = getattr(found, "_catalog", {})
                catalogue.update({key: typo(text) for key, text in catalogue.items() if key})
            self._by_tag[tag] = found
        return found
