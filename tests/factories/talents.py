"""Offers for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.people import a_resident
from tests.factories.places import LAT, LON
from tests.factories.topics import a_topic
from village_hub.people.queries import Account
from village_hub.talents import service
from village_hub.talents.service import Terms

#: Monday to Friday, nine to nine.
ALL_WEEK = tuple((weekday, 9 * 60, 21 * 60) for weekday in range(5))


def a_volunteer(
    session: Session,
    name: str = "이재능",
    *,
    topic_id: UUID | None = None,
    levels: tuple[str, ...] = ("beginner", "intermediate"),
    weekly: tuple[tuple[int, int, int], ...] = ALL_WEEK,
    **terms: Any,
) -> Account:
    """Somebody who teaches (스마트폰 사진 unless told otherwise) near 미사1동 on weekdays."""
    person = a_resident(session, name)
    given = Terms(**({"lon": LON, "lat": LAT, "cap_per_week": 3} | terms))
    topics = {topic_id or a_topic(session): levels}
    service.offer(session, person.id, topics=topics, weekly=weekly, terms=given, now=session.info["clock"].now())
    return person
