"""Which city and district a row of a file speaks of."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from village_hub.places import queries
from village_hub.places.queries import District, Municipality

#: Metres from a city's nearest district centre beyond which an address means another city of the same name.
_FAR = 30_000


class Territory:
    """The cities and districts that take part, for placing many rows."""

    def __init__(self, session: Session) -> None:
        self._cities = queries.municipalities(session)
        self._districts: dict[object, list[District]] = {each.id: [] for each in self._cities}
        for district in queries.districts(session):
            self._districts[district.municipality_id].append(district)

    def place(self, address: str, lon: float | None, lat: float | None) -> tuple[Municipality | None, District | None]:
        """The city that the address names, and in it the district that it names or whose centre is nearest."""
        words = set(re.findall(r"[가-힣]+[0-9]*[가-힣]*", address))
        for city in self._cities:
            if city.name not in words:
                continue
            own = self._districts[city.id]
            named = next((each for each in own if each.name in words), None)
            if lon is None or lat is None:
                if named:
                    return city, named
                continue
            near = queries.nearest_district(own, lon, lat)
            if near is None or queries.distance(lon, lat, near.lon, near.lat) < _FAR:
                return city, named or near
        return None, None
