"""Reads of places for every later capability; frozen, never rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from village_hub.places import models
from village_hub.places.models import Feature as Feature
from village_hub.places.models import VenueKind as VenueKind

#: Mean radius of the Earth in metres (IUGG).
EARTH = 6_371_008.8

Span = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Municipality:
    id: UUID
    code: str
    name: str
    name_en: str
    time_zone: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class District:
    """A district as it is named now."""

    id: UUID
    name: str
    code: str
    municipality_id: UUID
    lon: float
    lat: float
    population: int | None
    population_over_65: int | None


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """A venue; `capacity` is None where nobody has said how many people it holds."""

    id: UUID
    label: str
    address: str
    lon: float
    lat: float
    capacity: int | None
    features: tuple[str, ...]
    district_id: UUID | None
    phone: str
    kind: str
    equipment: tuple[str, ...]
    fee_text: str
    active: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person lives."""

    district_id: UUID
    district_name: str
    lon: float
    lat: float


def municipality(session: Session) -> Municipality:
    """The city that runs this hub: the first that was added."""
    return municipalities(session)[0]


def municipalities(session: Session) -> list[Municipality]:
    """Every city that takes part."""
    each = models.Municipality
    query = select(each.id, each.code, each.name, each.name_en, each.time_zone, each.lon, each.lat).order_by(each.code)
    return [Municipality(*row) for row in session.execute(query)]


def districts(session: Session, municipality_id: UUID | None = None) -> list[District]:
    """The districts as they are named now, of one city or of all, by name."""
    each = models.District
    query = (
        select(
            each.id, each.name, each.code, each.municipality_id, each.lon, each.lat, each.population,
            each.population_over_65,
        )
        .where(each.valid_to.is_(None))
        .order_by(each.name, each.code)
    )  # fmt: skip
    if municipality_id is not None:
        query = query.where(each.municipality_id == municipality_id)
    return [District(*row) for row in session.execute(query)]


def district_names(session: Session, ids: Iterable[UUID], on: date) -> dict[UUID, str]:
    """What these districts were called on a day; before their first known day, their first known name."""
    each = models.District
    living = func.coalesce(each.now_id, each.id)
    query = (
        select(living, each.name)
        .where(living.in_(set(ids)), or_(each.valid_to.is_(None), each.valid_to > on))
        .order_by(each.valid_from.desc())
    )
    return dict(session.execute(query).all())


def nearest_district(known: Iterable[District], lon: float, lat: float) -> District | None:
    """The district whose centre is nearest to a point."""
    return min(known, key=lambda each: distance(lon, lat, each.lon, each.lat), default=None)


def venue(session: Session, venue_id: UUID) -> VenueFacts | None:
    """One venue, also one that can no longer be taken."""
    return venues(session, [venue_id]).get(venue_id)


def venues(session: Session, ids: Iterable[UUID]) -> dict[UUID, VenueFacts]:
    """These venues, also those that can no longer be taken."""
    query = select(models.Venue.__table__).where(models.Venue.id.in_(set(ids)))
    return {row.id: _facts(row) for row in session.execute(query)}


def all_venues(session: Session) -> list[VenueFacts]:
    """Every venue that can be taken, by name."""
    each = models.Venue
    query = select(each.__table__).where(each.active).order_by(each.name, each.room, each.id)
    return [_facts(row) for row in session.execute(query)]


def weekly_hours(session: Session, venue_ids: Iterable[UUID]) -> dict[UUID, tuple[Span, ...]]:
    """When each venue is open: (weekday with 0 = Monday, opens, closes in minutes since midnight)."""
    each = models.VenueHours
    query = (
        select(each.venue_id, each.weekday, each.opens, each.closes)
        .where(each.venue_id.in_(set(venue_ids)))
        .order_by(each.venue_id, each.weekday, each.opens)
    )
    hours: dict[UUID, tuple[Span, ...]] = {}
    for venue_id, weekday, opens, closes in session.execute(query):
        hours[venue_id] = (*hours.get(venue_id, ()), (weekday, opens, closes))
    return hours


def homes(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, Home]:
    """Where these people live; people who have not said are left out."""
    each, district = models.Residence, models.District
    query = (
        select(each.person_id, each.district_id, district.name, each.lon, each.lat)
        .join(district, district.id == each.district_id)
        .where(each.person_id.in_(set(person_ids)))
    )
    return {row.person_id: Home(row.district_id, row.name, row.lon, row.lat) for row in session.execute(query)}


def distance(from_lon: float, from_lat: float, to_lon: float, to_lat: float) -> float:
    """Metres between two points given in degrees, along the sphere (haversine)."""
    rise = sin(radians(to_lat - from_lat) / 2) ** 2
    turn = sin(radians(to_lon - from_lon) / 2) ** 2
    return 2 * EARTH * asin(sqrt(rise + cos(radians(from_lat)) * cos(radians(to_lat)) * turn))


def _facts(row: Row[*tuple[Any, ...]]) -> VenueFacts:
    return VenueFacts(
        id=row.id,
        label=f"{row.name} {row.room}".strip(),
        address=row.address,
        lon=row.lon,
        lat=row.lat,
        capacity=row.capacity,
        features=tuple(row.features),
        district_id=row.district_id,
        phone=row.phone,
        kind=row.kind,
        equipment=tuple(row.equipment),
        fee_text=row.fee_text,
        active=row.active,
    )
