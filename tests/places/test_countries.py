"""Countries by code: names, order, zones, positions."""

from __future__ import annotations

from datetime import UTC, datetime
from math import hypot

import pytest

from app.core import db as database
from app.core.i18n import INTERFACE, locale_of
from app.core.moments import clock
from app.places.projection import project
from app.places.queries import countries, country_name, get_country, languages, local_time, zone_of


@pytest.mark.parametrize("lang", INTERFACE)
def test_every_country_has_a_name_and_a_place_in_the_order_of_the_language(lang: str) -> None:
    listed = dict(countries(lang))
    assert len(listed) == 250
    assert all(name and name != code for code, name in listed.items())
    assert {"SN", "MA", "MG", "VN", "BR", "ML", "FR", "XK"} <= set(listed)


@pytest.mark.parametrize(
    ("lang", "before", "after"),
    [
        ("fr", "Égypte", "Émirats arabes unis"),
        ("fr", "Espagne", "États-Unis"),
        ("vi", "Áo", "Argentina"),
        ("ar", "السنغال", "الصين"),
        ("ar", "أذربيجان", "الأرجنتين"),
    ],
)
def test_accents_and_articles_do_not_count_in_the_order(lang: str, before: str, after: str) -> None:
    names = [name for _, name in countries(lang)]
    assert names.index(before) < names.index(after)


def test_malagasy_names_that_nobody_gave_are_in_french() -> None:
    assert "AQ" not in locale_of("mg").territories
    assert country_name("AQ", "mg") == "Antarctique"
    assert country_name("MG", "mg") == "Madagasikara"


def test_names_of_languages_follow_the_order_of_the_reader() -> None:
    names = [name for _, name in languages("fr")]
    assert names.index("anglais") < names.index("espagnol") < names.index("vietnamien")


def test_a_zone_is_the_wanted_one_only_where_it_lies_in_the_country() -> None:
    assert zone_of("CA", "America/Vancouver") == "America/Vancouver"
    assert zone_of("CA", "Europe/Paris") == "America/Toronto"
    assert zone_of("SN") == "Africa/Dakar"
    assert zone_of(None) is None
    assert zone_of("ZZ") is None


def test_the_hour_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "clock", lambda: datetime(2027, 2, 20, 17, 42, tzinfo=UTC))
    assert clock(local_time("Africa/Dakar"), "fr") == "17 h 42"
    assert clock(local_time("Asia/Ho_Chi_Minh"), "ar") == "00:42"


@pytest.mark.parametrize(
    ("city", "latitude", "longitude", "x", "y"),
    [
        ("Montréal", 45.5, -73.57, 166.5, 241.4),
        ("Saint-Louis", 16.03, -16.5, 239.6, 425.9),
        ("Sydney", -33.87, 151.2, 569.0, 195.9),
    ],
)
def test_the_map_places_towns_where_the_drawing_shows_them(
    city: str, latitude: float, longitude: float, x: float, y: float
) -> None:
    drawn = project(latitude, longitude)
    assert hypot(drawn[0] - x, drawn[1] - y) < 1.5, city


def test_every_country_falls_inside_the_map() -> None:
    for code, _ in countries("fr"):
        country = get_country(code)
        assert country is not None
        x, y = project(country.latitude, country.longitude)
        assert hypot(x - 310, y - 310) <= 306
