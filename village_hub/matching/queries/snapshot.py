"""What a run looks at: the open wishes, free time, and what must not be put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import engine
from village_hub.matching.models import PassedOver, ProposalState
from village_hub.matching.queries.calendar import HALF_HOUR, SLOTS_A_DAY, Calendar
from village_hub.matching.queries.fairness import left_out
from village_hub.matching.queries.proposals import fixed
from village_hub.matching.queries.reading import engine_rules, instructor, venue, wish
from village_hub.places import queries as places
from village_hub.schedules import queries as schedules
from village_hub.talents import queries as talents


@dataclass(frozen=True)
class Snapshot:
    """Everything a run looked at; equal `input_hash` means that nothing has changed."""

    problem: engine.Problem
    calendar: Calendar
    wishes: Mapping[str, learning_requests.Wish]
    input_hash: str
    taken_at: datetime


def snapshot(session: Session, now: datetime) -> Snapshot:
    """The open wishes, the volunteers' and the rooms' free time, and what must not be put together."""
    rules = learning_requests.rules(session, now)
    calendar = _calendar(session, rules, now)
    standing = fixed(session)
    reserved = [each for each in standing if each.state != ProposalState.ACCEPTED]
    spoken_for = {request_id for each in reserved for request_id in each.request_ids}
    wishes = [each for each in learning_requests.open_wishes(session) if each.id not in spoken_for]
    offers = talents.offers(session, now)
    rooms = _rooms(session, wishes)
    hours = places.weekly_hours(session, [each.id for each in rooms])
    span = (calendar.start, calendar.end)
    people = _taken(schedules.taken_people(session, [each.person_id for each in offers], *span), calendar)
    venues = _taken(schedules.taken_venues(session, [each.id for each in rooms], *span), calendar)
    for each in reserved:
        slots = range(calendar.slot(each.starts_at), calendar.slot(each.ends_at))
        people.setdefault(each.instructor_id, set()).update(slots)
        venues.setdefault(each.venue_id, set()).update(slots)
    agreed = Counter((each.instructor_id, calendar.slot(each.starts_at) // (7 * SLOTS_A_DAY)) for each in standing)
    forbidden = _forbidden(session, wishes)
    seen = [replace(each, state="") for each in wishes]
    waited = {each.id: max(0, (now - each.waiting_since).days) for each in wishes}
    left = left_out(session, [each.requester_id for each in wishes], rules, now)
    priority = {each.id: left.priority(each.requester_id, rules.weights) for each in wishes}
    inputs = (
        rules, calendar, seen, offers, rooms, sorted(hours.items()), _in_order(people), _in_order(venues),
        sorted(agreed.items()), sorted(forbidden), sorted(waited.items()), sorted(priority.items()),
    )  # fmt: skip
    city = places.municipality(session)
    origin = (city.lon, city.lat)
    problem = engine.Problem(
        wishes=tuple(wish(each, calendar, waited[each.id], origin, priority[each.id]) for each in wishes),
        instructors=tuple(instructor(each, calendar, people, agreed, origin) for each in offers),
        venues=tuple(venue(each, calendar, hours, venues, rules.maximum_group, origin) for each in rooms),
        rules=engine_rules(rules),
        forbidden=frozenset((str(wish), str(person)) for wish, person in forbidden),
    )
    by_id = {str(each.id): each for each in wishes}
    return Snapshot(problem, calendar, by_id, sha256(repr(inputs).encode()).hexdigest(), now)


def _calendar(session: Session, rules: learning_requests.Rules, now: datetime) -> Calendar:
    zone = ZoneInfo(places.municipality(session).time_zone)
    first = now.astimezone(zone).date() + timedelta(days=rules.lead_days)
    return Calendar(datetime.combine(first, time(), zone).astimezone(now.tzinfo), rules.horizon_days, zone)


def _rooms(session: Session, wishes: list[learning_requests.Wish]) -> list[places.VenueFacts]:
    rooms = places.all_venues(session)
    own = {each.venue_id for each in wishes if each.venue_id} - {each.id for each in rooms}
    return [*rooms, *(places.venues(session, own).values() if own else ())]


def _forbidden(session: Session, wishes: list[learning_requests.Wish]) -> list[tuple[UUID, UUID]]:
    """Nobody is asked twice, and nobody teaches a class that they wish for themselves."""
    query = select(PassedOver.request_id, PassedOver.instructor_id)
    rows = session.execute(query.where(PassedOver.request_id.in_([each.id for each in wishes])))
    own = [(each.id, person) for each in wishes for person in (each.requester_id, *each.companions)]
    return [*((request_id, person) for request_id, person in rows), *own]


def _taken(taken: Mapping[UUID, set[int]], calendar: Calendar) -> dict[UUID, set[int]]:
    first = schedules.slots_between(calendar.start, calendar.start + HALF_HOUR).start
    return {owner: {slot - first for slot in slots} for owner, slots in taken.items()}


def _in_order(taken: Mapping[UUID, Iterable[int]]) -> list[tuple[UUID, list[int]]]:
    return sorted((owner, sorted(slots)) for owner, slots in taken.items())
