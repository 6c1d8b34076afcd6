"""Prefixes, dates, states, order by activity, labels that are not wanted, and the facets of all of them."""

from datetime import UTC, date, datetime

import pytest

from app.search.engine import MOST_VALUES, Field, Query, Run
from tests.search.engines.conftest import PUBLIC, Filters, Sort, document, fill, find, ids


def moment(year: int, month: int = 1, day: int = 1, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def some(*values: str) -> frozenset[str]:
    return frozenset(values)


@pytest.fixture
def years(engine):
    fill(
        engine,
        document(1, "Poterie", date=moment(2024), active=moment(2026, 5), marks=some("open", "pinned"), author="salma"),
        document(2, "Poterie", date=moment(2025, 3, 1, 0), active=moment(2025, 4), marks=some("closed"), lang="en"),
        document(3, "Potier", date=moment(2025, 3, 1, 23), tags=some("argile", "feu"), kind="topic"),
        document(4, "Verrerie", date=moment(2026), marks=some("open"), tags=some("feu"), author="salma"),
    )
    return engine


def starts_with(engine, beginning, *more: Run, **changes):
    run = Run(Field.EXACT, (beginning,), is_prefix=True)
    return engine.query(Query(((run,), *((each,) for each in more)), visibility=PUBLIC, **changes))


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [("poter", {1, 2}), ("pot", {1, 2, 3}), ("poterie", {1, 2}), ("poteries", set()), ("verr", {4}), ("x", set())],
)
def test_a_prefix_finds_every_word_that_begins_so(years, beginning, expected):
    result = starts_with(years, beginning)
    assert set(ids(result)) == expected
    assert result.total == sum(result.facets["kind"].values()) == len(expected)


def test_a_prefix_stands_beside_words_and_is_taken_away(years):
    fill(years, document(5, "Poteau", "en bois"))
    assert ids(starts_with(years, "pot", Run(Field.EXACT, ("bois",)))) == [5]
    unwanted = (Run(Field.EXACT, ("pot",), is_prefix=True),)
    assert ids(years.query(Query(without=(unwanted,), visibility=PUBLIC))) == [4]


def test_a_prefix_of_a_phrase_of_syllables_is_a_token_like_others(engine):
    fill(engine, document(1, "Đà Nẵng", lang="vi"), document(2, "Đà Lạt", lang="vi"))
    run = Run(Field.STEM, ("da n",), is_prefix=True)
    assert ids(engine.query(Query(((run,),), visibility=PUBLIC))) == [1]


@pytest.mark.parametrize(
    ("since", "before", "expected"),
    [
        (date(2025, 1, 1), None, {2, 3, 4}),
        (None, date(2025, 3, 1), {1}),
        (date(2025, 3, 1), date(2025, 3, 2), {2, 3}),
        (date(2025, 3, 2), date(2025, 3, 2), set()),
        (date(2030, 1, 1), None, set()),
        (date(1, 1, 1), date(9999, 12, 31), {1, 2, 3, 4}),
    ],
)
def test_days_filter_half_open(years, since, before, expected):
    result = find(years, "", filters=Filters(since=since, before=before))
    assert set(ids(result)) == expected
    assert result.total == len(expected)
    assert result.facets["year"] == {"2025": 2, "2024": 1, "2026": 1}
    assert sum(result.facets["kind"].values()) == len(expected)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(mark=some("open")), {1, 4}),
        (Filters(mark=some("open", "closed")), {1, 2, 4}),
        (Filters(mark=some("open"), since=date(2025, 1, 1)), {4}),
        (Filters(mark=some("pinned"), tag=some("feu")), set()),
    ],
)
def test_states_filter(years, filters, expected):
    assert set(ids(find(years, "", filters=filters))) == expected


@pytest.mark.parametrize(
    ("unwanted", "expected"),
    [
        (Filters(mark=some("open")), {2, 3}),
        (Filters(lang=some("en"), tag=some("argile")), {1, 4}),
        (Filters(since=date(2025, 1, 1)), {1}),
        (Filters(before=date(2025, 3, 2), tag=some("feu")), set()),
        (Filters(author=some("nobody")), {1, 2, 3, 4}),
    ],
)
def test_labels_that_are_not_wanted_take_away(years, unwanted, expected):
    result = find(years, "", unwanted=unwanted)
    assert set(ids(result)) == expected
    assert result.total == sum(result.facets["year"].values()) == len(expected)


def test_order_by_activity(years):
    assert ids(find(years, "", sort=Sort.ACTIVE)) == [1, 4, 2, 3]
    assert ids(find(years, "", sort=Sort.NEWEST)) == [4, 3, 2, 1]
    assert ids(find(years, "poterie", sort=Sort.ACTIVE, limit=1, offset=1)) == [2]


def test_every_facet_counts_without_its_own_filter(years):
    filters = Filters(mark=some("open"), author=some("salma"))
    facets = find(years, "", filters=filters).facets
    assert facets["mark"] == {"open": 2, "pinned": 1}
    assert facets["author"] == {"salma": 2}
    assert facets["tag"] == {"feu": 1}
    assert facets["year"] == {"2024": 1, "2026": 1}
    assert facets["kind"] == {"post": 2}
    assert list(find(years, "").facets["tag"].items()) == [("feu", 2), ("argile", 1)]


def test_of_a_facet_the_commonest_values_are_counted(engine):
    for part in range(4):
        fill(
            engine,
            *(
                document(n, "Poterie", author=f"author {n % 80:02}", tags=some(f"tag {n % 3}", f"other {n}"))
                for n in range(part * 40, part * 40 + 40)
            ),
        )
    fill(engine, document(999, "Poterie", author="author 79"))
    facets = find(engine, "poterie").facets
    assert len(facets["author"]) == len(facets["tag"]) == MOST_VALUES
    assert list(facets["author"].items())[:3] == [("author 79", 3), ("author 00", 2), ("author 01", 2)]
    assert facets["tag"]["tag 0"] == 54
    assert find(engine, "poterie", filters=Filters(author=some("author 79"))).total == 3


def test_labels_of_removed_documents_are_not_counted(years):
    years.delete(["post:4", "topic:3"])
    years.commit()
    facets = find(years, "").facets
    assert facets["tag"] == {}
    assert facets["year"] == {"2024": 1, "2025": 1}


def test_putting_in_order_changes_nothing_that_is_found(years, open_engine):
    reader = open_engine()
    before = find(reader, "poterie")
    for number in range(10, 40):
        fill(years, document(number, "Verrerie"))
    years.delete(f"post:{number}" for number in range(10, 40))
    years.commit()
    years.optimise()
    after = find(reader, "poterie")
    assert ids(after) == ids(before)
    assert after.facets == before.facets
    fill(years, document(50, "Poterie"))
    assert set(ids(find(reader, "poterie"))) == {1, 2, 50}
