"""How dates and French sentences are set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.core.i18n import INTERFACE, speaking
from app.core.moments import ago, said, time_element
from app.site.typography import SetCatalogues, typo

MOMENT = datetime(2027, 2, 3, 17, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("Qui parle ? Moi !", "Qui parle\u202f? Moi\u202f!"),
        ("Erreur : « adresse » ; fin", "Erreur\u00a0: «\u202fadresse\u202f»\u202f; fin"),
        ("À 17 h 42, 1 000 km", "À 17\u00a0h 42, 1\u202f000\u00a0km"),
        ("%(num)d min et 50 %", "%(num)d\u00a0min et 50\u202f%"),
        ("%(count)s sur %(total)s : http://x", "%(count)s sur %(total)s\u00a0: http://x"),
        ("Le 3 mars", "Le 3 mars"),
    ],
)
def test_what_belongs_together_is_not_parted(plain: str, set_: str) -> None:
    assert typo(plain) == set_


def test_only_french_catalogues_are_set_and_only_once(app: Flask) -> None:
    domain = SetCatalogues()
    with app.test_request_context("/"), speaking("fr"):
        translations = domain.get_translations()
        catalogue = dict(translations._catalog)
        assert all(" ?" not in str(text) and " !" not in str(text) for key, text in catalogue.items() if key)
        assert domain.get_translations()._catalog == catalogue


@pytest.mark.parametrize(
    ("lang", "minute", "day", "month"),
    [
        ("fr", "3 févr. 2027, 18 h 05", "3 février 2027", "février 2027"),
        ("en", "Feb 3, 2027, 18:05", "February 3, 2027", "February 2027"),
        ("ar", "3 فبراير 2027, 18:05", "3 فبراير 2027", "فبراير 2027"),
        ("vi", "3 thg 2, 2027, 18:05", "3 tháng 2, 2027", "tháng 2 năm 2027"),
    ],
)
def test_dates_are_those_of_the_language_in_the_site_s_zone(lang: str, minute: str, day: str, month: str) -> None:
    spaced = said(MOMENT, lang, "Europe/Paris", "minute").replace("\u00a0", " ")
    assert (spaced, said(MOMENT, lang, "Europe/Paris", "day"), said(MOMENT, lang, "Europe/Paris", "month")) == (
        minute, day, month,
    )  # fmt: skip


@pytest.mark.parametrize("lang", INTERFACE)
def test_every_language_formats_every_style(lang: str) -> None:
    for style in ("minute", "day", "month"):
        assert "2027" in time_element(MOMENT, lang, "Europe/Paris", style)


def test_a_time_element_names_the_moment_in_utc() -> None:
    assert 'datetime="2027-02-03T17:05:00Z"' in time_element(MOMENT, "fr", "Europe/Paris", "minute")


@pytest.mark.parametrize(
    ("elapsed", "words"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(hours=1, minutes=59), "1 hour ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_how_long_ago(app: Flask, elapsed: timedelta, words: str) -> None:
    with app.test_request_context("/"), speaking("en"):
        assert ago(int(elapsed.total_seconds())) == words
