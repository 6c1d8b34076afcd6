"""The measures against values worked out by hand."""

import pytest

from tests.relevance.measures import ndcg, recall

GRADES = {"a": 3, "b": 2, "c": 1}
IDEAL = 7 + 3 / 1.5849625007 + 1 / 2
"""7 at the first rank; 3 at the second, over log2(3); 1 at the third, over log2(4)."""


@pytest.mark.parametrize(
    ("ranking", "gain"),
    [
        (["a", "b", "c"], IDEAL),
        (["a", "b", "c", "x", "y"], IDEAL),
        ([], 0),
        (["x", "y"], 0),
        (["c", "b", "a"], 1 + 3 / 1.5849625007 + 7 / 2),
        (["x", "a"], 7 / 1.5849625007),
        (["x", "y", "z", "b"], 3 / 2.3219280949),
    ],
)
def test_ndcg(ranking, gain):
    assert ndcg(ranking, GRADES) == pytest.approx(gain / IDEAL)


def test_known_figures():
    assert pytest.approx(9.392789, abs=1e-6) == IDEAL
    assert ndcg(["c", "b", "a"], GRADES) == pytest.approx(0.680606, abs=1e-6)


def test_ndcg_looks_at_the_first_ten():
    tenth = [*"123456789", "a"]
    assert ndcg(tenth, {"a": 3}) == pytest.approx(1 / 3.4594316186)
    assert ndcg(["0", *tenth], {"a": 3}) == 0
    assert ndcg(["x", "a"], {"a": 3}, depth=1) == 0


def test_more_sought_than_fit_still_reach_one():
    grades = {str(number): 2 for number in range(12)}
    assert ndcg([str(number) for number in range(10)], grades) == pytest.approx(1)


def test_recall():
    assert recall(["a", "x", "c"], GRADES) == pytest.approx(2 / 3)
    assert recall([], GRADES) == 0
    far = [*(f"x{number}" for number in range(19)), "a", "b"]
    assert recall(far, GRADES) == pytest.approx(1 / 3)
    assert recall(far, GRADES, depth=21) == pytest.approx(2 / 3)
    assert recall(["a", "z"], {"a": 1, "z": 0}) == 1


@pytest.mark.parametrize("measure", [ndcg, recall])
def test_nothing_is_measured_against_nothing(measure):
    for grades in ({}, {"a": 0}):
        with pytest.raises(ValueError, match="grade above 0"):
            measure(["a"], grades)
