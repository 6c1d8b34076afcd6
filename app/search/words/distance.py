"""How far two words are apart, as fingers err: letters left out, put in, taken for another, or turned round."""

from __future__ import annotations

from itertools import pairwise

NEAR = 0.7
"""A key beside the one that was meant."""
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")


def _neighbours() -> frozenset[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for row in _ROWS:
        pairs.update(pairwise(row))
    for upper, lower in pairwise(_ROWS):
        pairs.update(zip(upper, lower, strict=False))
    return frozenset(pairs | {(right, left) for left, right in pairs})


NEIGHBOURS = _neighbours()


def allowed(word: str) -> int:
    """How many slips a word of that length may hold."""
    return 2 if len(word) >= 7 else 1


def distance(left: str, right: str, most: int) -> float | None:
    """Slips between two folded words, each counted once and one on a neighbouring key as 0.7; None for over `most`."""
    if abs(len(left) - len(right)) > most:
        return None
    before: list[float] = []
    row = [float(at) for at in range(len(right) + 1)]
    for down, sign in enumerate(left, 1):
        current = [float(down)]
        for across, other in enumerate(right, 1):
            cost = 0.0 if sign == other else NEAR if (sign, other) in NEIGHBOURS else 1.0
            best = min(row[across] + 1, current[across - 1] + 1, row[across - 1] + cost)
            if down > 1 and across > 1 and sign == right[across - 2] and left[down - 2] == other and sign != other:
                best = min(best, before[across - 2] + 1)
            current.append(best)
        if min(current) > most and min(row) > most:
            return None
        before, row = row, current
    return row[-1] if row[-1] <= most else None
