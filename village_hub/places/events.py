"""What happened to places."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class DistrictRenamed(Event, type="district.renamed", stream="district:{district_id}"):
    district_id: UUID
    old_name: str
    new_name: str


@dataclass(frozen=True)
class VenueAdded(Event, type="venue.added", stream="venue:{venue_id}"):
    venue_id: UUID


@dataclass(frozen=True)
class VenueChanged(Event, type="venue.changed", stream="venue:{venue_id}"):
    venue_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PersonSettled(Event, type="person.settled", stream="residence:{person_id}"):
    person_id: UUID
    district_id: UUID
