"""Holds for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.schedules import service


def a_hold(
    session: Session,
    *,
    person_id: UUID | None = None,
    venue_id: UUID | None = None,
    starts_at: datetime,
    hours: float = 2,
    why: str = "test",
) -> UUID:
    """A person, a venue or both kept for two hours unless told otherwise."""
    ends_at = starts_at + timedelta(hours=hours)
    now = session.info["clock"].now()
    return service.hold(
        session, person_id=person_id, venue_id=venue_id, starts_at=starts_at, ends_at=ends_at, why=why, now=now
    )
