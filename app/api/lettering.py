"""Letters drawn into pictures with the site's own fonts: each word in the face that has its signs.

The fonts come in one file per script, as the pages load them; which signs a file has is written in `fonts.css`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

from app.config import PROJECT

FACES = ("bricolage-grotesque-latin", "bricolage-grotesque-latin-ext", "bricolage-grotesque-vietnamese",
         "vazirmatn-arabic", "vazirmatn-digits")  # fmt: skip
RULE = re.compile(r'url\("(?P<name>[\w-]+)\.woff2"\).*?unicode-range: (?P<ranges>[^;]+);')
Locate = Callable[[str], Path]
"""Where the built file of a font is, by its plain name."""


@dataclass(frozen=True)
class Hand:
    """A size and a weight to write in."""

    size: int
    weight: int
    locate: Locate


@cache
def _ranges() -> dict[str, list[tuple[int, int]]]:
    found = {}
    for rule in RULE.finditer((PROJECT / "static" / "css" / "fonts.css").read_text()):
        spans = (span.strip().removeprefix("U+").split("-") for span in rule["ranges"].split(","))
        found[rule["name"]] = [(int(span[0], 16), int(span[-1], 16)) for span in spans]
    return found


@lru_cache(maxsize=4096)
def _face_of(sign: str) -> str | None:
    """The first face that has a sign; None where no face has it."""
    code = ord(sign)
    return next((name for name in FACES if any(low <= code <= high for low, high in _ranges()[name])), None)


@lru_cache(maxsize=64)
def _font(name: str, hand: Hand) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(hand.locate(name)), hand.size)
    font.set_variation_by_axes([min(hand.weight, 700)] if name.startswith("vazirmatn") else [hand.weight, 100])
    return font


def _runs(word: str, hand: Hand) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """A word in pieces of one face; signs that no face has are left out."""
    pieces = groupby(word, _face_of)
    return [("".join(signs), _font(name, hand)) for name, signs in pieces if name is not None]


def _width(word: str, hand: Hand) -> float:
    return sum(font.getlength(text) for text, font in _runs(word, hand))


def _space(hand: Hand) -> float:
    return hand.size * 0.24


def wrapped(text: str, hand: Hand, width: float, most: int) -> list[list[str]] | None:
    """The words of a text in at most so many lines; None where they do not fit."""
    lines: list[list[str]] = [[]]
    used = 0.0
    for word in _words(text, hand):
        wide = _width(word, hand)
        if wide > width:
            return None
        if lines[-1] and used + _space(hand) + wide > width:
            lines.append([])
            used = 0.0
        used += wide + (_space(hand) if lines[-1] else 0)
        lines[-1].append(word)
    return lines if len(lines) <= most else None


def shortened(text: str, hand: Hand, width: float, most: int) -> list[list[str]]:
    """As many words of a text as fit in so many lines, the rest told by an ellipsis."""
    words = [word for word in _words(text, hand) if _width(word, hand) < width]
    for count in range(len(words), 0, -1):
        tail = "" if count == len(words) else "…"
        if lines := wrapped(" ".join(words[:count]) + tail, hand, width, most):
            return lines
    return []


def _words(text: str, hand: Hand) -> list[str]:
    return [word for word in unicodedata.normalize("NFC", text).split() if _runs(word, hand)]


@dataclass(frozen=True)
class Edges:
    """Where lines begin and end, and from which side they are read."""

    left: float
    right: float
    is_rtl: bool


def write_line(
    draw: ImageDraw.ImageDraw, words: Sequence[str], hand: Hand, edges: Edges, top: float, colour: str
) -> None:
    """One line between two edges, from the side on which its language begins."""
    is_rtl = edges.is_rtl
    groups = [(runs_right, list(group)) for runs_right, group in groupby(words, _is_rtl)]
    ordered = []
    for runs_right, group in reversed(groups) if is_rtl else groups:
        ordered += list(reversed(group)) if runs_right else group
    gaps = _space(hand) * (len(ordered) - 1)
    pen = edges.right - sum(_width(word, hand) for word in ordered) - gaps if is_rtl else edges.left
    for word in ordered:
        runs = _runs(word, hand)
        for text, font in reversed(runs) if _is_rtl(word) else runs:
            draw.text((pen, top + hand.size), text, fill=colour, font=font, anchor="ls")
            pen += font.getlength(text)
        pen += _space(hand)


def _is_rtl(word: str) -> bool:
    return any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in word)
