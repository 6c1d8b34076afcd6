"""The world map: Natural Earth's land, drawn by the projection of the house (`app.places.projection`)."""

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from tools.assets.output import PACKAGES, ROOT, Part, Product, hashed

LAND = PACKAGES / "world-atlas" / "land-110m.json"
PROJECTION = ROOT / "app" / "places" / "projection.py"
ANTARCTIC = -60  # degrees: nobody lives beyond
FINEST = 2.5  # units of the drawing: shorter steps are not seen
NOTICE = "<!-- Natural Earth 110m, public domain; azimuthal, logarithmic, centred on 50.6 N 2.9 E -->"

Point = tuple[float, float]


def inputs() -> Iterable[Path]:
    return [PROJECTION, ROOT / "package-lock.json"]


def build() -> list[Product]:
    from app.places.projection import project  # loads Flask, which a build that has nothing to draw goes without

    inhabited = (ring for ring in _rings(json.loads(LAND.read_text())) if any(lat > ANTARCTIC for _, lat in ring))
    drawn = "".join(_outline([project(lat, lon) for lon, lat in ring]) for ring in inhabited)
    symbol = f'<symbol id="world" viewBox="0 0 620 620"><path d="{drawn}"/></symbol>'
    return [hashed("world.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{NOTICE}\n{symbol}</svg>\n'.encode())]


def _rings(topology: dict[str, Any]) -> Iterable[list[Point]]:
    """The closed outlines of a TopoJSON file of polygons, as longitudes and latitudes."""
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                yield [point for index in ring for point in (arcs[index] if index >= 0 else arcs[~index][::-1])]


def _arc(steps: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """Undo the delta coding and the quantisation of one arc."""
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    x, y, points = 0, 0, []
    for step_x, step_y in steps:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + shift_x, y * scale_y + shift_y))
    return points


def _outline(ring: list[Point]) -> str:
    """One closed SVG subpath in whole units, without steps too short and outlines too small to be seen."""
    kept: list[tuple[int, int]] = []
    for x, y in ring:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) > FINEST:
            kept.append((round(x), round(y)))
    if len(kept) < 3:
        return ""
    steps = (f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps).replace(' -', '-')}z"


WORLD = Part("world", inputs, build)
