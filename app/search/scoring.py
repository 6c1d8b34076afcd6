"""BM25, the same in every engine: how much a token that is found says of a document."""

from __future__ import annotations

from math import log

# The usual values; a posted text says as much as a long one, so length weighs less.
SATURATION = 1.2
LENGTH_WEIGHT = 0.5


def rarity(holding: int, documents: int) -> float:
    """What a thing weighs that so many of the documents hold."""
    return log(1 + (documents + 1) / (holding + 1))
