"""Sessions that took place, and what people said about them, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.activities import queries as activities
from village_hub.activities import service as activities_service
from village_hub.activities.queries import AttendanceState
from village_hub.feedback import service
from village_hub.kernel.clock import SettableClock
from village_hub.villages import queries as villages


@dataclass(frozen=True)
class Held:
    """A finished session, and who was there."""

    id: UUID
    activity_id: UUID
    village_id: UUID
    instructor_id: UUID
    manager_id: UUID
    present: tuple[UUID, ...]
    absent: UUID


def a_held_lecture(
    session: Session, clock: SettableClock, names: Sequence[str] = ("김하나", "이두리", "박세나"), **details: Any
) -> Held:
    """A free lecture of two hours that has just ended; one more person had a seat and did not come."""
    known = villages.villages(session)
    village_id = known[0].id if known else a_village(session)
    manager = a_manager(session, village_id).id
    instructor = details.pop("instructor_id", None) or a_resident(session, "이재능").id
    given: dict[str, Any] = {"kind": "lecture", "title": "스마트폰 사진", "seats": 20} | details
    activity_id = an_activity(session, village_id, manager, instructor_id=instructor, **given)
    (planned,) = activities.sessions_of(session, activity_id)
    people = [a_resident(session, name).id for name in (*names, "오안나")]
    for each in people:
        a_seat(session, activity_id, each)
    clock.moment = planned.ends_at
    for each in people[:-1]:
        now = clock.now()
        activities_service.mark_attendance(session, planned.id, each, AttendanceState.PRESENT, by=manager, now=now)
    activities_service.complete_session(session, planned.id, by=manager, now=clock.now())
    clock.advance(timedelta(minutes=5))
    return Held(planned.id, activity_id, village_id, instructor, manager, tuple(people[:-1]), people[-1])


def an_answer(session: Session, held: Held, person_id: UUID, stars: int = 5, words: str = "재미있었어요") -> None:
    """Somebody who was there says how it was."""
    service.give(session, held.id, stars=stars, words=words, by=person_id, now=session.info["clock"].now())
