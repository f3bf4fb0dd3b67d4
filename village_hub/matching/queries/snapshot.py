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
from village_hub.matching.queries.decisions import DecisionFacts
from village_hub.matching.queries.decisions import rules as standing_rules
from village_hub.matching.queries.fairness import left_out
from village_hub.matching.queries.proposals import ProposalFacts, standing
from village_hub.matching.queries.reading import LEVELS, engine_rules, instructor, venue, wish
from village_hub.matching.queries.ruling import RuledOut, features_of, needs_of, ruled_out
from village_hub.places import queries as places
from village_hub.schedules import queries as schedules
from village_hub.talents import queries as talents


@dataclass(frozen=True)
class Snapshot:
    """Everything a run looked at; equal `input_hash` means that nothing has changed.

    What is proposed already (`problem.shown`) is no change: it came from a run. Pairs of wishes in `apart` share no
    class. `rules_version` is short for the city's rules.
    """

    problem: engine.Problem
    calendar: Calendar
    wishes: Mapping[str, learning_requests.Wish]
    input_hash: str
    taken_at: datetime
    rules_version: str = ""
    apart: tuple[tuple[str, str], ...] = ()


def snapshot(
    session: Session, now: datetime, *, loosened: UUID | None = None, more_rules: Iterable[DecisionFacts] = ()
) -> Snapshot:
    """The open wishes, the volunteers' and the rooms' free time, and what must not be put together.

    To try something out, one proposal that stands by hand can be `loosened`, and rules that nobody made be added.
    """
    rules = learning_requests.rules(session, now)
    calendar = _calendar(session, rules, now)
    stands = standing(session)
    free = [
        each for each in stands if each.id == loosened or (each.state == ProposalState.PROPOSED and not each.pinned)
    ]
    fixed = [each for each in stands if each not in free]
    reserved = [each for each in fixed if each.state != ProposalState.ACCEPTED]
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
    agreed = Counter((each.instructor_id, calendar.slot(each.starts_at) // (7 * SLOTS_A_DAY)) for each in fixed)
    ruled = ruled_out([*standing_rules(session), *more_rules], wishes)
    forbidden = [*_forbidden(session, wishes), *ruled.instructors]
    seen = [replace(each, state="") for each in wishes]
    waited = {each.id: max(0, (now - each.waiting_since).days) for each in wishes}
    left = left_out(session, [each.requester_id for each in wishes], rules, now)
    priority = {each.id: left.priority(each.requester_id, rules.weights) for each in wishes}
    inputs = (
        rules, calendar, seen, offers, rooms, sorted(hours.items()), _in_order(people), _in_order(venues),
        sorted(agreed.items()), sorted(forbidden), sorted(waited.items()), sorted(priority.items()), ruled.venues,
        ruled.apart,
    )  # fmt: skip
    city = places.municipality(session)
    origin = (city.lon, city.lat)
    problem = engine.Problem(
        wishes=tuple(
            _ruled_wish(wish(each, calendar, waited[each.id], origin, priority[each.id]), each.id, ruled)
            for each in wishes
        ),
        instructors=tuple(instructor(each, calendar, people, agreed, origin) for each in offers),
        venues=tuple(
            _ruled_venue(venue(each, calendar, hours, venues, rules.maximum_group, origin), each.id, ruled)
            for each in rooms
        ),
        rules=engine_rules(rules),
        forbidden=frozenset((str(wish), str(person)) for wish, person in forbidden),
        shown=tuple(kept_class(each, calendar) for each in free if each.starts_at >= calendar.start),
    )
    by_id = {str(each.id): each for each in wishes}
    apart = tuple((str(one), str(other)) for one, other in ruled.apart)
    return Snapshot(problem, calendar, by_id, _short(inputs), now, _short(rules)[:12], apart)


def kept_class(each: ProposalFacts, calendar: Calendar) -> engine.KeptClass:
    """A proposal as the engine sees a class that was there before."""
    return engine.KeptClass(
        topic=str(each.topic_id),
        level=LEVELS.index(each.level),
        language=each.language,
        wish_ids=tuple(map(str, each.request_ids)),
        instructor_id=str(each.instructor_id),
        venue_id=str(each.venue_id),
        start=calendar.slot(each.starts_at),
    )


def _short(inputs: object) -> str:
    return sha256(repr(inputs).encode()).hexdigest()


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


def _ruled_wish(asked: engine.Wish, wish_id: UUID, ruled: RuledOut) -> engine.Wish:
    return replace(asked, needs=asked.needs | needs_of(wish_id, ruled))


def _ruled_venue(room: engine.Venue, venue_id: UUID, ruled: RuledOut) -> engine.Venue:
    return replace(room, features=room.features | features_of(venue_id, ruled))
