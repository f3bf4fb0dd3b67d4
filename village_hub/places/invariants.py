"""What must be true of districts, venues and homes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from village_hub.imports import invariants as imports
from village_hub.imports.reading import Kind
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import RESTORE, Rows, any_of, invariant, twice
from village_hub.places.models import District, Residence, Venue, VenueHours

VENUES = (Kind.FACILITIES, Kind.LIBRARIES)


@invariant(
    N_("A district has one name today; every former name leads to the one that followed."),
    N_("Carry the file of districts in once more; if this stays, report the fault."),
)
def district_names_lead_to_today(now: datetime) -> Rows:
    former, living = aliased(District), aliased(District)
    astray = or_(living.id.is_(None), living.valid_to.is_not(None))
    lost = select(former.id, former.code).outerjoin(living, living.id == former.now_id)
    torn = select(District.id, District.code).where(District.valid_to.is_(None) != District.now_id.is_(None))
    return any_of(lost.where(former.now_id.is_not(None), astray), torn)


@invariant(N_("No district is there twice."), RESTORE)
def districts_are_there_once(now: datetime) -> Rows:
    return twice(District.code, District.municipality_id, where=District.valid_to.is_(None))


@invariant(N_("No venue is there twice."), N_("Report the fault: the two have to become one."))
def venues_are_there_once(now: datetime) -> Rows:
    return twice(Venue.source_key)


@invariant(N_("A venue opens before it closes, on a day of the week."), N_("Write the venue's hours anew on its page."))
def venues_open_before_they_close(now: datetime) -> Rows:
    hours = VenueHours
    is_sound = and_(hours.weekday.between(0, 6), hours.opens >= 0, hours.opens < hours.closes, hours.closes <= 1440)
    return select(hours.venue_id, hours.weekday, hours.opens, hours.closes).where(~is_sound)


@invariant(
    N_("Venues and homes lie on the map, and homes in a district of today."),
    N_("Write the place anew: a venue's on its page, a home's in the person's profile."),
)
def places_are_on_the_map(now: datetime) -> Rows:
    venues = select(Venue.id, literal("venue").label("what")).where(~_is_on_earth(Venue.lon, Venue.lat))
    living = select(District.id).where(District.valid_to.is_(None))
    is_home = and_(_is_on_earth(Residence.lon, Residence.lat), Residence.district_id.in_(living))
    return any_of(venues, select(Residence.person_id, literal("home").label("what")).where(~is_home))


@invariant(
    N_("What a file said of a venue stands in that venue."),
    N_("Carry the file of venues in once more; if this stays, report the fault."),
)
def imported_venues_are_there(now: datetime) -> Rows:
    said = imports.sources()
    here = select(Venue.source_key)
    return select(said.c.source_key, said.c.kind).where(said.c.kind.in_(VENUES), said.c.source_key.not_in(here))


def _is_on_earth(lon: InstrumentedAttribute[float], lat: InstrumentedAttribute[float]) -> ColumnElement[bool]:
    return and_(lon.between(-180, 180), lat.between(-90, 90))


INVARIANTS = (
    district_names_lead_to_today,
    districts_are_there_once,
    venues_are_there_once,
    venues_open_before_they_close,
    places_are_on_the_map,
    imported_venues_are_there,
)
