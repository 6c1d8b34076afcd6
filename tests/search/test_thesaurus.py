"""Words of the vocabularies and of the glossary, from one language to the others, with the reason shown."""

from __future__ import annotations

import pytest

from app.core.i18n import INTERFACE, speaking
from app.search.engine import Field, Run
from app.search.glossary import concepts
from app.search.query import parse
from app.search.thesaurus import WEIGHT, widened
from tests.factories import CategoryFactory, UserFactory
from tests.search.conftest import open_topic, reply


@pytest.fixture
def reading(app):
    """What a query in French is widened by: the words of each term."""

    def others(typed, lang="fr"):
        with speaking(lang):
            found = widened(parse(typed, (lang, *INTERFACE)))
        return {other.words for widening in found.reasons for other in widening.others}

    return others


def test_every_concept_is_named_in_every_interface_language_and_once():
    for concept in concepts():
        assert tuple(concept.said) == INTERFACE, concept.code
        for lang, said in concept.said.items():
            assert said, (concept.code, lang)
            assert [word for word in said if word != " ".join(word.split())] == []
            assert len(set(said)) == len(said), (concept.code, lang)
    assert len(concepts()) >= 40


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("microcrédito", "microfinance"),
        ("microcredito", "microfinanciering"),
        ("jumelages", "stedenband"),
        ("stedenbanden", "jumelage"),
        ("twinning", "kết nghĩa"),
        ("scholarships", "học bổng"),
        ("bourse d'études", "scholarship"),
        ("bolsas de estudos", "منحة دراسية"),
        ("học bổng", "vatsim-pianarana"),
        ("hoc bong", "studiebeurs"),
        ("منحة دراسية", "scholarship"),
        ("الشراكة", "parceria"),
        ("vatsim-pianarana", "bourse d'études"),
        ("titre de séjour", "verblijfsvergunning"),
        ("residence permits", "titre de séjour"),
        ("giấy phép cư trú", "residence permit"),
        ("rano", "eau"),
        ("lapan'ny tanàna", "mairie"),
        ("reconhecimento de diploma", "diploma recognition"),
        ("Éducation", "Onderwijs"),
        ("Giáo dục", "Education"),
    ],
)
@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_a_word_of_one_language_is_sought_in_the_others(reading, typed, other, lang):
    assert other in reading(typed, lang)


@pytest.mark.parametrize("typed", ["beffroi", '"bourse d\'études"', "de", "-jumelage", "", "séjour"])
def test_other_words_stay_as_they_are(reading, typed):
    assert reading(typed) == set()


def test_the_longest_term_counts_alone(reading):
    assert "Water and sanitation" in reading("eau et assainissement")
    assert "drinkwater" not in reading("eau et assainissement")


def test_both_words_or_the_other_one(app):
    with speaking("fr"):
        found = widened(parse("bourse d'études Safi", INTERFACE))
    other = Run(Field.STEM, ("scholarship",), WEIGHT)
    assert [other in group for group in found.required] == [True, True, False]


@pytest.fixture
def loans(app):
    """The same thing said in four languages, and once by its own word."""
    author, category = UserFactory(), CategoryFactory()
    topic = open_topic(author, category, "Petits prêts", "La microfinance aide les potières.")
    reply(author, topic, "Microkrediet voor pottenbaksters.", "nl")
    reply(author, topic, "Tín dụng vi mô cho thợ gốm.", "vi")
    reply(author, topic, "Um microcrédito para as oleiras, entre muitas outras coisas que foram ditas aqui.", "pt-BR")
    return topic


def test_hits_through_the_vocabulary_come_after_the_word_itself_and_say_why(loans, search, index_now):
    index_now()
    page = search("microcrédito")
    assert page.words[0].startswith("Um microcrédito")
    assert len(page.words) == 4
    reasons = page.texts("p[@class='meta reason']")
    assert len(reasons) == 3
    assert sorted(reason.partition(": ")[2] for reason in reasons) == [
        "microfinance",
        "microkrediet",
        "tín dụng vi mô",
    ]
    assert {"microfinance", "Microkrediet", "Tín dụng vi mô"} <= set(page.marks)


@pytest.mark.parametrize("typed", ["poterie", "pottery", "khong co gi"])
def test_what_was_said_in_so_many_words_needs_no_reason(app, search, index_now, typed):
    open_topic(UserFactory(), CategoryFactory(), "Un atelier", "La poterie, pottery, khong co gi.")
    index_now()
    page = search(typed)
    assert page.titles == ["Un atelier"]
    assert page.texts("p[@class='meta reason']") == []


def test_a_theme_is_the_reason_where_the_text_does_not_say_it(app, search, index_now):
    open_topic(UserFactory(), CategoryFactory(), "Notre projet", "Une classe de Safi.", "education")
    index_now()
    page = search("Onderwijs", lang="en")
    assert page.titles == ["Notre projet"]
    assert page.texts("p[@class='meta reason']") == ["Through the vocabulary: Education"]
