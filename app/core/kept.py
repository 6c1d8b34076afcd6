"""Parts of pages, rendered once for the same values.

A part is a template that shows the values it is given and nothing else: not who reads, not the address, not the minute.
Two readers who are given the same values are shown the same bytes; a value that changes makes another part. So nothing
kept is ever out of date, nobody is shown what was made from another's values, and nothing has to be forgotten.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import cast

from flask import current_app
from markupsafe import Markup

from app.core import options
from app.core.cache import FragmentCache
from app.core.i18n import current_lang
from app.core.moments import ago_element

MOST_CHARACTERS = 24_000_000
_AGO = "\ue000"
"""Stands where a line says how long ago something was."""


def kept_part(template: str, **values: Hashable) -> Markup:
    """What a template makes of these values, in the language and with the options in force."""
    cache = _cache()
    key = (template, current_lang(), options.stamp(), *values.items())
    kept = cache.get(key)
    if kept is None:
        kept = cache.put(key, current_app.jinja_env.get_template(template).render(values))
    return Markup(kept)  # noqa: S704 - rendered by a template that escapes


def kept_line(template: str, moment: datetime, **values: Hashable) -> Markup:
    """The same of a line that says how long ago something was, as the last thing it says: `ago` in its template."""
    before, _, after = kept_part(template, **values, ago=_AGO).rpartition(_AGO)
    return before + ago_element(moment) + after


def _cache() -> FragmentCache:
    """Each application has its own: its addresses and templates may differ."""
    extensions = current_app.extensions
    if "kept_parts" not in extensions:
        extensions["kept_parts"] = FragmentCache(MOST_CHARACTERS)
    return cast(FragmentCache, extensions["kept_parts"])
