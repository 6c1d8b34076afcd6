"""The icons of the installed application: our belfry on chalk, as PNG, since some systems take no SVG."""

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from PIL import Image, ImageChops, ImageDraw

from tools.assets.output import ROOT, Part, Product, hashed

LOGO = ROOT / "static" / "img" / "beffroi.svg"
CHALK, INK, BEACON = "#f3f5f2", "#14181b", "#ffc629"
SMOOTH = 4  # drawn that many times larger, then made smaller
HEIGHT, MIDDLE = 40.0, 14.0  # of the logo's drawing
LAMP = (14.0, 3.2, 2.6)
STEPS = 16
ICONS = {
    "icon-192.png": (192, 0.72, 0.18),
    "icon-512.png": (512, 0.72, 0.18),
    "icon-180.png": (180, 0.68, 0.0),
    "icon-maskable-512.png": (512, 0.56, 0.0),
}
"""Size; height of the tower in it (a mask may cut a fifth away on each side); roundness of the corners."""

Point = tuple[float, float]


def inputs() -> Iterable[Path]:
    return [LOGO]


def build() -> list[Product]:
    return [hashed(name, _drawn(*shape)) for name, shape in ICONS.items()]


def _outlines(path: str) -> list[list[Point]]:
    """The outlines of a path as polygons, its curves as short steps."""
    pen = RecordingPen()
    parse_path(path, pen)
    polygons: list[list[Point]] = []
    for command, points in pen.value:
        if command == "moveTo":
            polygons.append([points[0]])
        elif command == "lineTo":
            polygons[-1].append(points[0])
        elif command == "curveTo":
            polygons[-1] += _curve((polygons[-1][-1], *points))
    return polygons


def _curve(points: tuple[Point, ...]) -> Iterable[Point]:
    """A cubic curve between four points."""
    for step in range(1, STEPS + 1):
        t = step / STEPS
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        x, y = (sum(w * p[axis] for w, p in zip(weights, points, strict=True)) for axis in (0, 1))
        yield x, y


def _drawn(size: int, share: float, roundness: float) -> bytes:
    """One icon; what lies outside rounded corners is clear."""
    side = size * SMOOTH
    scale = side * share / HEIGHT
    top = side * (1 - share) / 2

    def placed(point: Point) -> Point:
        return (side / 2 + (point[0] - MIDDLE) * scale, top + point[1] * scale)

    picture = Image.new("RGB", (side, side), CHALK)
    picture.paste(INK, mask=_tower(side, placed))
    x, y, radius = LAMP
    box = [*placed((x - radius, y - radius)), *placed((x + radius, y + radius))]
    ImageDraw.Draw(picture).ellipse(box, fill=BEACON, outline=INK, width=round(0.6 * scale))
    corners = Image.new("L", (side, side), 0)
    ImageDraw.Draw(corners).rounded_rectangle([0, 0, side - 1, side - 1], side * roundness, fill=255)
    picture.putalpha(corners)
    out = io.BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _tower(side: int, placed: Any) -> Image.Image:
    """Where the tower is: its outline without its windows."""
    path = re.search(r'<path[^>]* d="([^"]+)"', LOGO.read_text())
    assert path is not None
    mask = Image.new("1", (side, side), 0)
    for polygon in _outlines(path[1]):
        part = Image.new("1", (side, side), 0)
        ImageDraw.Draw(part).polygon([placed(point) for point in polygon], fill=1)
        mask = ImageChops.logical_xor(mask, part)
    return mask


APP_ICONS = Part("app icons", inputs, build)
