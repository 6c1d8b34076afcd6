"""The map of the house: azimuthal around the belfry with a logarithmic distance, near legible and far shown.

A place at `d` km stands at `r = 300 · ln(1 + d / 2600) / ln(1 + 19348 / 2600)` from the centre of a 620 box, in its
true direction.
"""

from __future__ import annotations

from math import asin, atan2, cos, log, radians, sin, sqrt

BELFRY = (50.6, 2.9)
"""Latitude and longitude of the middle of the Nord-Pas de Calais."""
EARTH, SOFTENING, FARTHEST = 6371.0, 2600, 19348
CENTRE, REACH = 310, 300
RINGS = (1000, 2500, 5000, 10000, 15000)
"""Distances in km at which the map draws a ring."""


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place stands in the 620 box."""
    home, there, turn = radians(BELFRY[0]), radians(latitude), radians(longitude - BELFRY[1])
    half = sin((there - home) / 2) ** 2 + cos(home) * cos(there) * sin(turn / 2) ** 2
    radius = radius_at(2 * EARTH * asin(min(1.0, sqrt(half))))
    bearing = atan2(sin(turn) * cos(there), cos(home) * sin(there) - sin(home) * cos(there) * cos(turn))
    return CENTRE + radius * sin(bearing), CENTRE - radius * cos(bearing)


def radius_at(kilometres: float) -> float:
    """How far from the centre a distance is drawn."""
    return REACH * log(1 + kilometres / SOFTENING) / log(1 + FARTHEST / SOFTENING)
