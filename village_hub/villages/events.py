"""What happened in learning villages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class VillageFounded(Event, type="village.founded", stream="village:{village_id}"):
    village_id: UUID
    district_id: UUID


@dataclass(frozen=True)
class VillageChanged(Event, type="village.changed", stream="village:{village_id}"):
    village_id: UUID


@dataclass(frozen=True)
class AskingChosen(Event, type="village.asking_chosen", stream="village:{village_id}"):
    village_id: UUID
    automatically: bool


@dataclass(frozen=True)
class VillageJoined(Event, type="village.joined", stream="village:{village_id}"):
    village_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class VillageLeft(Event, type="village.left", stream="village:{village_id}"):
    village_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class ManagerAppointed(Event, type="village.manager_appointed", stream="village:{village_id}"):
    village_id: UUID
    person_id: UUID
    until: datetime | None


@dataclass(frozen=True)
class ManagerTermEnded(Event, type="village.manager_term_ended", stream="village:{village_id}"):
    village_id: UUID
    person_id: UUID
