"""A volunteer's own matters: what they are asked, what they teach next, what they have given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities.queries import SessionFacts
from village_hub.credits import queries as credits
from village_hub.home.queries.day import coming_sessions
from village_hub.invitations import queries as invitations
from village_hub.invitations.queries import InvitationFacts
from village_hub.places import queries as places
from village_hub.places.queries import VenueFacts
from village_hub.topics import queries as topics


@dataclass(frozen=True, slots=True)
class Teaching:
    """`minutes` are those given back so far."""

    waiting: list[InvitationFacts]
    mine: list[SessionFacts]
    topics: dict[UUID, str]
    venues: dict[UUID, VenueFacts]
    minutes: int


def teaching(session: Session, person_id: UUID, locale: str, now: datetime) -> Teaching:
    """What a volunteer's first page shows."""
    waiting = invitations.waiting_for(session, person_id)
    mine = coming_sessions(session, person_id, now)
    venues = {each.venue_id for each in waiting} | {each.venue_id for each in mine if each.venue_id}
    return Teaching(
        waiting=waiting,
        mine=mine,
        topics=topics.names(session, {each.topic_id for each in waiting}, locale),
        venues=places.venues(session, venues),
        minutes=credits.hours_of(session, person_id),
    )
