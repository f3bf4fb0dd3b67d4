"""A yes becomes a lecture: activity, session and seats for everybody who asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.activities.events import ActivityScheduled
from village_hub.activities.models import Activity, ActivityState, Kind
from village_hub.activities.service.enrolling import seat
from village_hub.activities.service.sessions import plan_session
from village_hub.activities.service.telling import tell
from village_hub.invitations import queries as invitations
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import queries as matching
from village_hub.places import queries as places
from village_hub.talents import queries as talents
from village_hub.topics import queries as topics
from village_hub.villages import queries as villages

#: The language that titles made by the platform are written in: the village's own.
LANGUAGE = "ko"
#: States of a request that still waits for its lecture, and of one that has it.
WAITING, SCHEDULED = ("pooling", "asking"), "scheduled"


def schedule_from_invitation(session: Session, invitation_id: UUID, *, now: datetime) -> UUID | None:
    """The accepted invitation becomes a lecture with a seat for everybody who asked; doing it again changes nothing."""
    lock(session, f"invitation:{invitation_id}")
    known = session.scalar(select(Activity.id).where(Activity.invitation_id == invitation_id))
    invitation = invitations.invitation(session, invitation_id)
    if known or invitation is None or invitation.state != "accepted":
        return known
    ids = matching.group_requests(session, invitation.group_id)
    asking = [each.id for each in learning_requests.requests(session, ids).values() if each.state in WAITING]
    party = _party(session, asking)
    activity = _lecture(session, invitation, sum(party.values()), now)
    session.add(activity)
    session.flush()
    span = (invitation.starts_at, invitation.ends_at)
    plan_session(session, activity, span, now=now, hold_id=invitation.hold_id)
    for person_id, people in party.items():
        seat(session, activity, person_id, guests=people - 1, now=now)
    learning_requests_service.schedule(session, asking, activity_id=activity.id, now=now)
    scheduled = ActivityScheduled(activity.id, activity.village_id, invitation_id)
    record(session, scheduled, now=now, by=invitation.instructor_id)
    tell(session, activity, "activity.scheduled", party)
    return activity.id


def complete_requests(session: Session, activity: Activity, *, now: datetime) -> None:
    """The lecture took place: the wishes behind it have come true."""
    if ids := _requests_of(session, activity):
        learning_requests_service.complete(session, ids, now=now)


def reopen_requests(session: Session, activity: Activity, *, now: datetime) -> None:
    """The lecture does not take place: the search for those who asked goes on."""
    if ids := _requests_of(session, activity):
        learning_requests_service.reopen(session, ids, now=now)


def _party(session: Session, request_ids: list[UUID]) -> dict[UUID, int]:
    """For how many people each person asked; whoever is part of two requests comes once."""
    party: dict[UUID, int] = {}
    for members in learning_requests.places_wanted(session, request_ids).values():
        for person_id, people in members.items():
            party[person_id] = max(people, party.get(person_id, 0))
    return party


def _lecture(session: Session, invitation: invitations.InvitationFacts, people: int, now: datetime) -> Activity:
    venue = places.venue(session, invitation.venue_id)
    village = villages.village(session, invitation.village_id)
    offer = talents.offer_of(session, invitation.instructor_id)
    limits = [limit for limit in (venue and venue.capacity, offer and offer.group_max) if limit]
    return Activity(
        id=new_id(session),
        kind=Kind.LECTURE,
        title=topics.names(session, [invitation.topic_id], LANGUAGE).get(invitation.topic_id, ""),
        description="",
        village_id=invitation.village_id,
        municipality_id=village.municipality_id if village else None,
        topic_id=invitation.topic_id,
        venue_id=invitation.venue_id,
        place_text="",
        address="",
        instructor_id=invitation.instructor_id,
        instructor_name="",
        host="",
        phone=village.phone if village else "",
        homepage="",
        seats=max(people, min(limits, default=people), 1),
        fee=0,
        state=ActivityState.SCHEDULED,
        reason="",
        invitation_id=invitation.id,
        created_at=now,
        updated_seq=0,
    )


def _requests_of(session: Session, activity: Activity) -> list[UUID]:
    invitation = invitations.invitation(session, activity.invitation_id) if activity.invitation_id else None
    if invitation is None:
        return []
    ids = matching.group_requests(session, invitation.group_id)
    known = learning_requests.requests(session, ids).values()
    return [each.id for each in known if each.activity_id == activity.id and each.state == SCHEDULED]
