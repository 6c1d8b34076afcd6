"""What the engines on columns keep in memory: added to at each commit, shared with nobody who would see it change."""

from dataclasses import replace

import numpy as np
import pytest

from app.search.columns import engine as columns_engine
from app.search.columns.growing import Growing
from app.search.engine import Filters, Sort
from app.search.fts_engine import FtsEngine
from tests.search.engines.conftest import document, fill, find


@pytest.fixture
def place(tmp_path):
    return tmp_path / "index"


def test_who_holds_the_shorter_array_sees_nothing_of_what_is_added():
    short = Growing.of(np.arange(3, dtype=np.int32))
    longer = short.with_more(np.array([7, 8]))
    longest = longer.with_placed(np.array([9]), np.array([6]), 8)
    assert short.values.tolist() == [0, 1, 2]
    assert longer.values.tolist() == [0, 1, 2, 7, 8]
    assert longest.values.tolist() == [0, 1, 2, 7, 8, 0, 9, 0]


def test_room_is_made_once_for_many():
    grown = Growing.of(np.zeros(1_000, np.int32)).with_more(np.array([1]))
    assert all((grown := grown.with_more(np.array([each]))).room.size == 1_063 for each in range(60))
    assert grown.values.tolist() == [0] * 1_000 + [1, *range(60)]


def test_after_many_commits_a_reader_finds_and_counts_as_one_that_has_just_come(place):
    writer, reader = FtsEngine(place), FtsEngine(place)
    asked = [
        {"filters": Filters(lang=frozenset({"fr"}), tag=frozenset({"a", "b"}))},
        {"filters": Filters(kind=frozenset({"topic"}), mark=frozenset({"open"})), "sort": Sort.NEWEST},
        {"visibility": frozenset({"public", "space:3"})},
        {},
    ]
    for number in range(1, 60):
        fill(writer, document(
            number, "Poterie", "mot " * (number % 5),
            lang=("fr", "nl")[number % 2], kind=("topic", "post")[number % 3 > 1],
            tags=frozenset("abc"[: number % 4]), marks=frozenset({"open"} if number % 5 else ()),
            author=str(number % 7), visibility=frozenset({("public", "space:3")[number % 4 == 0]}),
        ))  # fmt: skip
        if number % 6 == 0:
            writer.delete([f"topic:{number - 3}"])
            writer.commit()
        for each in asked:
            found, afresh = (find(engine, "poterie", limit=100, **each) for engine in (reader, FtsEngine(place)))
            assert told(found) == told(afresh), number


def told(result):
    """All but the scores: words of what was removed count as rare or common until they are read anew."""
    return sorted(hit.key for hit in result.hits), result.total, result.facets


def test_figures_and_revisions_are_read_without_what_searches_are_answered_from(place):
    fill(FtsEngine(place), document(1, "Poterie"), document(2, "Poterie"))
    engine = FtsEngine(place)
    assert engine.stats().documents == 2
    assert dict(engine.revisions()) == {"post:1": 1, "post:2": 1}
    assert engine._snapshot is None


def test_who_writes_and_has_not_searched_for_a_while_lets_go_of_it(place, monkeypatch):
    engine = FtsEngine(place)
    fill(engine, document(1, "Poterie"))
    assert find(engine, "poterie").total == 1
    fill(engine, document(2, "Poterie"))
    assert engine._snapshot is not None
    monkeypatch.setattr(columns_engine, "_UNUSED", -1.0)
    fill(engine, replace(document(3, "Poterie"), revision=2))
    assert engine._snapshot is None
    assert find(engine, "poterie").total == 3
