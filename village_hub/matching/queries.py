"""What there is to match, and what was proposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import engine
from village_hub.matching.models import (
    GroupRequest,
    GroupState,
    LearningGroup,
    MatchRun,
    PassedOver,
    Proposal,
    ProposalState,
)
from village_hub.places import queries as places
from village_hub.schedules import queries as schedules
from village_hub.talents import queries as talents

#: The engine counts levels, people name them; 0 fits every level.
LEVELS = learning_requests.LEVELS
HALF_HOUR = timedelta(minutes=30)
SLOTS_A_DAY = 48
LIVE = (ProposalState.PROPOSED, ProposalState.ASKED)

Weekly = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """One suggested group x instructor x venue x time; `reasons` are codes with figures."""

    id: UUID
    group_id: UUID
    village_id: UUID
    topic_id: UUID
    level: str
    instructor_id: UUID
    venue_id: UUID
    starts_at: datetime
    ends_at: datetime
    people: int
    score: float
    reasons: list[dict[str, Any]]
    alternatives: tuple[UUID, ...]
    state: str
    proposed_at: datetime
    request_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """How good the last plan was."""

    id: UUID
    finished_at: datetime
    wishes: int
    classes: int
    value: float
    bound: float
    gap: float
    input_hash: str


@dataclass(frozen=True)
class Calendar:
    """The horizon of a run: half-hour slots counted from `start`, and when each local day begins among them."""

    start: datetime
    days: int
    zone: ZoneInfo

    @property
    def end(self) -> datetime:
        return self.start + self.days * SLOTS_A_DAY * HALF_HOUR

    @cached_property
    def dates(self) -> tuple[tuple[date, int], ...]:
        first = self.start.astimezone(self.zone).date()
        each = [first + timedelta(days=number) for number in range(self.days)]
        midnights = [datetime.combine(day, time(), self.zone) for day in each]
        return tuple((day, (night - self.start) // HALF_HOUR) for day, night in zip(each, midnights, strict=True))

    def slots(self, weekly: Weekly, first: date = date.min, last: date = date.max) -> frozenset[int]:
        """The slots that lie wholly within spans of the week, from the first to the last day."""
        spans = [
            range(midnight + -(-starts // 30), midnight + ends // 30)
            for day, midnight in self.dates
            if first <= day <= last
            for weekday, starts, ends in weekly
            if weekday == day.weekday()
        ]
        return frozenset(chain.from_iterable(spans))

    def slot(self, moment: datetime) -> int:
        """The slot that a moment lies in."""
        return (moment - self.start) // HALF_HOUR

    def moment(self, slot: int) -> datetime:
        """When a slot begins."""
        return self.start + slot * HALF_HOUR


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
    fixed = _fixed(session)
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
    forbidden = _forbidden(session, wishes)
    seen = [replace(each, state="") for each in wishes]
    waited = {each.id: max(0, (now - each.waiting_since).days) for each in wishes}
    inputs = (
        rules, calendar, seen, offers, rooms, sorted(hours.items()), _in_order(people), _in_order(venues),
        sorted(agreed.items()), sorted(forbidden), sorted(waited.items()),
    )  # fmt: skip
    city = places.municipality(session)
    origin = (city.lon, city.lat)
    problem = engine.Problem(
        wishes=tuple(_wish(each, calendar, waited[each.id], origin) for each in wishes),
        instructors=tuple(_instructor(each, calendar, people, agreed, origin) for each in offers),
        venues=tuple(_venue(each, calendar, hours, venues, rules.maximum_group, origin) for each in rooms),
        rules=engine.Rules(
            minimum_group=rules.minimum_group,
            maximum_group=rules.maximum_group,
            length_slots=rules.length_minutes // 30,
            start_step_slots=max(1, rules.start_step_minutes // 30),
        ),
        forbidden=frozenset((str(wish), str(person)) for wish, person in forbidden),
    )
    by_id = {str(each.id): each for each in wishes}
    return Snapshot(problem, calendar, by_id, sha256(repr(inputs).encode()).hexdigest(), now)


def proposal(session: Session, proposal_id: UUID) -> ProposalFacts | None:
    """One proposal, or None."""
    return next(iter(_proposals(session, Proposal.id == proposal_id)), None)


def proposals(session: Session, ids: Iterable[UUID]) -> dict[UUID, ProposalFacts]:
    """These proposals."""
    return {each.id: each for each in _proposals(session, Proposal.id.in_(set(ids)))}


def proposals_of_village(session: Session, village_id: UUID) -> list[ProposalFacts]:
    """What is proposed or being asked in a village, the earliest class first."""
    return _proposals(session, and_(LearningGroup.village_id == village_id, Proposal.state.in_(LIVE)))


def proposals_on_board(session: Session, village_id: UUID) -> list[ProposalFacts]:
    """The same without the requests behind them; one query."""
    live = and_(LearningGroup.village_id == village_id, Proposal.state.in_(LIVE))
    return _proposals(session, live, with_requests=False)


def group_requests(session: Session, group_id: UUID) -> tuple[UUID, ...]:
    """The requests that one group pools."""
    query = select(GroupRequest.request_id).where(GroupRequest.group_id == group_id, GroupRequest.active)
    return tuple(session.scalars(query.order_by(GroupRequest.request_id)))


def last_run(session: Session) -> RunFacts | None:
    """The latest run."""
    return next(iter(last_runs(session, 1)), None)


def last_runs(session: Session, limit: int) -> list[RunFacts]:
    """The latest runs, the newest first."""
    columns = (
        MatchRun.id, MatchRun.finished_at, MatchRun.wishes, MatchRun.classes, MatchRun.value, MatchRun.bound,
        MatchRun.gap, MatchRun.input_hash,
    )  # fmt: skip
    newest = select(*columns).order_by(MatchRun.finished_at.desc(), MatchRun.id.desc()).limit(limit)
    return [RunFacts(*row) for row in session.execute(newest)]


def passed_over(session: Session, group_id: UUID) -> set[UUID]:
    """Who is not asked again for the requests of a group."""
    query = select(PassedOver.instructor_id).where(PassedOver.request_id.in_(group_requests(session, group_id)))
    return set(session.scalars(query))


def counts(session: Session, village_id: UUID) -> dict[str, int]:
    """How many proposals of a village are in each state."""
    query = select(Proposal.state, func.count()).join(LearningGroup, LearningGroup.id == Proposal.group_id)
    counted = query.where(LearningGroup.village_id == village_id).group_by(Proposal.state)
    return dict(row._tuple() for row in session.execute(counted))


def _calendar(session: Session, rules: learning_requests.Rules, now: datetime) -> Calendar:
    zone = ZoneInfo(places.municipality(session).time_zone)
    first = now.astimezone(zone).date() + timedelta(days=rules.lead_days)
    return Calendar(datetime.combine(first, time(), zone).astimezone(now.tzinfo), rules.horizon_days, zone)


def _fixed(session: Session) -> list[ProposalFacts]:
    """What stands already: asked, changed by hand, or accepted by a group that still exists."""
    by_hand = and_(Proposal.state == ProposalState.PROPOSED, Proposal.pinned)
    agreed = and_(Proposal.state == ProposalState.ACCEPTED, LearningGroup.state == GroupState.SCHEDULED)
    return _proposals(session, or_(by_hand, agreed, Proposal.state == ProposalState.ASKED))


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


def _wish(each: learning_requests.Wish, calendar: Calendar, waited: int, origin: engine.Point) -> engine.Wish:
    return engine.Wish(
        id=str(each.id),
        topic=str(each.topic_id),
        point=engine.project(each.lon, each.lat, origin),
        reach_m=each.reach_m,
        slots=calendar.slots(each.weekly, each.from_date, each.until_date),
        level=LEVELS.index(each.level),
        people=each.people,
        languages=frozenset({each.language}),
        needs=frozenset(each.needs),
        waiting_days=waited,
        venue=str(each.venue_id) if each.venue_id else None,
    )


def _instructor(
    each: talents.Offer,
    calendar: Calendar,
    taken: Mapping[UUID, set[int]],
    agreed: Mapping[tuple[UUID, int], int],
    origin: engine.Point,
) -> engine.Instructor:
    weeks = range(-(-calendar.days // 7))
    return engine.Instructor(
        id=str(each.person_id),
        topics={str(topic): frozenset(map(LEVELS.index, levels)) for topic, levels in each.topics.items()},
        slots=calendar.slots(each.weekly) - taken.get(each.person_id, set()),
        point=engine.project(each.lon, each.lat, origin),
        radius_m=each.radius_m,
        cap_per_week=each.cap_per_week,
        taken_per_week={week: agreed[each.person_id, week] for week in weeks if (each.person_id, week) in agreed},
        languages=frozenset(each.languages),
        group_min=each.group_min,
        group_max=each.group_max,
    )


def _venue(
    each: places.VenueFacts,
    calendar: Calendar,
    hours: Mapping[UUID, Weekly],
    taken: Mapping[UUID, set[int]],
    largest: int,
    origin: engine.Point,
) -> engine.Venue:
    """A room whose hours nobody knows serves only those who name it as their own place."""
    known = hours.get(each.id, ())
    open_slots = calendar.slots(known) if known else frozenset(range(calendar.days * SLOTS_A_DAY))
    return engine.Venue(
        id=str(each.id),
        point=engine.project(each.lon, each.lat, origin),
        slots=open_slots - taken.get(each.id, set()),
        capacity=each.capacity or largest,
        features=frozenset(each.features),
        private=not known or not each.active,
    )


def _proposals(session: Session, condition: ColumnElement[bool], with_requests: bool = True) -> list[ProposalFacts]:
    group = LearningGroup
    columns = (
        Proposal.id, Proposal.group_id, group.village_id, group.topic_id, group.level, Proposal.instructor_id,
        Proposal.venue_id, Proposal.starts_at, Proposal.ends_at, Proposal.people, Proposal.score, Proposal.reasons,
        Proposal.alternatives, Proposal.state, Proposal.proposed_at,
    )  # fmt: skip
    joined = select(*columns).join(group, group.id == Proposal.group_id).where(condition)
    rows = session.execute(joined.order_by(Proposal.starts_at, Proposal.id)).all()
    members: dict[UUID, list[UUID]] = {}
    active = select(GroupRequest.group_id, GroupRequest.request_id).where(
        GroupRequest.group_id.in_([row.group_id for row in rows]), GroupRequest.active
    )
    for group_id, request_id in session.execute(active.order_by(GroupRequest.request_id)) if with_requests else ():
        members.setdefault(group_id, []).append(request_id)
    return [
        ProposalFacts(
            **dict(row._mapping)
            | {
                "alternatives": tuple(map(UUID, row.alternatives)),
                "request_ids": tuple(members.get(row.group_id, ())),
            }
        )
        for row in rows
    ]
