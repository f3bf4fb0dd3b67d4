"""What happened in learning clubs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class ClubFounded(Event, type="club.founded", stream="club:{club_id}"):
    club_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class ClubChanged(Event, type="club.changed", stream="club:{club_id}"):
    club_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class ClubClosed(Event, type="club.closed", stream="club:{club_id}"):
    club_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class ClubJoined(Event, type="club.joined", stream="club:{club_id}"):
    club_id: UUID
    village_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class ClubLeft(Event, type="club.left", stream="club:{club_id}"):
    club_id: UUID
    village_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class ClubLeadNamed(Event, type="club.lead_named", stream="club:{club_id}"):
    club_id: UUID
    village_id: UUID
    person_id: UUID
