"""Enrolling, waiting and moving up; being there, and what the volunteer gets for it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import an_activity
from tests.faults.crash_points.flow import flow
from tests.faults.crash_points.flows.answering import one_asked
from tests.faults.crash_points.stage import Stage
from tests.journeys.city import City
from village_hub.activities import service as activities
from village_hub.activities.models import ActivitySession
from village_hub.credits.models import Transfer
from village_hub.invitations import service as invitations


def an_activity_with_one_seat(session: Session, city: City) -> UUID:
    return an_activity(session, city.village, city.manager, seats=1)


@flow(given=an_activity_with_one_seat)
def enrol_cancel_and_move_up(stage: Stage) -> None:
    page, (first, second, *_) = f"/activities/{stage.given}", stage.city.neighbours
    stage.press(first, page, "/enrolments")
    stage.work()
    stage.press(second, page, "/enrolments")
    stage.work()
    stage.press(first, page, "/enrolments/end")
    stage.work()


def a_lecture_that_has_begun(session: Session, city: City) -> UUID:
    """The session of a lecture that began ten minutes ago."""
    [(volunteer, page)] = one_asked(session, city)
    invitation, now = UUID(page.rpartition("/")[2]), session.info["clock"].now()
    invitations.accept(session, invitation, by=volunteer, now=now)
    lecture = activities.schedule_from_invitation(session, invitation, now=now)
    session.flush()
    held = session.scalars(sa.select(ActivitySession).where(ActivitySession.activity_id == lecture)).one()
    held.starts_at = now - timedelta(minutes=10)
    held.ends_at = held.starts_at + timedelta(hours=2)
    return held.id


@flow(given=a_lecture_that_has_begun)
def attend_complete_and_credit(stage: Stage) -> None:
    manager, desk = stage.city.manager, f"/sessions/{stage.given}/desk"
    ticked = stage.see(manager, desk).form("/attendances")
    stage.send(manager, ticked, person_id=str(stage.city.resident), state="present")
    stage.press(manager, desk, "/completion")
    stage.work()
    stage.find(sa.select(Transfer.id))
