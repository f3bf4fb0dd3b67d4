"""Villages for tests."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from tests.factories.places import a_district, a_municipality
from village_hub.villages import service


def a_village(
    session: Session, name: str = "미사 배움마을", *, district_id: UUID | None = None, asks_automatically: bool = False
) -> UUID:
    """A learning village; in 미사1동 unless told otherwise."""
    return service.found(
        session,
        municipality_id=a_municipality(session),
        district_id=district_id or a_district(session),
        name=name,
        name_en=f"Village {name}",
        greeting="어서 오세요.",
        phone="031-790-1234",
        asks_automatically=asks_automatically,
        founded_on=date(2024, 3, 2),
        now=session.info["clock"].now(),
    )


def a_member(session: Session, village_id: UUID, person_id: UUID) -> UUID:
    """Let a person belong to a village; returns the person."""
    service.join(session, village_id, person_id, now=session.info["clock"].now())
    return person_id
