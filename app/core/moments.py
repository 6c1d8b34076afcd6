"""Dates and numbers as readers see them.

Formatting by Babel is dear, so each (moment, language) is formatted once and kept.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from flask_babel import get_translations
from markupsafe import Markup, escape

from app.core.db import now
from app.core.i18n import current_lang, locale_of, npgettext, pgettext

DAYS = {"ar": "d MMM y", "mg": "d MMM y"}
"""Where the short date of CLDR is no date a reader would write; else its medium form."""
HOURS = {"fr": "H 'h' mm"}
"""French writes 17 h 42; every other language of the interface reads 17:42."""


@lru_cache(maxsize=8192)
def time_element(moment: datetime, lang: str, zone: str, style: str) -> Markup:
    """`<time>` with a short absolute date in the site's zone. Styles: "minute", "day", "month"."""
    return _element(moment, said(moment, lang, zone, style))


@lru_cache(maxsize=8192)
def said(moment: datetime, lang: str, zone: str, style: str) -> str:
    """A date in words: "12 févr. 2027, 10 h 12", "12 février 2027" or "février 2027"."""
    local, locale = moment.astimezone(ZoneInfo(zone)), locale_of(lang)
    if style == "day":
        return str(format_date(local, "long", locale))
    if style == "month":
        return str(format_skeleton("yMMMM", local, locale=locale))
    return f"{format_date(local, DAYS.get(lang, 'medium'), locale)}, {clock(local, lang)}"


def clock(local: datetime, lang: str) -> str:
    """The hour on a clock there, such as "17 h 42"."""
    return str(format_datetime(local, HOURS.get(lang, "HH:mm"), locale=locale_of(lang)))


def decimal(number: int) -> str:
    """A number with the separators of the reader's language."""
    return _decimal(number, current_lang())


@lru_cache(maxsize=2048)
def _decimal(number: int, lang: str) -> str:
    return str(format_decimal(number, locale=locale_of(lang)))


def ago_element(moment: datetime) -> Markup:
    """`<time>` that says how long ago. For lists made at each request, never for what is kept."""
    return _element(moment, ago(int((now() - moment).total_seconds())))


def ago(seconds: int) -> str:
    """So many seconds ago, in the largest whole unit."""
    unit = 86400 if seconds >= 86400 else 3600 if seconds >= 3600 else 60
    return _ago(get_translations(), unit, seconds // unit)


@lru_cache(maxsize=4096)
def _ago(_catalogue: Any, unit: int, number: int) -> str:
    """Said once in each catalogue: a page of a list says it thirty times."""
    if number < 1:
        return str(pgettext("moment", "just now"))
    if unit == 60:
        return str(npgettext("moment", "%(num)d min ago", "%(num)d min ago", number))
    if unit == 3600:
        return str(npgettext("moment", "%(num)d hour ago", "%(num)d hours ago", number))
    return str(npgettext("moment", "%(num)d day ago", "%(num)d days ago", number))


def _element(moment: datetime, words: str) -> Markup:
    return Markup(f'<time datetime="{_stamp(moment)}">{escape(words)}</time>')  # noqa: S704 - escaped here


@lru_cache(maxsize=8192)
def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
