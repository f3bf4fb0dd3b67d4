"""What volunteers answer, and what follows: a lecture, the next one who is asked, or nobody."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.faults.crash_points.flow import flow
from tests.faults.crash_points.flows.asking import a_proposal, ask_two_at_once
from tests.faults.crash_points.stage import Stage
from tests.journeys.city import City
from village_hub.activities.models import Activity
from village_hub.invitations import queries, service
from village_hub.invitations.events import InvitationDeadline
from village_hub.invitations.models import Invitation, State

#: The person who is asked, and the page of the question.
Asked = tuple[UUID, str]


def one_asked(session: Session, city: City) -> list[Asked]:
    invitations = service.invite(session, a_proposal(session, city), now=session.info["clock"].now())
    session.flush()
    return [_asked(session, each) for each in invitations]


def both_asked(session: Session, city: City) -> list[Asked]:
    ask_two_at_once(session, city)
    return one_asked(session, city)


@flow(given=both_asked)
def two_accept_at_once_and_a_lecture_is_scheduled(stage: Stage) -> None:
    stage.press_at_once(*((person, page, "/acceptance") for person, page in stage.given))
    stage.work()
    stage.find(sa.select(Activity.id))


@flow(given=one_asked)
def decline_and_expire(stage: Stage) -> None:
    [(volunteer, page)] = stage.given
    stage.press(volunteer, page, "/refusal", reason="too_far", words="미안해요")
    stage.work()
    stage.wait_for(InvitationDeadline)
    stage.work()
    stage.find(sa.select(Invitation.id).where(Invitation.state == State.EXPIRED))


def _asked(session: Session, invitation_id: UUID) -> Asked:
    invitation = queries.invitation(session, invitation_id)
    assert invitation
    return invitation.instructor_id, f"/invitations/{invitation_id}"
