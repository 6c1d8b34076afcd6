"""Countries by code: names in every interface language, order, principal zone, position, the hour there.

`countries.csv` holds ISO 3166-1 (and XK, Kosovo's usual code) with the principal time zone and the position of its
city, from the tz database's zone.tab, which is in the public domain.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from app.core.db import now
from app.core.i18n import CONTENT, DEFAULT, language_name, locale_of

AREAS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
}  # fmt: skip
TABLE = Path(__file__).with_name("countries.csv")


@dataclass(frozen=True)
class Country:
    """A country: ISO 3166-1 alpha-2 code, principal IANA zone, position in degrees."""

    code: str
    zone: str
    latitude: float
    longitude: float


@cache
def _table() -> dict[str, Country]:
    with TABLE.open(encoding="ascii", newline="") as lines:
        return {
            row["code"]: Country(row["code"], row["zone"], float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(lines)
        }


def get_country(code: str | None) -> Country | None:
    """The country of that code, or None."""
    return _table().get(code or "")


def country_name(code: str, lang: str) -> str:
    """Name in an interface language; names that CLDR lacks in Malagasy are given in French."""
    for tag in (lang, DEFAULT):
        if name := locale_of(tag).territories.get(code):
            return str(name)
    return code


@cache
def countries(lang: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every country, in the alphabetical order of the language."""
    named = ((code, country_name(code, lang)) for code in _table())
    return tuple(sorted(named, key=lambda country: sort_key(country[1], lang)))


@cache
def languages(lang: str) -> tuple[tuple[str, str], ...]:
    """Tag and name of every language a text may be written in, in the alphabetical order of the language."""
    named = ((tag, language_name(tag, lang)) for tag in CONTENT)
    return tuple(sorted(named, key=lambda language: sort_key(language[1], lang)))


def zone_of(code: str | None, wanted: str = "") -> str | None:
    """The time zone of a country: the wanted one when it lies there, else the principal one; None for no country."""
    country = get_country(code)
    if country is None:
        return None
    return wanted if wanted in get_global("territory_zones").get(country.code, ()) else country.zone


@cache
def zones() -> tuple[str, ...]:
    """Every IANA zone a member may live in, in order: places, not offsets nor historical aliases."""
    return tuple(sorted(zone for zone in available_timezones() if zone.partition("/")[0] in AREAS))


def local_time(zone: str) -> datetime:
    """The present moment on the clocks of a zone."""
    return now().astimezone(ZoneInfo(zone))


_ARTICLE = re.compile(r"^ال")
_ALEFS = str.maketrans("أإآٱىة", "اااايه")


@lru_cache(maxsize=4096)
def sort_key(name: str, lang: str) -> str:
    """Alphabetical order: accents and case apart, the Arabic article and the shapes of alef apart, đ beside d."""
    if lang == "ar":
        return _ARTICLE.sub("", name).translate(_ALEFS)
    plain = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d~"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
