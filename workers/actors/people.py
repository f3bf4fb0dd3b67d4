"""Whoever names a person on a live page learns of another name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.activities import service as activities
from village_hub.clubs import service as clubs
from village_hub.learning_requests import service as learning_requests
from village_hub.people.events import PersonRenamed
from village_hub.villages import service as villages
from workers.actor import actor


@actor
def tell_of_name(session: Session, event: PersonRenamed, *, now: datetime) -> None:
    villages.tell_of_name(session)
    clubs.tell_of_name(session, event.person_id)
    learning_requests.tell_of_name(session, event.person_id)
    activities.tell_of_name(session, event.person_id)
