"""The rulebooks of the city that runs this hub, by their first days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.learning_requests.models import Rulebook
from village_hub.learning_requests.rulebook import Rules, usual_rules
from village_hub.places import queries as places


def rules(session: Session, now: datetime) -> Rules:
    """The rulebook in force today in the city that runs this hub."""
    city = places.municipality(session)
    today = now.astimezone(ZoneInfo(city.time_zone)).date()
    query = select(Rulebook.rules).where(Rulebook.municipality_id == city.id, Rulebook.valid_from <= today)
    own = session.scalars(query.order_by(Rulebook.valid_from.desc()).limit(1)).first()
    return usual_rules(own or {})


def rulebook(session: Session) -> list[tuple[date, Rules]]:
    """Every rulebook of the city that runs this hub with its first day, the earliest first."""
    query = select(Rulebook.valid_from, Rulebook.rules).where(
        Rulebook.municipality_id == places.municipality(session).id
    )
    dated = [(first, usual_rules(own)) for first, own in session.execute(query.order_by(Rulebook.valid_from))]
    return [(date.min, usual_rules({})), *dated]
