"""How much of what was asked for a document must hold: all of it, else most of it, else something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from math import ceil
from typing import Any

from app.search.engine import Query, Sort
from app.search.scoring import rarity

ENOUGH = 10
"""Where fewer documents hold everything, those that hold most of it follow."""
MOST = 0.5
"""Of what was asked for, each thing by how rare it is: the rarest words say what is meant."""
_FINE = 16


class Breadth(Enum):
    """What a document must hold."""

    ALL = 1
    MOST = 2
    SOME = 3


def breadth_of(query: Query, with_all: int, found: int) -> Breadth:
    """From how many documents hold everything, and how many of those pass the filters.

    In order of time everything that is asked for must be there, unless nothing has it: what came last is no better for
    having half of it.
    """
    if len(query.required) < 2:
        return Breadth.ALL
    if not with_all or not found:
        return Breadth.SOME
    return Breadth.MOST if with_all < ENOUGH and query.sort is Sort.RELEVANCE else Breadth.ALL


def weights_of(holding: Iterable[int], documents: int) -> tuple[int, ...]:
    """The weight of each thing by how rare it is, in whole numbers above 0."""
    return tuple(round(_FINE * rarity(each, documents)) + 1 for each in holding)


def least_of(weights: Sequence[int], breadth: Breadth) -> int:
    """What a document must hold of all these weights."""
    share = {Breadth.ALL: 1.0, Breadth.MOST: MOST, Breadth.SOME: 0.0}[breadth]
    return max(1, ceil(share * sum(weights)))


def covering(share: Any) -> Any:
    """By how much a score is multiplied where a document holds so much of what was asked for; numbers or arrays."""
    return share**4
