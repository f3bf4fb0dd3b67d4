"""What places, an hour and instructors lack for a group: whoever changes a proposal by hand sees it before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests.queries import Wish
from village_hub.matching import engine
from village_hub.matching.queries.calendar import HALF_HOUR, Calendar
from village_hub.matching.queries.decisions import rules
from village_hub.matching.queries.proposals import ProposalFacts, reserved
from village_hub.matching.queries.ruling import ruled_out
from village_hub.places import queries as places
from village_hub.places.queries import VenueFacts
from village_hub.schedules import queries as schedules
from village_hub.talents import queries as talents
from village_hub.talents.queries import Offer

#: How fast people walk, as the engine counts.
METRES_A_MINUTE = engine.Rules().walking_m_per_minute


class LackCode(StrEnum):
    """What stands against a room; `number` is of people, but of seats where it is too small."""

    TOO_SMALL = "too_small"
    CLOSED = "closed"
    HOURS_UNKNOWN = "hours_unknown"
    TAKEN = "taken"
    TOO_FAR = "too_far"
    NOT_ACCESSIBLE = "not_accessible"
    RULED_OUT = "ruled_out"
    OWN_PLACE = "own_place"  # they want the lecture elsewhere
    FAR_TO_TEACH = "far_to_teach"  # further than the instructor goes


@dataclass(frozen=True, slots=True)
class Lack:
    code: LackCode
    number: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """A room, how far it is from the group's people on average, and what it lacks for them."""

    venue: VenueFacts
    metres: int
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A group at an hour: rooms that suit come first, the nearest first; requests and instructors that do not."""

    wishes: tuple[Wish, ...]
    rooms: tuple[Room, ...]
    away: frozenset[UUID]
    not_teaching: frozenset[UUID]

    def room(self, venue_id: UUID) -> Room | None:
        """One of the rooms."""
        return next((each for each in self.rooms if each.venue.id == venue_id), None)


def fit(session: Session, proposal: ProposalFacts, starts_at: datetime, instructor_id: UUID) -> Fit:
    """How a proposal's group, the city's rooms and those who could teach it fit an hour and an instructor."""
    ends_at = starts_at + (proposal.ends_at - proposal.starts_at)
    wishes = tuple(learning_requests.wishes_by_id(session, proposal.request_ids).values())
    day = _day(session, starts_at)
    slots = range(day.slot(starts_at), -(-(ends_at - day.start) // HALF_HOUR))
    instructors, venues = reserved(session, starts_at, ends_at, but=proposal.id)
    able = {proposal.instructor_id, *proposal.alternatives}
    offers = {each.person_id: each for each in talents.offers_of(session, able)}
    teaching = {each.person_id for each in offers.values() if day.slots(each.weekly).issuperset(slots)}
    taken = instructors | schedules.taken_people(session, able, starts_at, ends_at).keys()
    return Fit(
        wishes,
        tuple(_rooms(session, proposal, wishes, day, slots, venues, offers.get(instructor_id))),
        frozenset(each.id for each in wishes if not _comes(each, day, slots)),
        frozenset(able - (teaching - taken)),
    )


def reasons(session: Session, proposal: ProposalFacts) -> list[dict[str, Any]]:
    """What still speaks for a proposal after a change by hand: codes with figures, nothing that no longer holds."""
    wishes = tuple(learning_requests.wishes_by_id(session, proposal.request_ids).values())
    room = places.venues(session, [proposal.venue_id])[proposal.venue_id]
    day, known = _day(session, proposal.starts_at), {each["code"]: each["figures"] for each in proposal.reasons}
    slots = range(day.slot(proposal.starts_at), -(-(proposal.ends_at - day.start) // HALF_HOUR))
    ways = [places.distance(each.lon, each.lat, room.lon, room.lat) / METRES_A_MINUTE for each in wishes]
    told: dict[str, Mapping[str, Any]] = {}
    if all(_comes(each, day, slots) for each in wishes):
        told["everybody_free"] = {"people": proposal.people, "wishes": len(wishes)}
    told |= {code: known[code] for code in ("topic_fits", "language_shared") if code in known}
    for offer in talents.offers_of(session, [proposal.instructor_id]):
        metres = round(places.distance(offer.lon, offer.lat, room.lon, room.lat))
        told["distance_instructor_m"] = {"metres": metres, "radius_m": offer.radius_m}
    if ways:
        told["walking_minutes"] = {"average": round(sum(ways) / len(ways)), "longest": round(max(ways))}
    told |= {code: known[code] for code in ("waited_days",) if code in known}
    needs = frozenset(chain.from_iterable(each.needs for each in wishes))
    if needs and needs <= set(room.features):
        told["access_met"] = {"features": "+".join(sorted(needs))}
    if room.capacity:
        told["room_fits"] = {"people": proposal.people, "capacity": room.capacity}
    return [{"code": code, "figures": dict(figures)} for code, figures in told.items()]


def _day(session: Session, moment: datetime) -> Calendar:
    """The half hours of the day on which something begins, and of the next."""
    zone = ZoneInfo(places.municipality(session).time_zone)
    midnight = datetime.combine(moment.astimezone(zone).date(), time(), zone)
    return Calendar(midnight.astimezone(moment.tzinfo), 2, zone)


def _rooms(
    session: Session,
    proposal: ProposalFacts,
    wishes: Iterable[Wish],
    day: Calendar,
    slots: range,
    reserved_venues: set[UUID],
    offer: Offer | None,
) -> list[Room]:
    known = {each.id: each for each in places.all_venues(session)}
    if proposal.venue_id not in known:
        known |= places.venues(session, [proposal.venue_id])
    hours = places.weekly_hours(session, known)
    span = (day.moment(slots.start), day.moment(slots.stop))
    taken = reserved_venues | schedules.taken_venues(session, known, *span).keys()
    group = tuple(wishes)
    avoided = ruled_out(rules(session), group).venues
    found = []
    for each in known.values():
        opens = day.slots(hours[each.id]) if each.id in hours else None
        lacks = list(_lacks(each, group, proposal.people, opens, slots, each.id in taken))
        lacks += [Lack(LackCode.RULED_OUT)] if any(venue == each.id for _, venue in avoided) else []
        lacks += [Lack(LackCode.FAR_TO_TEACH)] if offer and _metres(each, [offer]) > offer.radius_m else []
        found.append(Room(each, _metres(each, group), tuple(lacks)))
    return sorted(found, key=lambda each: (bool(each.lacks), each.metres, each.venue.label))


def _lacks(
    room: VenueFacts, group: tuple[Wish, ...], people: int, opens: frozenset[int] | None, slots: range, is_taken: bool
) -> Iterator[Lack]:
    if room.capacity and room.capacity < people:
        yield Lack(LackCode.TOO_SMALL, room.capacity)
    if opens is None and any(each.venue_id != room.id for each in group):
        yield Lack(LackCode.HOURS_UNKNOWN)
    elif opens is not None and not opens.issuperset(slots):
        yield Lack(LackCode.CLOSED)
    if is_taken:
        yield Lack(LackCode.TAKEN)
    here = [each for each in group if each.venue_id in (None, room.id)]
    far = [each for each in here if places.distance(each.lon, each.lat, room.lon, room.lat) > each.reach_m]
    for code, meant in (
        (LackCode.TOO_FAR, far),
        (LackCode.NOT_ACCESSIBLE, [each for each in group if not set(each.needs) <= set(room.features)]),
        (LackCode.OWN_PLACE, [each for each in group if each not in here]),
    ):
        if meant:
            yield Lack(code, sum(each.people for each in meant))


def _metres(room: VenueFacts, group: Sequence[Wish | Offer]) -> int:
    """The way to a room, on average."""
    ways = [places.distance(each.lon, each.lat, room.lon, room.lat) for each in group]
    return round(sum(ways) / len(ways)) if ways else 0


def _comes(each: Wish, day: Calendar, slots: range) -> bool:
    return day.slots(each.weekly, each.from_date, each.until_date).issuperset(slots)
