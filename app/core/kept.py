"""Parts of pages, rendered once for the same values.

A part is a template that shows the values it is given and nothing else: not who reads, not the address, not the minute.
Two readers who are given the same values are shown the same bytes; a value that changes makes another part. So nothing
kept is ever out of date, nobody is shown what was made from another's values, and nothing has to be forgotten.

Markup and a text that equals it are told apart, but not inside other values: put none there.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime

from flask import current_app
from markupsafe import Markup

from app.core import options
from app.core.cache import FragmentCache
from app.core.i18n import current_lang
from app.core.moments import ago_element

MOST_CHARACTERS = 12_000_000
_AGO = "\ue000"
"""Stands where a line says how long ago something was."""


def kept_part(template: str, **values: Hashable) -> Markup:
    """What a template makes of these values, in the language and with the options in force."""
    return Markup(_Kept().part(template, values))  # noqa: S704 - rendered by a template that escapes


Line = tuple[datetime | None, Mapping[str, Hashable]]
"""When something was, if the line says so, and the other values of its line."""


def kept_lines(template: str, lines: Iterable[Line]) -> Markup:
    """Several parts, each of which says how long ago something was, as the last thing: `ago` in the template."""
    kept = _Kept()
    return Markup("".join(kept.line(template, *line) for line in lines))  # noqa: S704 - as above


class _Kept:
    """What is kept of one application in one language. Made anew for each call: what is in force may change."""

    def __init__(self) -> None:
        extensions = current_app.extensions
        if "kept_parts" not in extensions:
            extensions["kept_parts"] = FragmentCache(MOST_CHARACTERS)
        self._cache: FragmentCache = extensions["kept_parts"]
        self._in_force = current_lang(), options.stamp()

    def part(self, template: str, values: Mapping[str, Hashable]) -> str:
        key = (template, self._in_force, *values.items(), *map(type, values.values()))
        kept = self._cache.get(key)
        if kept is None:
            kept = self._cache.put(key, current_app.jinja_env.get_template(template).render(values))
        return kept

    def line(self, template: str, moment: datetime | None, values: Mapping[str, Hashable]) -> str:
        if moment is None:
            return self.part(template, values)
        before, _, after = self.part(template, {**values, "ago": _AGO}).rpartition(_AGO)
        return f"{before}{ago_element(moment)}{after}"
