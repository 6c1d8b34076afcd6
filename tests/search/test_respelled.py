"""A word that nothing holds is taken for the nearest one, and the page says so."""

from __future__ import annotations

import pytest

from app.search.engine import Filters
from app.search.queries import search as ask
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.search.conftest import open_topic, reply, signed_in


@pytest.fixture
def said(app, index_now):
    """Messages of these words in a space of everybody, or in another."""

    def said(*texts: str, **space) -> None:
        category = CategoryFactory(space=SpaceFactory(**space)) if space else CategoryFactory()
        topic = open_topic(UserFactory(), category, "Zzz", "Rien.")
        for words in texts:
            reply(UserFactory(), topic, words)
        index_now()

    return said


def proposals(page) -> list[str]:
    return page.texts("p[@class='did']/a")


def test_one_slip_finds_what_was_meant_and_is_said(said, search):
    said("La poterie de Desvres", "La poterie de Safi")
    page = search("poteire")
    assert sorted(page.words[:2]) == ["La poterie de Desvres", "La poterie de Safi"]
    assert page.marks == ["poterie", "poterie"]
    ((proposal),) = proposals(page)
    assert "poterie" in proposal


def test_the_other_words_stay_as_they_are(said, search):
    said("La poterie de Desvres", "La poterie de Safi", "Le port de Safi")
    page = search("poteire safi")
    assert page.words[0] == "La poterie de Safi"
    assert "poterie safi" in proposals(page)[0]


def test_filters_and_pages_apply_to_what_was_meant(said, search):
    said(*["La poterie de Desvres"] * 25)
    assert len(search("poteire", page=2).words) == 5
    assert search("poteire", language="nl").titles == []


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("poterie", ["La poterie", "La loterie", "La loterie"]),
        ('"poteire"', ["La poterie", "La poterie"]),
        ("poteire*", ["La poterie", "La poterie"]),
        ("-poteire", ["La poterie", "La poterie"]),
        ("qoterie", ["La poterie", "La poterie"]),
        ("ptoeire", ["La poterie", "La poterie"]),
        ("mian", ["La main", "La main"]),
    ],
)
def test_what_is_left_as_typed(app, said, typed, texts):
    """What something holds; phrases, beginnings, what is unwanted; first letters, two slips, short words."""
    said(*texts)
    with app.test_request_context():
        assert ask(UserFactory(), typed, Filters()).spelled == ""


def test_a_word_that_the_thesaurus_knows_is_no_slip(app, said):
    said("La bourse", "De studiebeurs", "De studiebeurz", "De studiebeurz")
    with app.test_request_context():
        assert ask(UserFactory(), "scholarship", Filters()).spelled == ""


def test_nothing_is_taken_for_a_word_of_a_closed_space(app, said, search):
    said("Le mécénat discret", "Le mécénat discret", visibility="members")
    assert search("mecenot").titles == []
    assert search("mecenot", signed_in(app, UserFactory())).titles == []
