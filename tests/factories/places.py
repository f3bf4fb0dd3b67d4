"""Places for tests: one city with three districts in a row, a kilometre or so apart."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.places import queries, service
from village_hub.places.service import VenueDetails

#: Where 미사1동's centre lies; one hundredth of a degree of longitude is about 880 m here.
LON, LAT = 127.19, 37.56


def a_municipality(session: Session, name: str = "하남시", code: str = "41450") -> UUID:
    """The city of this code."""
    return service.upsert_municipality(session, code=code, name=name, name_en="Hanam", lon=LON, lat=LAT).id


def a_district(session: Session, name: str = "미사1동", *, lon: float = LON, lat: float = LAT) -> UUID:
    """The district of this name; created where it is not there yet."""
    city = a_municipality(session)
    known = {each.name: each.id for each in queries.districts(session, city)}
    if name in known:
        return known[name]
    written = service.upsert_district(
        session,
        municipality_id=city,
        code=f"41450{len(known) + 1:05}",
        name=name,
        valid_from=date(2021, 1, 1),
        lon=lon,
        lat=lat,
        population=20_000,
        population_over_65=3_000,
        now=session.info["clock"].now(),
    )
    return written.id


def a_venue(session: Session, name: str = "미사1동 주민센터", room: str = "2층 강의실", **details: Any) -> UUID:
    """A room for twenty, open every day from nine to nine unless told otherwise."""
    given: dict[str, Any] = {
        "address": "경기도 하남시 미사강변대로 200",
        "lon": LON,
        "lat": LAT,
        "capacity": 20,
        "phone": "031-790-0000",
        "hours": tuple((weekday, 9 * 60, 21 * 60) for weekday in range(7)),
        "municipality_id": a_municipality(session),
    }
    given.setdefault("district_id", details.pop("district_id", None) or a_district(session))
    key = f"test:{name}:{room}"
    now = session.info["clock"].now()
    return service.upsert_venue(session, key, VenueDetails(name=name, room=room, **(given | details)), now=now).id


def settle(session: Session, person_id: UUID, district_id: UUID | None = None) -> None:
    """Let a person live in a district."""
    service.settle(session, person_id, district_id or a_district(session), now=session.info["clock"].now())
