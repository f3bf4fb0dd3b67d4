"""Places are kept by the city's staff and by imports; people say where they live."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit
from village_hub.places.errors import ClosesBeforeItOpens, NoSuchDistrict, NoSuchVenue, NotOnEarth
from village_hub.places.events import DistrictRenamed, PersonSettled, VenueAdded, VenueChanged
from village_hub.places.models import District, Municipality, Residence, Venue, VenueHours, VenueKind
from village_hub.places.queries import Span, weekly_hours


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Written:
    """The row that something was written to, and whether that changed anything."""

    id: UUID
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueDetails:
    """Everything that is said about a venue; hours as (weekday, opens, closes)."""

    name: str
    room: str = ""
    kind: str = VenueKind.OTHER
    address: str
    lon: float
    lat: float
    municipality_id: UUID | None = None
    district_id: UUID | None = None
    capacity: int | None = None
    features: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    phone: str = ""
    fee_text: str = ""
    hours: tuple[Span, ...] = ()
    active: bool = True


def upsert_municipality(
    session: Session, *, code: str, name: str, name_en: str, lon: float, lat: float, time_zone: str = "Asia/Seoul"
) -> Written:
    """A city is known by its code."""
    present = session.scalars(select(Municipality).where(Municipality.code == code)).one_or_none()
    city = present or Municipality(id=new_id(session), code=code)
    city.name, city.name_en, city.time_zone, city.lon, city.lat = name, name_en, time_zone, lon, lat
    if present is None:
        session.add(city)
        session.flush()
        return Written(city.id, Change.NEW)
    return _written(session, city)


def upsert_district(
    session: Session,
    *,
    municipality_id: UUID,
    code: str,
    name: str,
    valid_from: date,
    lon: float,
    lat: float,
    population: int | None = None,
    population_over_65: int | None = None,
    now: datetime,
    by: UUID | None = None,
) -> Written:
    """A district is known by its code; a name that holds from a later day makes the old one history.

    An older file never brings an old name back.
    """
    known = (District.municipality_id == municipality_id, District.code == code, District.valid_to.is_(None))
    present = session.scalars(select(District).where(*known)).one_or_none()
    if present is None:
        tell(session)
        present = District(id=new_id(session), municipality_id=municipality_id, code=code, name=name)
        present.valid_from, present.lon, present.lat = valid_from, lon, lat
        present.population, present.population_over_65 = population, population_over_65
        session.add(present)
        session.flush()
        return Written(present.id, Change.NEW)
    if present.name != name and valid_from >= present.valid_from:
        _rename(session, present, name=name, on=valid_from, now=now, by=by)
    present.lon, present.lat = lon, lat
    present.population, present.population_over_65 = population, population_over_65
    return _written(session, present)


def upsert_venue(
    session: Session, source_key: str, details: VenueDetails, *, now: datetime, by: UUID | None = None
) -> Written:
    """A venue from a file is known by its source key; the same file again changes nothing."""
    present = session.scalars(select(Venue).where(Venue.source_key == source_key)).one_or_none()
    if present is not None:
        return _change(session, present, details, now=now, by=by)
    return Written(_add(session, new_id(session), source_key, details, now=now, by=by), Change.NEW)


def add_venue(session: Session, details: VenueDetails, *, by: UUID, now: datetime) -> UUID:
    """Staff add a room that can be taken."""
    venue_id = new_id(session)
    return _add(session, venue_id, f"own:{venue_id}", details, now=now, by=by)


def change_venue(session: Session, venue_id: UUID, details: VenueDetails, *, by: UUID, now: datetime) -> Written:
    """Staff say something else about a room; what stays the same is no change."""
    present = session.get(Venue, venue_id)
    if present is None:
        raise NoSuchVenue
    return _change(session, present, details, now=now, by=by)


def venue_details(session: Session, venue_id: UUID) -> VenueDetails:
    """Everything that is said about a venue, for changing it."""
    venue = session.get(Venue, venue_id)
    if venue is None:
        raise NoSuchVenue
    return _details(session, venue)


def settle(
    session: Session,
    person_id: UUID,
    district_id: UUID,
    lon: float | None = None,
    lat: float | None = None,
    *,
    now: datetime,
    by: UUID | None = None,
) -> None:
    """A person lives in a district; without an exact place, its centre is taken."""
    district = session.get(District, district_id)
    if district is None or district.valid_to is not None:
        raise NoSuchDistrict
    if lon is None or lat is None:
        lon, lat = district.lon, district.lat
    _check_place(lon, lat)
    home = session.get(Residence, person_id) or Residence(person_id=person_id)
    home.district_id, home.lon, home.lat = district_id, lon, lat
    session.add(home)
    session.flush()
    record(session, PersonSettled(person_id, district_id), now=now, by=by or person_id)


def tell(session: Session) -> None:
    """Pages name places and how they are reached."""
    emit(session, "places", "places.changed")


def _written(session: Session, row: Municipality | District) -> Written:
    change = Change.CHANGED if session.is_modified(row) else Change.SAME
    if change is Change.CHANGED:
        tell(session)
    session.flush()
    return Written(row.id, change)


def _rename(session: Session, district: District, *, name: str, on: date, now: datetime, by: UUID | None) -> None:
    """The living row takes the new name, so that whoever points at it goes on doing so."""
    if on > district.valid_from:
        former = District(id=new_id(session), municipality_id=district.municipality_id, code=district.code)
        former.name, former.valid_from, former.valid_to = district.name, district.valid_from, on
        former.now_id, former.lon, former.lat = district.id, district.lon, district.lat
        former.population, former.population_over_65 = district.population, district.population_over_65
        session.add(former)
    record(session, DistrictRenamed(district.id, district.name, name), now=now, by=by)
    district.name, district.valid_from = name, on


def _add(
    session: Session, venue_id: UUID, source_key: str, details: VenueDetails, *, now: datetime, by: UUID | None
) -> UUID:
    _check(details)
    session.add(Venue(id=venue_id, source_key=source_key, **_columns(details)))
    session.flush()
    _set_hours(session, venue_id, details.hours)
    record(session, VenueAdded(venue_id), now=now, by=by)
    return venue_id


def _change(session: Session, venue: Venue, details: VenueDetails, *, now: datetime, by: UUID | None) -> Written:
    before = _details(session, venue)
    changed = tuple(each.name for each in fields(details) if getattr(before, each.name) != getattr(details, each.name))
    if not changed:
        return Written(venue.id, Change.SAME)
    _check(details)
    for name, value in _columns(details).items():
        setattr(venue, name, value)
    if "hours" in changed:
        _set_hours(session, venue.id, details.hours)
    session.flush()
    record(session, VenueChanged(venue.id, changed), now=now, by=by)
    tell(session)
    return Written(venue.id, Change.CHANGED)


def _details(session: Session, venue: Venue) -> VenueDetails:
    values = {each.name: getattr(venue, each.name) for each in fields(VenueDetails) if each.name != "hours"}
    values |= {"features": tuple(venue.features), "equipment": tuple(venue.equipment)}
    return VenueDetails(**values, hours=weekly_hours(session, [venue.id]).get(venue.id, ()))


def _columns(details: VenueDetails) -> dict[str, object]:
    values = {each.name: getattr(details, each.name) for each in fields(details) if each.name != "hours"}
    return values | {"features": list(details.features), "equipment": list(details.equipment)}


def _set_hours(session: Session, venue_id: UUID, hours: tuple[Span, ...]) -> None:
    session.execute(delete(VenueHours).where(VenueHours.venue_id == venue_id))
    for weekday, opens, closes in hours:
        session.add(VenueHours(venue_id=venue_id, weekday=weekday, opens=opens, closes=closes))
    session.flush()


def _check(details: VenueDetails) -> None:
    _check_place(details.lon, details.lat)
    if any(not 0 <= opens < closes <= 24 * 60 for _, opens, closes in details.hours):
        raise ClosesBeforeItOpens


def _check_place(lon: float, lat: float) -> None:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise NotOnEarth
