"""The world map: Natural Earth's land, azimuthal around the belfry with a logarithmic distance.

Near is legible and far is shown: a place at `d` km stands at `r = 300 · ln(1 + d / 2600) / ln(1 + 19348 / 2600)`
from the centre of a 620 box, in its true direction.
"""

import json
from collections.abc import Iterable
from itertools import pairwise
from math import asin, atan2, cos, log, radians, sin, sqrt
from pathlib import Path
from typing import Any

from tools.assets.output import PACKAGES, ROOT, Part, Product, hashed

LAND = PACKAGES / "world-atlas" / "land-110m.json"
BELFRY = (50.6, 2.9)  # latitude and longitude of the middle of the Nord-Pas de Calais
EARTH, SOFTENING, FARTHEST = 6371.0, 2600, 19348
ANTARCTIC = -60
CENTRE, REACH, FINEST = 310, 300, 2.5
NOTICE = "<!-- Natural Earth 110m, public domain; azimuthal, logarithmic, centred on 50.6 N 2.9 E -->"

Point = tuple[float, float]


def inputs() -> Iterable[Path]:
    return [ROOT / "package-lock.json"]


def build() -> list[Product]:
    inhabited = (ring for ring in _rings(json.loads(LAND.read_text())) if any(lat > ANTARCTIC for _, lat in ring))
    drawn = "".join(_outline([project(lat, lon) for lon, lat in ring]) for ring in inhabited)
    symbol = f'<symbol id="world" viewBox="0 0 620 620"><path d="{drawn}"/></symbol>'
    return [hashed("world.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{NOTICE}\n{symbol}</svg>\n'.encode())]


def project(latitude: float, longitude: float) -> Point:
    """Where a place stands in the 620 box."""
    home, there, turn = radians(BELFRY[0]), radians(latitude), radians(longitude - BELFRY[1])
    half = sin((there - home) / 2) ** 2 + cos(home) * cos(there) * sin(turn / 2) ** 2
    distance = 2 * EARTH * asin(min(1.0, sqrt(half)))
    bearing = atan2(sin(turn) * cos(there), cos(home) * sin(there) - sin(home) * cos(there) * cos(turn))
    radius = REACH * log(1 + distance / SOFTENING) / log(1 + FARTHEST / SOFTENING)
    return CENTRE + radius * sin(bearing), CENTRE - radius * cos(bearing)


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
