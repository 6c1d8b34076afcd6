"""The map of the home page: a light for each country where members live, drawn around the belfry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from flask import render_template
from markupsafe import Markup

from app.places.projection import CENTRE, RINGS, project, radius_at
from app.places.queries import country_name, get_country

KEPT = 60.0
"""Seconds for which a drawing is kept: counting members is too dear for each visit."""
BOX, LABEL_HEIGHT, LETTER_WIDTH, LIGHT = 620, 18, 7.5, 8
"""Measures of the drawing: its side, a line of a name, a letter, half of a light."""
CROWDED = 2500
"""Kilometres of the ring that passes through too many countries to be written on."""
MINOR_FROM = 6
"""On small screens only the first countries keep their names."""


Box = tuple[float, float, float, float]
"""Start, top, end, bottom."""


@dataclass(frozen=True)
class Light:
    """A country on the map: where it stands in the 620 box, and on which side its name finds room."""

    name: str
    members: int
    x: float
    y: float
    side: str
    """ "start", "end" or, where the name would cover something, empty."""
    is_minor: bool


class BelfryMap:
    """The map in each language, drawn anew at most once a minute."""

    def __init__(self, count: Callable[[], Sequence[tuple[str, int]]]) -> None:
        self._count = count
        self._drawn: dict[str, tuple[float, Markup]] = {}

    def drawn(self, lang: str) -> Markup:
        """The map and its list in the language in force, or nothing while no member said where they live."""
        until, html = self._drawn.get(lang, (0.0, Markup()))
        if monotonic() >= until:
            lights = place(self._count(), lang)
            html = Markup(render_template("site/_belfry_map.html", lights=lights, rings=rings(), notes=notes()))  # noqa: S704
            self._drawn[lang] = (monotonic() + KEPT, html)
        return html


def place(counted: Sequence[tuple[str, int]], lang: str) -> list[Light]:
    """Lights for countries and their members, the first ones being named first."""
    known = [(country, members) for code, members in counted if (country := get_country(code))]
    points = [project(country.latitude, country.longitude) for country, _ in known]
    taken = [_box_of_light(x, y) for x, y in points] + [_box_of_note(radius) for _, radius in notes()]
    lights: list[Light] = []
    for (country, members), (x, y) in zip(known, points, strict=True):
        name = country_name(country.code, lang)
        side, box = _find_room(name, x, y, taken)
        taken += [box] if box else []
        lights.append(Light(name, members, round(x, 1), round(y, 1), side, len(lights) >= MINOR_FROM))
    return lights


def rings() -> list[tuple[int, float]]:
    """Kilometres and radius of each ring."""
    return [(kilometres, round(radius_at(kilometres), 1)) for kilometres in RINGS]


def notes() -> list[tuple[int, float]]:
    """The rings that say their distance; there is no room for the others."""
    return [ring for ring in rings() if ring[0] != CROWDED]


def _find_room(name: str, x: float, y: float, taken: Sequence[Box]) -> tuple[str, Box | None]:
    """The side on which a name covers nothing and stays inside, the outer one first, and the box it takes there."""
    for side in ("start", "end") if x < CENTRE else ("end", "start"):
        box = _box_of_name(name, x, y, side)
        if box[0] >= 0 and box[2] <= BOX and not any(_overlap(box, other) for other in taken):
            return side, box
    return "", None


def _box_of_name(name: str, x: float, y: float, side: str) -> Box:
    width, half = LETTER_WIDTH * len(name), LABEL_HEIGHT / 2
    start = x - LIGHT - 1 - width if side == "start" else x + LIGHT + 1
    return start, y - half, start + width, y + half


def _box_of_light(x: float, y: float) -> Box:
    return x - LIGHT, y - LIGHT, x + LIGHT, y + LIGHT


def _box_of_note(radius: float) -> Box:
    return CENTRE - 28, CENTRE + radius - 6, CENTRE + 28, CENTRE + radius + 6


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
