from __future__ import annotations

from math import cos, radians

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]
Floats = npt.NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8


def project(longitude: float, latitude: float, origin: Point) -> Point:
    """Degrees become metres east and north of `origin` (longitude, latitude).

    Equirectangular projection on the IUGG mean sphere; inside one city (40 km, 38° N) errors stay below 0.5 %.
    """
    east = radians(longitude - origin[0]) * cos(radians(origin[1])) * EARTH_RADIUS_M
    north = radians(latitude - origin[1]) * EARTH_RADIUS_M
    return east, north


def distances_m(left: Floats, right: Floats) -> Floats:
    """Straight lines in metres between every row of `left` (n × 2) and of `right` (m × 2), as n × m."""
    return np.hypot(left[:, None, 0] - right[None, :, 0], left[:, None, 1] - right[None, :, 1])


def coordinates(places: list[Point]) -> Floats:
    """Plane coordinates in metres, one row a place, also when there are none."""
    return np.asarray(places, dtype=np.float64).reshape(len(places), 2)
