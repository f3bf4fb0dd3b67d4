"""Reads of what is taken; the half hours are numbered from 1970-01-01T00:00Z."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from village_hub.schedules.models import Hold, PersonSlot, VenueSlot
from village_hub.schedules.models import slots_between as slots_between


def taken_people(session: Session, ids: Iterable[UUID], starts_at: datetime, ends_at: datetime) -> dict[UUID, set[int]]:
    """The taken half hours of each of these people within the span; people without any are left out."""
    return _taken(session, PersonSlot.person_id, PersonSlot.slot, ids, starts_at, ends_at)


def taken_venues(session: Session, ids: Iterable[UUID], starts_at: datetime, ends_at: datetime) -> dict[UUID, set[int]]:
    """The taken half hours of each of these venues within the span; venues without any are left out."""
    return _taken(session, VenueSlot.venue_id, VenueSlot.slot, ids, starts_at, ends_at)


def taken_otherwise(
    session: Session, starts_at: datetime, ends_at: datetime, *, but: str
) -> tuple[dict[UUID, set[int]], dict[UUID, set[int]]]:
    """The taken half hours of people and of venues within the span, without holds whose reason begins with `but`."""
    slots = slots_between(starts_at, ends_at)
    people, venues = dict[UUID, set[int]](), dict[UUID, set[int]]()
    for table, owner, taken in ((PersonSlot, PersonSlot.person_id, people), (VenueSlot, VenueSlot.venue_id, venues)):
        within = (table.slot.between(slots.start, slots.stop - 1), ~Hold.why.startswith(but))
        for owner_id, slot in session.execute(
            select(owner, table.slot).join(Hold, Hold.id == table.hold_id).where(*within)
        ):
            taken.setdefault(owner_id, set()).add(slot)
    return people, venues


def free(
    session: Session,
    *,
    person_id: UUID | None = None,
    venue_id: UUID | None = None,
    starts_at: datetime,
    ends_at: datetime,
) -> bool:
    """Whether the person and the venue (those named) have nothing within the span."""
    slots = slots_between(starts_at, ends_at)
    person = exists().where(PersonSlot.person_id == person_id, PersonSlot.slot.between(slots.start, slots.stop - 1))
    venue = exists().where(VenueSlot.venue_id == venue_id, VenueSlot.slot.between(slots.start, slots.stop - 1))
    return not session.execute(select(person | venue)).scalar_one()


def _taken(
    session: Session,
    owner: InstrumentedAttribute[UUID],
    slot: InstrumentedAttribute[int],
    ids: Iterable[UUID],
    starts_at: datetime,
    ends_at: datetime,
) -> dict[UUID, set[int]]:
    slots = slots_between(starts_at, ends_at)
    taken: dict[UUID, set[int]] = {}
    query = select(owner, slot).where(owner.in_(set(ids)), slot.between(slots.start, slots.stop - 1))
    for owner_id, number in session.execute(query):
        taken.setdefault(owner_id, set()).add(number)
    return taken
