"""The themes as every platform begins with them: complete in every language, told apart, kept in the process."""

from __future__ import annotations

import re

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select, text

from app.core.db import db
from app.core.events import unit_of_work
from app.core.i18n import INTERFACE, speaking
from app.demo.loading import load
from app.engagement.models import Tag, Tagging
from app.engagement.tagging import TAG_LENGTH
from app.forum.models import Topic
from app.terms import queries
from app.terms.models import Term
from app.terms.themes import THEME, first_themes, theme_rows
from app.terms.vocabulary import fold

ROWS = theme_rows()


@pytest.fixture
def no_tourism(app):
    """Tourism was withdrawn."""
    with unit_of_work():
        db.session.scalars(select(Term).where(Term.code == "tourism")).one().is_active = False


def test_there_are_twenty_four_themes_and_the_database_has_them(app):
    codes = db.session.scalars(select(Term.code).where(Term.scheme == THEME).order_by(Term.position)).all()
    assert codes == [row["code"] for row in ROWS]
    assert len(set(codes)) == 24


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_a_theme_has_a_label_in_every_language_that_can_be_typed_as_a_tag(row):
    assert tuple(row["labels"]) == INTERFACE
    assert set(row["synonyms"]) <= set(INTERFACE)
    for label in row["labels"].values():
        assert 0 < len(label) <= TAG_LENGTH
        assert not re.search("[,،]", label)
    assert all(re.fullmatch(r"\d{3}(\d\d)?", code) for code in row["mapping"]["dac"])
    assert all(1 <= goal <= 17 for goal in row["mapping"]["sdg"])


def test_no_words_name_two_themes():
    named = [(fold(words), row["code"]) for row in ROWS for words in {row["code"], *row["labels"].values()}]
    owners: dict[str, set[str]] = {}
    for words, code in named:
        owners.setdefault(words, set()).add(code)
    assert {words: codes for words, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("eau", None),
        ("microcrédit", None),
        ("", None),
        ("Eau et assainissement", "water_sanitation"),
        ("  AGUA e Saneamento ", "water_sanitation"),
        ("water_sanitation", "water_sanitation"),
        ("water-sanitation", "water_sanitation"),
        ("nuoc sach va ve sinh", "water_sanitation"),
        ("đào tạo nghề", "vocational_training"),
        ("Dao tao nghe", "vocational_training"),
        ("شباب", "youth"),
        ("الشَّباب", "youth"),
        ("اللامركزيه والحكامه", "decentralisation_governance"),
        ("Zon’olombelona", "human_rights"),
        ("Droits humains", "human_rights"),
    ],
)
def test_a_label_in_any_language_and_spelling_names_its_theme(app, words, code):
    found = queries.find_term(THEME, words)
    assert (found.code if found else None) == code
    entry = first_themes().find(words)
    assert (entry.code if entry else None) == code


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("", set()),
        ("-", set()),
        ("financ", set()),
        ("microcredit", {"microfinance_social_economy"}),
        ("Mikrofinansa", {"microfinance_social_economy"}),
        ("économie solidaire", {"microfinance_social_economy"}),
        ("économie microfinance", set()),
        ("الأصغر", {"microfinance_social_economy"}),
    ],
)
def test_words_of_a_label_or_synonym_name_the_themes_that_hold_them(app, words, codes):
    assert {entry.code for entry in queries.vocabulary().holding(words)} == codes


def test_an_unknown_scheme_is_empty_and_an_unknown_code_is_its_own_label(app):
    assert queries.terms("sector") == ()
    assert queries.find_term("sector", "health") is None
    assert queries.label("alchemy", "fr") == "alchemy"


def test_labels_follow_the_language(app):
    assert queries.label("health", "vi") == "Y tế"
    with speaking("ar"):
        assert queries.label("health") == "الصحة"
    assert queries.vocabulary().get("health").label("de") == "Santé"


def test_a_withdrawn_theme_is_read_and_found_but_not_offered(no_tourism):
    assert "tourism" not in {theme.code for theme in queries.terms()}
    assert len(queries.terms()) == 23
    assert queries.label("tourism", "en") == "Tourism"
    assert queries.find_term(THEME, "du lịch").code == "tourism"


def test_vocabularies_are_read_once_and_again_after_a_minute(app, query_counter, monkeypatch):
    queries.vocabulary()
    with query_counter() as statements:
        assert queries.label("health", "fr") == "Santé"
        assert queries.find_term(THEME, "Jeugd").code == "youth"
    assert statements.count == 0
    with unit_of_work():
        term = db.session.scalars(select(Term).where(Term.code == "health")).one()
        term.labels = {**term.labels, "fr": "Santé publique"}
    assert queries.label("health", "fr") == "Santé"
    moment = queries.monotonic()
    monkeypatch.setattr(queries, "monotonic", lambda: moment + queries.KEPT_FOR + 1)
    assert queries.label("health", "fr") == "Santé publique"
    queries.forget()
    assert queries.label("health", "fr") == "Santé publique"


def test_the_migration_takes_back_what_it_put_in(app):
    count = select(func.count()).select_from(Term)
    downgrade(revision="0001")
    assert db.session.scalar(count) == 0
    upgrade()
    assert db.session.scalar(count) == 24
    assert db.session.execute(text("SELECT version_num FROM alembic_version")).scalar() >= "0002"


def test_the_demonstration_set_writes_one_theme_in_several_languages(app, settings):
    load("tiny", settings.var)
    bearing = select(Topic.lang).join(Tagging, Tagging.subject_id == Topic.id).join(Tag, Tag.id == Tagging.tag_id)
    of_water = db.session.scalars(bearing.where(Tag.slug == "water-sanitation", Tagging.subject_kind == "topic")).all()
    assert sorted(of_water) == ["ar", "en", "fr", "fr", "mg", "nl", "pt-BR"]
