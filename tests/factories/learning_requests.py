"""Learning requests for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.people import a_manager, a_resident
from tests.factories.places import settle
from tests.factories.topics import a_topic
from tests.factories.villages import a_village
from village_hub.learning_requests import service
from village_hub.villages import queries as villages

#: Tuesday and Thursday, two to five.
AFTERNOONS = ((1, 13 * 60, 17 * 60), (3, 13 * 60, 17 * 60))


def a_managed_village(session: Session, **given: Any) -> UUID:
    """A village with a learning manager."""
    village_id = a_village(session, **given)
    a_manager(session, village_id)
    return village_id


def a_neighbour(session: Session, name: str = "김복순") -> UUID:
    """A resident who lives in 미사1동, where there is a village with a learning manager."""
    person = a_resident(session, name)
    settle(session, person.id)
    if not villages.villages(session):
        a_managed_village(session)
    return person.id


def a_request(session: Session, *, by: UUID | None = None, topic_id: UUID | None = None, **given: Any) -> UUID:
    """An open request for one person (스마트폰 사진 on two afternoons unless told otherwise)."""
    now = session.info["clock"].now()
    values: dict[str, Any] = {
        "weekly": AFTERNOONS,
        "from_date": now.date(),
        "until_date": now.date() + timedelta(days=60),
    } | given
    requester = by or a_neighbour(session)
    return service.open_request(session, by=requester, topic_id=topic_id or a_topic(session), now=now, **values)
