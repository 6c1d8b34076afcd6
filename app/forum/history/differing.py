"""What differs between two texts, word by word, in any script; bounded in time whatever the texts are.

Texts are compared by lines, then by words inside the lines that differ (Myers' algorithm). Beyond a bound of
differences the rest counts as rewritten, which is what a reader sees of it anyway.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

MOST_LINES, MOST_WORDS = 300, 200
"""Differences followed between two texts by lines, and by words in one stretch that differs."""
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FFF), (0x3040, 0x30FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Scripts written without spaces between words: each sign is compared by itself."""
_JOINERS = "\u200c\u200d"


class Part(NamedTuple):
    """A stretch of text: `kind` is "same", "added" or "removed"."""

    kind: str
    text: str


def parts(before: str, after: str) -> list[Part]:
    """The way from one text to the other, in reading order; what was removed stands before what took its place."""
    lines = _compared(before.splitlines(keepends=True), after.splitlines(keepends=True), MOST_LINES)
    found: list[Part] = []
    for kind, group in _stretches(lines):
        if kind == "same":
            found.extend(group)
        else:
            old, new = (_said(group, side) for side in ("removed", "added"))
            found.extend(_joined(_compared(words(old), words(new), MOST_WORDS)))
    return _joined(found)


def words(text: str) -> list[str]:
    """A text as the words, spaces and other signs it is made of; nothing is lost."""
    signs = unicodedata.normalize("NFC", text)
    return ["".join(sign for _, sign in group) for _, group in groupby(enumerate(signs), key=_kind_of)]


def _kind_of(placed: tuple[int, str]) -> object:
    """What stands together: spaces, a word with its marks; every other sign stands alone."""
    place, sign = placed
    if sign.isspace():
        return "space"
    if any(first <= ord(sign) <= last for first, last in _UNSPACED):
        return place
    if sign.isalnum() or sign in _JOINERS or sign == "_" or unicodedata.category(sign).startswith("M"):
        return "word"
    return place


def _compared(before: Sequence[str], after: Sequence[str], most: int) -> list[Part]:
    """The parts of two sequences, their common ends set apart first."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle = _walk(before[start : len(before) - end], after[start : len(after) - end], most)
    same = [Part("same", text) for text in before[:start]]
    return [*same, *middle, *(Part("same", text) for text in before[len(before) - end :])]


def _walk(before: Sequence[str], after: Sequence[str], most: int) -> list[Part]:
    """The shortest way from one to the other; where it is longer than the bound, all of one for all of the other."""
    if not before or not after:
        return _rewritten(before, after)
    reached: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for steps in range(min(most, len(before) + len(after)) + 1):
        trace.append(dict(reached))
        for diagonal in range(-steps, steps + 1, 2):
            down = diagonal == -steps or (diagonal != steps and reached[diagonal - 1] < reached[diagonal + 1])
            old = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            new = old - diagonal
            while old < len(before) and new < len(after) and before[old] == after[new]:
                old, new = old + 1, new + 1
            reached[diagonal] = old
            if old >= len(before) and new >= len(after):
                return list(reversed(list(_back(before, after, trace))))
    return _rewritten(before, after)


def _back(before: Sequence[str], after: Sequence[str], trace: list[dict[int, int]]) -> Iterator[Part]:
    """The way found, from its end to its beginning."""
    old, new = len(before), len(after)
    for steps in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[steps], old - new
        down = diagonal == -steps or (diagonal != steps and reached[diagonal - 1] < reached[diagonal + 1])
        from_diagonal = diagonal + 1 if down else diagonal - 1
        from_old = reached[from_diagonal] if steps else 0
        from_new = from_old - from_diagonal if steps else 0
        while old > from_old and new > from_new:
            old, new = old - 1, new - 1
            yield Part("same", before[old])
        if steps:
            yield Part("added", after[from_new]) if down else Part("removed", before[from_old])
        old, new = from_old, from_new


def _rewritten(before: Sequence[str], after: Sequence[str]) -> list[Part]:
    return [*(Part("removed", text) for text in before), *(Part("added", text) for text in after)]


def _stretches(found: Sequence[Part]) -> Iterator[tuple[str, list[Part]]]:
    for is_same, group in groupby(found, key=lambda part: part.kind == "same"):
        yield ("same" if is_same else "changed"), list(group)


def _said(found: Sequence[Part], side: str) -> str:
    return "".join(part.text for part in found if part.kind == side)


def _joined(found: Sequence[Part]) -> list[Part]:
    """Neighbours put together. A space between two changes belongs to both: it is read with them."""
    joined: list[Part] = []
    stretches = list(_stretches(found))
    pending: list[Part] = []
    for place, (kind, group) in enumerate(stretches):
        text = "".join(part.text for part in group)
        is_between = 0 < place < len(stretches) - 1 and kind == "same" and text.isspace() and "\n" not in text
        if kind == "same" and not is_between:
            joined += [*_sides(pending), Part("same", text)]
            pending = []
        elif is_between:
            pending += [Part("removed", text), Part("added", text)]
        else:
            pending += group
    return joined + _sides(pending)


def _sides(changed: Sequence[Part]) -> list[Part]:
    both = [Part(side, _said(changed, side)) for side in ("removed", "added")]
    return [part for part in both if part.text]
