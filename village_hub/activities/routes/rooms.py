"""The rooms near a village, and whether they can be taken at the hours that somebody plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities.service import Span
from village_hub.places import queries as places
from village_hub.places.queries import VenueFacts
from village_hub.schedules import queries as schedules
from village_hub.villages import queries as villages
from village_hub.web.formats import local

#: How many rooms one is offered; nearer ones first.
OFFERED = 40

Weekly = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A room; `taken_on` is the first planned date on which something else is there, `closed_on` when it is shut."""

    id: UUID
    label: str
    capacity: int | None
    metres: int | None
    taken_on: datetime | None
    closed_on: datetime | None

    @property
    def id_text(self) -> str:
        return str(self.id)

    @property
    def is_free(self) -> bool:
        return self.taken_on is None and self.closed_on is None


def rooms_for(
    session: Session, village_id: UUID | None, spans: Sequence[Span], *, keep: UUID | None = None
) -> list[Room]:
    """The nearest rooms, those that are free at all these hours first; `keep` is the room that one has already."""
    known = places.all_venues(session)
    centre = _centre(session, village_id)
    away = {each.id: places.distance(*centre, each.lon, each.lat) for each in known} if centre else {}
    near = sorted(known, key=lambda each: (each.id != keep, away.get(each.id, 0.0), each.label))[:OFFERED]
    ids = [each.id for each in near]
    hours = places.weekly_hours(session, ids)
    taken: dict[UUID, set[int]] = {}
    if spans:
        taken = schedules.taken_venues(session, ids, min(spans)[0], max(end for _, end in spans))
    rooms = [_room(each, spans, hours.get(each.id, ()), taken.get(each.id, set()), away) for each in near]
    return sorted(rooms, key=lambda each: not each.is_free)


def _room(venue: VenueFacts, spans: Sequence[Span], hours: Weekly, taken: set[int], away: dict[UUID, float]) -> Room:
    taken_on = next((span[0] for span in spans if taken.intersection(schedules.slots_between(*span))), None)
    closed_on = next((span[0] for span in spans if hours and not _is_open(hours, span)), None)
    metres = round(away[venue.id]) if venue.id in away else None
    return Room(venue.id, venue.label, venue.capacity, metres, taken_on, closed_on)


def _is_open(hours: Weekly, span: Span) -> bool:
    starts, ends = local(span[0]), local(span[1])
    first = starts.hour * 60 + starts.minute
    last = first + int((ends - starts).total_seconds() // 60)
    return any(day == starts.weekday() and opens <= first and last <= closes for day, opens, closes in hours)


def _centre(session: Session, village_id: UUID | None) -> tuple[float, float] | None:
    village = villages.village(session, village_id) if village_id else None
    if village is None:
        return None
    return next(((each.lon, each.lat) for each in places.districts(session) if each.id == village.district_id), None)
