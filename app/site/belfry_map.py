"""The map of the home page: a light for each country where members live, drawn around the belfry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from app.places.projection import CENTRE, RINGS, project, radius_at
from app.places.queries import country_name, get_country

KEPT = 60.0
"""Seconds for which the numbers are kept: counting members is too dear for each visit."""
LABEL_HEIGHT, LETTER_WIDTH = 18, 7.5
MINOR_FROM = 6
"""On small screens only the first countries keep their names."""


@dataclass(frozen=True)
class Light:
    """A country on the map: where it stands in the 620 box, and whether there is room for its name."""

    name: str
    members: int
    x: float
    y: float
    is_named: bool
    is_minor: bool

    @property
    def is_at_start(self) -> bool:
        """Whether the name stands on the left of the light."""
        return self.x < CENTRE


class BelfryMap:
    """Numbers of members by country, counted anew at most once a minute."""

    def __init__(self, count: Callable[[], Sequence[tuple[str, int]]]) -> None:
        self._count = count
        self._lock = Lock()
        self._counted: Sequence[tuple[str, int]] = ()
        self._until = 0.0

    def lights(self, lang: str) -> list[Light]:
        """The lights in a language, the country with the most members first."""
        with self._lock:
            if monotonic() >= self._until:
                self._counted, self._until = self._count(), monotonic() + KEPT
            counted = self._counted
        return place(counted, lang)


def place(counted: Sequence[tuple[str, int]], lang: str) -> list[Light]:
    """Lights for countries and their members; a name is left out where it would cover another."""
    lights: list[Light] = []
    for code, members in counted:
        country = get_country(code)
        if country is None:
            continue
        x, y = project(country.latitude, country.longitude)
        name = country_name(code, lang)
        is_named = not any(_covers(name, x, y, other) for other in lights if other.is_named)
        lights.append(Light(name, members, round(x, 1), round(y, 1), is_named, len(lights) >= MINOR_FROM))
    return lights


def rings() -> list[tuple[int, float]]:
    """Kilometres and radius of each ring."""
    return [(kilometres, round(radius_at(kilometres), 1)) for kilometres in RINGS]


def _covers(name: str, x: float, y: float, other: Light) -> bool:
    """Whether a name would touch another's."""
    if abs(y - other.y) >= LABEL_HEIGHT:
        return False
    start, end = _span(name, x)
    other_start, other_end = _span(other.name, other.x)
    return start < other_end and other_start < end


def _span(name: str, x: float) -> tuple[float, float]:
    width = 18 + LETTER_WIDTH * len(name)
    return (x - width, x + 8) if x < CENTRE else (x - 8, x + width)
