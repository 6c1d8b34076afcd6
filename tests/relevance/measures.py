"""Measures of a ranking, each from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """How near the first hits come to the best order there could be.

    A document of grade g is worth 2^g - 1, divided by the logarithm (base 2) of its rank plus one; documents without a
    grade are worth nothing. Raises ValueError where nothing is graded.
    """
    best = _discounted(sorted(grades.values(), reverse=True)[:depth])
    if not best:
        raise ValueError("a ranking is measured against documents with a grade above 0")
    return _discounted([grades.get(key, 0) for key in ranking[:depth]]) / best


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 20) -> float:
    """The share of all graded documents among the first hits. Raises ValueError where nothing is graded."""
    sought = {key for key, grade in grades.items() if grade > 0}
    if not sought:
        raise ValueError("a ranking is measured against documents with a grade above 0")
    return len(sought.intersection(ranking[:depth])) / len(sought)


def _discounted(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))
