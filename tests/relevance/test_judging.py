"""What is asked of an engine: through the search itself, as a visitor, in the language of each query."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.exc import NoResultFound

from app.search import finding as searching
from app.search.index import current_index
from app.search.services import rebuild_index
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.relevance.judged import Judged, Wanted
from tests.relevance.judging import EVERY, Measured, Quality, grouped, judge
from tests.search.conftest import open_topic, reply


@dataclass
class Asked:
    """Remembers in which languages was asked."""

    languages: list[str]


@pytest.fixture
def engine(app):
    """The engine in force, with an open topic of two messages and a closed one."""
    author, shelf = UserFactory(), CategoryFactory()
    bells = open_topic(author, shelf, "Les cloches du beffroi", "Elles sonnent chaque heure.")
    reply(author, bells, "Le carillonneur répète le lundi.")
    hidden = CategoryFactory(space=SpaceFactory(visibility="staff"))
    open_topic(UserFactory(role="staff"), hidden, "Le carillonneur prend sa retraite", "À ne pas dire encore.")
    index = current_index()
    rebuild_index(index.engine, index.lock_file)
    return index.engine


def query(text, expected, lang="fr"):
    return Judged(lang, text, "title", expected)


def test_what_is_sought_first_and_all_of_it_is_worth_one(app, engine):
    bells = {Wanted("Les cloches du beffroi"): 3}
    assert judge(app, engine, [query("cloches", bells)]) == [Measured(query("cloches", bells), 1, 1)]


def test_what_is_missing_or_out_of_sight_is_worth_nothing(app, engine):
    (half,) = judge(
        app,
        engine,
        [query('"carillonneur répète"', {Wanted("Les cloches du beffroi", 2): 3, Wanted("Les cloches du beffroi"): 1})],
    )
    assert half.ndcg == pytest.approx(7 / (7 + 1 / 1.5849625007))
    assert half.recall == 0.5
    (hidden,) = judge(app, engine, [query("carillonneur retraite", {Wanted("Le carillonneur prend sa retraite"): 3})])
    assert (hidden.ndcg, hidden.recall) == (0, 0)


def test_a_judgement_of_what_is_not_there_is_refused(app, engine):
    with pytest.raises(NoResultFound):
        judge(app, engine, [query("cloches", {Wanted("Les cloches du beffroi", 3): 3})])


def test_each_query_is_asked_in_its_own_language(app, engine, monkeypatch):
    asked, parse = Asked([]), searching.parse

    def listening(text, languages):
        tongues = tuple(languages)
        asked.languages.append(tongues[0])
        return parse(text, tongues)

    monkeypatch.setattr(searching, "parse", listening)
    bells = {Wanted("Les cloches du beffroi"): 3}
    judge(app, engine, [query("cloches", bells, lang) for lang in ("fr", "pt-BR", "ar")])
    assert asked.languages == ["fr", "pt-BR", "ar"]


def test_the_index_in_force_is_left_as_it_was(app, engine):
    before = current_index()
    judge(app, object(), [])
    assert current_index() is before


def test_means_by_group_and_of_all():
    measured = [
        Measured(query("a", {}, "fr"), 1.0, 1.0),
        Measured(query("b", {}, "vi"), 0.2, 0.5),
        Measured(query("c", {}, "fr"), 0.5, 0.0),
    ]
    assert grouped(measured, lambda one: one.lang) == [
        Quality("fr", 2, 0.75, 0.5),
        Quality("vi", 1, 0.2, 0.5),
        Quality(EVERY, 3, pytest.approx(1.7 / 3), 0.5),
    ]
