"""Who and what there is in the city, for everybody who takes part in the story."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, radians
from uuid import UUID

METRES_PER_DEGREE = 111_195


@dataclass(frozen=True, slots=True)
class Place:
    """A district; people live up to `spread` metres from its middle."""

    id: UUID
    name: str
    lon: float
    lat: float
    spread: int
    population: int

    def at(self, east: int, north: int) -> tuple[float, float]:
        """The longitude and latitude of a point so many metres from the middle."""
        degree_east = METRES_PER_DEGREE * cos(radians(self.lat))
        return round(self.lon + east / degree_east, 6), round(self.lat + north / METRES_PER_DEGREE, 6)


@dataclass(frozen=True, slots=True)
class Room:
    """A venue that can be taken."""

    id: UUID
    district: str
    kind: str
    capacity: int
    equipment: str
    hours: tuple[tuple[int, int, int], ...]

    def is_open(self, weekday: int, starts: int, ends: int) -> bool:
        """Whether the room is open from minute to minute on a weekday."""
        return any(day == weekday and opens <= starts and ends <= closes for day, opens, closes in self.hours)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A resident with a village to turn to."""

    id: UUID
    lon: float
    lat: float


@dataclass(slots=True)
class Village:
    """A learning village, its learning manager and those who live around it."""

    id: UUID
    name: str
    place: Place
    phone: str
    manager: UUID
    neighbours: list[Neighbour] = field(default_factory=list)


@dataclass(slots=True)
class City:
    """Everything that was there before the story begins."""

    municipality: UUID
    operator: UUID
    topics: dict[str, UUID]
    places: dict[str, Place]
    rooms: list[Room] = field(default_factory=list)
    villages: list[Village] = field(default_factory=list)
    clubs: list[tuple[UUID, UUID, str, Village]] = field(default_factory=list)
    #: Volunteers by what they teach (topic codes).
    volunteers: dict[str, list[Neighbour]] = field(default_factory=dict)
    #: People whom a visitor of the demo can be: in the last days they leave everything to the visitor.
    visitors: set[UUID] = field(default_factory=set)

    def village(self, village_id: UUID) -> Village:
        """The village with this id."""
        return next(each for each in self.villages if each.id == village_id)

    def rooms_near(self, district: str, kinds: list[str], needs: str = "") -> list[Room]:
        """Rooms of these kinds: those of the district first, in the order of the kinds."""
        fitting = [each for each in self.rooms if each.kind in kinds and needs in each.equipment]
        return sorted(fitting, key=lambda each: (each.district != district, kinds.index(each.kind)))
