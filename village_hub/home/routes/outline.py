"""A village's surroundings as a drawing: its district, the neighbouring ones, and where people meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from village_hub.activities.queries import ActivityFacts
from village_hub.places import queries as places
from village_hub.places.queries import District
from village_hub.villages.queries import VillageFacts
from village_hub.web.i18n import _

#: Size of the drawing in the SVG's own units, with room for names around the outermost dots.
WIDTH, HEIGHT, MARGIN = 600, 360, 60
#: How many neighbouring districts are drawn.
NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class Outline:
    """Dots with names, for the component `district_map`."""

    areas: list[dict[str, Any]]
    view: str = f"0 0 {WIDTH} {HEIGHT}"


def dots(village: VillageFacts, around: Sequence[District], coming: Sequence[ActivityFacts]) -> Outline:
    """The village's district in strong colour, its neighbours pale, and a dot for each place where people meet."""
    here = next((each for each in around if each.id == village.district_id), None)
    if here is None:
        return Outline([])
    near = sorted(around, key=lambda each: places.distance(here.lon, here.lat, each.lon, each.lat))[: NEIGHBOURS + 1]
    venues = {each.venue.id: each for each in reversed(coming) if each.venue}
    points = [(each.lon, each.lat) for each in near]
    points += [(each.venue.lon, each.venue.lat) for each in venues.values() if each.venue]
    frame = _Frame(points)
    districts = [
        {
            "name": each.name,
            "href": url_for("villages.index"),
            "words": _("Here is the village") if each is here else _("Neighbouring district"),
            "level": 4 if each is here else "none",
            "r": 14 if each is here else 9,
            **frame.place(each.lon, each.lat, named=True),
        }
        for each in near
    ]
    meetings = [
        {"name": each.venue.label, "href": url_for("activities.activity", activity_id=each.id), "words": each.title,
         "level": 2, "r": 8, **frame.place(each.venue.lon, each.venue.lat)}
        for each in venues.values() if each.venue
    ]  # fmt: skip
    return Outline(districts + meetings)


class _Frame:
    """Longitudes and latitudes stretched over the drawing."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
        self.west, self.east, self.south, self.north = min(lons), max(lons), min(lats), max(lats)

    def place(self, lon: float, lat: float, named: bool = False) -> dict[str, int]:
        x = round(_along(lon, self.west, self.east, WIDTH))
        y = HEIGHT - round(_along(lat, self.south, self.north, HEIGHT))
        return {"x": x, "y": y} | ({"label_x": x, "label_y": y + 26} if named else {})


def _along(value: float, least: float, most: float, length: int) -> float:
    return length / 2 if most == least else MARGIN + (value - least) / (most - least) * (length - 2 * MARGIN)
