"""Holding and releasing people and venues; the database's keys decide who was first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from village_hub.kernel.db import insert_new
from village_hub.kernel.ids import new_id
from village_hub.schedules.errors import NoTimeSpan, PersonTaken, VenueTaken
from village_hub.schedules.models import Hold, PersonSlot, VenueSlot, slots_between


def hold(
    session: Session,
    *,
    person_id: UUID | None = None,
    venue_id: UUID | None = None,
    starts_at: datetime,
    ends_at: datetime,
    why: str,
    now: datetime,
) -> UUID:
    """Keep a person, a venue or both for the span, wholly or not at all.

    Raises PersonTaken or VenueTaken and leaves the transaction as it was, so that the caller may go on.
    """
    if ends_at <= starts_at:
        raise NoTimeSpan
    hold_id = new_id(session)
    slots = slots_between(starts_at, ends_at)
    with session.begin_nested():
        session.add(
            Hold(id=hold_id, person_id=person_id, venue_id=venue_id, starts_at=starts_at, ends_at=ends_at, why=why)
        )
        session.flush()
        if person_id is not None:
            rows = [{"person_id": person_id, "slot": slot, "hold_id": hold_id} for slot in slots]
            if insert_new(session, PersonSlot, rows) != len(slots):
                raise PersonTaken
        if venue_id is not None:
            rows = [{"venue_id": venue_id, "slot": slot, "hold_id": hold_id} for slot in slots]
            if insert_new(session, VenueSlot, rows) != len(slots):
                raise VenueTaken
    return hold_id


def release(session: Session, hold_id: UUID, *, now: datetime) -> None:
    """Give the half hours of a hold back; doing it again changes nothing."""
    session.execute(delete(PersonSlot).where(PersonSlot.hold_id == hold_id))
    session.execute(delete(VenueSlot).where(VenueSlot.hold_id == hold_id))
    session.execute(update(Hold).where(Hold.id == hold_id, Hold.released_at.is_(None)).values(released_at=now))
