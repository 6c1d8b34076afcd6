"""How much of what was asked for is enough, and the arithmetic that finds who holds so much."""

from __future__ import annotations

from random import Random

import pytest

from app.search.breadth import ENOUGH, Breadth, breadth_of, covering, least_of, weights_of
from app.search.engine import Field, Query, Run, Sort
from app.search.scoring import rarity
from app.search.whoosh_engine.bits import weighing

WORDS = tuple((Run(Field.EXACT, (word,)),) for word in ("un", "deux", "trois"))


@pytest.mark.parametrize(
    ("groups", "sort", "with_all", "found", "expected"),
    [
        (0, Sort.RELEVANCE, 0, 0, Breadth.ALL),
        (1, Sort.RELEVANCE, 0, 0, Breadth.ALL),
        (2, Sort.RELEVANCE, 0, 0, Breadth.SOME),
        (2, Sort.NEWEST, 0, 0, Breadth.SOME),
        (2, Sort.RELEVANCE, ENOUGH, 0, Breadth.SOME),
        (2, Sort.RELEVANCE, 0, 3, Breadth.SOME),
        (2, Sort.RELEVANCE, 1, 1, Breadth.MOST),
        (3, Sort.RELEVANCE, ENOUGH - 1, 1, Breadth.MOST),
        (3, Sort.RELEVANCE, ENOUGH, 1, Breadth.ALL),
        (3, Sort.NEWEST, 1, 1, Breadth.ALL),
        (3, Sort.ACTIVE, 1, 1, Breadth.ALL),
    ],
)
def test_all_then_most_then_some(groups, sort, with_all, found, expected):
    assert breadth_of(Query(required=WORDS[:groups], sort=sort), with_all, found) is expected


def test_the_rarest_words_say_what_is_meant():
    assert rarity(1, 1_000) > rarity(10, 1_000) > rarity(1_000, 1_000) > 0
    rare, common, other = weights = weights_of((2, 400, 500), 1_000)
    assert rare >= least_of(weights, Breadth.MOST) > common + other
    assert least_of(weights, Breadth.ALL) == sum(weights)
    assert least_of(weights, Breadth.SOME) == 1 <= min(weights)


def test_of_two_words_alike_either_is_most():
    one, other = weights = weights_of((5, 5), 1_000)
    assert one == other == least_of(weights, Breadth.MOST)


def test_what_holds_less_of_it_falls_behind():
    assert covering(1.0) == 1 > covering(0.6) > covering(0.5) > covering(0.0) == 0


def test_weighing_agrees_with_adding_up():
    drawn = Random(7)
    for _ in range(200):
        size = drawn.randint(1, 40)
        sets = [drawn.getrandbits(size) for _ in range(drawn.randint(1, 8))]
        weights = [drawn.randint(1, 130) for _ in sets]
        least = drawn.randint(1, sum(weights) + 3)
        sums = [
            sum(weight for bits, weight in zip(sets, weights, strict=True) if bits >> place & 1)
            for place in range(size)
        ]
        assert weighing(sets, weights, least) == sum(1 << place for place in range(size) if sums[place] >= least)


def test_who_holds_nothing_weighs_nothing():
    assert weighing([], [], 1) == 0
    assert weighing([0b10, 0b10], [3, 4], 7) == 0b10
    assert weighing([0b10, 0b01], [3, 4], 8) == 0
