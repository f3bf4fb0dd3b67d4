"""The city's past as far as its tables and facts know it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from village_hub.kernel.errors import N_
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching
from village_hub.places import queries as places
from village_hub.schedules import queries as schedules
from village_hub.talents import queries as talents
from village_hub.what_if.engine.past import Past
from village_hub.what_if.errors import NothingRecorded

#: Lectures that came of requests are kept by invitations: they are arranged anew.
ARRANGED = "invitation:"
#: No class of a replay lies further behind its last day: the longest lead and horizon, and a day of its own.
BEHIND = timedelta(days=30 + 56 + 1)

YEAR = timedelta(days=365)

#: What a reader of the figures has to know.
APPROXIMATIONS = (
    N_("Requests, withdrawals and neighbours who joined count from the moment at which they were recorded."),
    N_(
        "What volunteers offer, where people live and when rooms are open is as of today. A volunteer counts from their"
        " first offer on, without their pauses; whoever no longer offers anything is missing."
    ),
    N_("Every volunteer who is asked says yes, except those who said no to the same request at that time."),
    N_("The replay matches once a week, the living city after every change: waits come out up to a week longer."),
    N_("Other activities keep the rooms and people that they have today; lectures from requests are arranged anew."),
)


def past(session: Session, first: date, last: date) -> Past:
    """Everything that a replay of these days may use."""
    city = places.municipality(session)
    zone = ZoneInfo(city.time_zone)
    begins, ends = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    known = learning_requests.recorded(session, ends)
    requests = tuple(each for each in known if each.opened_at >= begins)
    before = [each for each in learning_requests.served(session) if each.opened_at < begins]
    rooms = places.all_venues(session)
    own = {each.wish.venue_id for each in requests if each.wish.venue_id} - {each.id for each in rooms}
    rooms += [each for _, each in sorted(places.venues(session, own).items())]
    people, venues = schedules.taken_otherwise(session, begins, ends + BEHIND, but=ARRANGED)
    asking = {each.wish.requester_id for each in requests} | {each.requester_id for each in before}
    homes = places.homes(session, asking)
    return Past(
        zone=zone,
        origin=(city.lon, city.lat),
        requests=requests,
        offers=tuple(talents.recorded(session)),
        venues=tuple(rooms),
        hours=places.weekly_hours(session, [each.id for each in rooms]),
        taken_people=people,
        taken_venues=venues,
        refusals=tuple(matching.refusals(session)),
        served_before=tuple(before),
        districts={person: home.district_id for person, home in homes.items()},
        population={each.id: each.population for each in places.districts(session, city.id) if each.population},
        rulebook=tuple(learning_requests.rulebook(session)),
    )


def first_day(session: Session) -> date | None:
    """The day of the first request, on the city's calendar."""
    moment = learning_requests.first_opened(session)
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(places.municipality(session).time_zone)).date()


def days(session: Session, first: date | None, last: date | None, now: datetime) -> tuple[date, date]:
    """The days to replay: where the first is open the last year that is known, where the last is open up to today."""
    known = first_day(session)
    if known is None:
        raise NothingRecorded
    until = last or today(session, now)
    return first or max(known, until - YEAR), until


def today(session: Session, now: datetime) -> date:
    """The day by the city's clock."""
    return now.astimezone(ZoneInfo(places.municipality(session).time_zone)).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins by a clock of that zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
