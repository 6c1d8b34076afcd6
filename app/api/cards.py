"""The picture shown where a page is shared: its title beside the belfry, drawn once and kept in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from time import time

from PIL import Image, ImageDraw

from app.api.lettering import Edges, Hand, Locate, shortened, wrapped, write_line

WIDTH, HEIGHT, EDGE = 1200, 630, 72
NIGHT, LIGHT, SOFT, BEACON, LAND = "#0d2834", "#eef3f1", "#b5cad1", "#ffc629", "#2f5666"
SIZES = (84, 72, 62, 54, 48)
TEXT_END = 900
FIELD, LEADING = 350, 1.16
"""Height for the title, and of a line in sizes of its letters."""
TOWER = (
    (14, 6.2), (17.4, 15), (20, 15), (20, 17.2), (19, 17.2), (19, 24), (19.6, 24), (20.9, 19), (22.2, 24), (24, 24),
    (24, 26.6), (21.6, 26.6), (21.6, 40), (6.4, 40), (6.4, 26.6), (4, 26.6), (4, 24), (5.8, 24), (7.1, 19), (8.4, 24),
    (9, 24), (9, 17.2), (8, 17.2), (8, 15), (10.6, 15),
)  # fmt: skip
"""The belfry of the site's sign, in its own units of 28 by 40."""
KEPT_DAYS = 30


def card(title: str, place: str, site: str, is_rtl: bool, locate: Locate) -> bytes:
    """A PNG of 1200 by 630: the title, where it belongs, whose site it is."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), NIGHT)
    draw = ImageDraw.Draw(picture)
    left, right = (WIDTH - TEXT_END, WIDTH - EDGE) if is_rtl else (EDGE, TEXT_END)
    edges = Edges(left, right, is_rtl)
    _belfry(draw, EDGE if is_rtl else WIDTH - EDGE - 28 * 6.6)
    hand, lines = _fitted(title, right - left, locate)
    top = 150 + (FIELD - len(lines) * hand.size * LEADING) * 0.35
    for number, words in enumerate(lines):
        write_line(draw, words, hand, edges, top + number * hand.size * LEADING, LIGHT)
    for text, height, weight, colour in ((site, 62, 700, BEACON), (place, HEIGHT - 100, 500, SOFT)):
        small = Hand(34, weight, locate)
        for words in shortened(text, small, right - left, 1)[:1]:
            write_line(draw, words, small, edges, height, colour)
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _fitted(title: str, width: float, locate: Locate) -> tuple[Hand, list[list[str]]]:
    """The largest hand in which the title fits its field."""
    for size in SIZES:
        hand = Hand(size, 800, locate)
        if lines := wrapped(title, hand, width, _lines(size)):
            return hand, lines
    return hand, shortened(title, hand, width, _lines(hand.size))


def _lines(size: int) -> int:
    return int(FIELD / (size * LEADING))


def _belfry(draw: ImageDraw.ImageDraw, start: float) -> None:
    scale, base = 6.6, HEIGHT
    top = base - 40 * scale
    points = [(start + x * scale, top + y * scale) for x, y in TOWER]
    draw.polygon(points, fill=LAND)
    x, y, radius = start + 14 * scale, top + 3.2 * scale, 2.6 * scale
    draw.ellipse((x - radius * 2, y - radius * 2, x + radius * 2, y + radius * 2), fill="#3b4a35")
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=BEACON)
    door = 2.8 * scale
    draw.ellipse((x - door, top + 33.5 * scale - door, x + door, top + 33.5 * scale + door), fill=NIGHT)
    draw.rectangle((x - door, top + 33.5 * scale, x + door, base), fill=NIGHT)


class Cards:
    """A folder of drawn cards, named by a digest of what is on them."""

    def __init__(self, folder: Path, locate: Locate) -> None:
        self._folder, self._locate = folder, locate

    def drawn(self, title: str, place: str, site: str, is_rtl: bool) -> bytes:
        """The card of these words, drawn at first use."""
        words = "\0".join((title, place, site, str(is_rtl)))
        path = self._folder / f"{blake2b(words.encode(), digest_size=16).hexdigest()}.png"
        if path.exists():
            return path.read_bytes()
        picture = card(title, place, site, is_rtl, self._locate)
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.{id(picture)}")
        draft.write_bytes(picture)
        draft.replace(path)
        return picture

    def sweep(self, days: int = KEPT_DAYS) -> int:
        """Forget cards drawn so many days ago; what is asked for again is drawn again. Returns how many."""
        old = [path for path in self._files() if path.stat().st_mtime < time() - days * 86_400]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _files(self) -> Iterator[Path]:
        return self._folder.iterdir() if self._folder.exists() else iter(())
