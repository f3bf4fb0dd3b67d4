"""Activities for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.invitations import an_accepted_invitation
from village_hub.activities import queries, service
from village_hub.activities.service import ActivityDetails, Span


def an_activity(
    session: Session,
    village_id: UUID,
    by: UUID,
    *,
    title: str = "우리 동네 꽃 심기",
    kind: str = "campaign",
    starts_at: datetime | None = None,
    hours: float = 2,
    times: int = 1,
    **details: Any,
) -> UUID:
    """An activity of a village in three days (or weekly from `starts_at`), in words' place unless a venue is named."""
    first = starts_at or in_days(session, 3)
    weeks = [timedelta(weeks=week) for week in range(times)]
    spans = [(first + week, first + week + timedelta(hours=hours)) for week in weeks]
    given = {"place_text": "" if details.get("venue_id") else "마을 회관 앞", "phone": "031-790-1234"} | details
    described = ActivityDetails(kind=kind, title=title, village_id=village_id, **given)
    return service.create(session, described, spans, by=by, now=session.info["clock"].now())


def a_seat(session: Session, activity_id: UUID, person_id: UUID, guests: int = 0) -> queries.EnrolmentFacts:
    """A person signs up."""
    return service.enrol(session, activity_id, person_id, guests=guests, now=session.info["clock"].now())


def in_days(session: Session, days: float, hours: float = 2) -> datetime:
    """The clock's day after so many days, eleven o'clock in Korea unless told otherwise."""
    now: datetime = session.info["clock"].now()
    return now + timedelta(days=days, hours=hours)


def a_span(session: Session, days: float, hours: float = 2) -> Span:
    """Two hours after so many days."""
    starts_at = in_days(session, days)
    return starts_at, starts_at + timedelta(hours=hours)


def a_lecture(session: Session, **village: Any) -> UUID:
    """A lecture that came of a request: a volunteer said yes and everybody who asked has a seat."""
    invitation = an_accepted_invitation(session, **village)
    activity_id = service.schedule_from_invitation(session, invitation.id, now=session.info["clock"].now())
    assert activity_id is not None
    return activity_id
