"""What people were promised, in plain Python: who asked, how questions were answered, who sits and who waits, and
which hours were given.

It is fed only with commands that were accepted; a refusal by the real services must be one of the oracle's too. What
follows by itself (groups, questions, lectures, silence) is told to it by `byitself`, which judges whether it may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from village_hub.schedules.models import slots_between

WAITING = ("open", "pooling", "asking")
KOREA = ZoneInfo("Asia/Seoul")
DESK_OPENS = timedelta(minutes=30)
COMPLETION_SHARE = 0.8
OVER_AFTER = timedelta(hours=3)

Seat = tuple[UUID, int]
Keep = tuple[UUID | None, UUID | None, datetime, datetime]


class Refused(Exception):
    """The oracle refuses too, by the name of the refusal."""


@dataclass
class Request:
    """Who asked, and everybody who is part of it with the people they bring; `state` is "waiting" until answered."""

    requester: UUID
    topic: UUID
    people: dict[UUID, int]
    state: str = "waiting"
    activity: UUID | None = None
    always_waited: bool = True
    late: int = 0
    joined: set[UUID] = field(default_factory=set)


@dataclass
class Invitation:
    group: UUID
    instructor: UUID
    venue: UUID
    starts_at: datetime
    ends_at: datetime
    deadline: datetime
    state: str = "needs_action"


@dataclass
class Activity:
    """`line` is everybody who has signed up, in order; the first ones have the seats."""

    seats: int | None
    line: list[Seat]
    instructor: UUID | None = None
    venue: UUID | None = None
    invitation: UUID | None = None
    state: str = "scheduled"
    cancelled: set[UUID] = field(default_factory=set)
    promoted: set[UUID] = field(default_factory=set)
    party: frozenset[UUID] = frozenset()
    changes: int = 0
    signed_up: Counter[UUID] = field(default_factory=Counter)
    seated_at: dict[UUID, datetime] = field(default_factory=dict)

    def seated(self) -> list[Seat]:
        return self.line[: self.seats]


@dataclass
class Session:
    activity: UUID
    starts_at: datetime
    ends_at: datetime
    state: str = "planned"
    marks: dict[UUID, str] = field(default_factory=dict)
    walk_ins: int = 0
    asked: frozenset[UUID] = frozenset()
    planned_at: datetime | None = None
    #: When it is finished by itself, if anybody was marked by then.
    over_at: datetime | None = None

    def look_again(self, now: datetime) -> None:
        """Whoever is marked late is a reason to look once more."""
        if self.over_at is None and now >= self.ends_at + OVER_AFTER:
            self.over_at = now + OVER_AFTER

    def finishes_by(self) -> datetime:
        """From when on nobody has to finish it by hand."""
        return self.over_at or self.ends_at + OVER_AFTER


class Oracle:
    """The model, one method for each command: it changes, or it raises Refused and stays as it is."""

    def __init__(self) -> None:
        self.requests: dict[UUID, Request] = {}
        self.invitations: dict[UUID, Invitation] = {}
        self.activities: dict[UUID, Activity] = {}
        self.sessions: dict[UUID, Session] = {}
        self.kept: dict[UUID, Keep] = {}
        self.passed_over: set[tuple[UUID, UUID]] = set()
        self.hours: dict[UUID, tuple[UUID, int]] = {}

    def open(self, request: UUID | None, by: UUID, topic: UUID, number: int) -> None:
        mine = (each for each in self.requests.values() if each.requester == by and each.topic == topic)
        _refuse(any(each.state in ("waiting", "scheduled") for each in mine), "AlreadyAsked")
        assert request
        self.requests[request] = Request(by, topic, {by: number})

    def join(self, request: UUID, by: UUID, number: int, state: str) -> None:
        wish = self.requests[request]
        _refuse(state not in ("open", "pooling"), "NoLongerOpen")
        _refuse(by in wish.people, "AlreadyJoined")
        wish.people[by] = number
        wish.joined.add(by)

    def leave(self, request: UUID, by: UUID, state: str) -> None:
        wish = self.requests[request]
        _refuse(state not in ("open", "pooling"), "NoLongerOpen")
        _refuse(by not in wish.people or by == wish.requester, "NoSuchRequest")
        del wish.people[by]

    def answer_request(self, request: UUID, state: str) -> None:
        """It is withdrawn, or cannot be served."""
        wish = self.requests[request]
        _refuse(wish.state != "waiting", "NoLongerOpen")
        wish.state, wish.always_waited = state, False

    def accept(self, invitation: UUID, now: datetime, *, is_needed: bool) -> str:
        asked = self._to_answer(invitation, now)
        keep = (asked.instructor, asked.venue, asked.starts_at, asked.ends_at)
        if self.taken(*keep):
            asked.state = "withdrawn"
            return asked.state
        _refuse(not is_needed, "ProposalMovedOn")
        for other in self.invitations.values():
            if other.group == asked.group and other.state == "needs_action":
                other.state = "withdrawn"
        asked.state = "accepted"
        self.kept[invitation] = keep
        return asked.state

    def decline(self, invitation: UUID, now: datetime, requests: list[UUID]) -> None:
        """A no is for all requests of the group, for good."""
        asked = self._to_answer(invitation, now)
        asked.state = "declined"
        self.passed_over |= {(each, asked.instructor) for each in requests}

    def end_question(self, invitation: UUID, now: datetime, state: str, *, is_needed: bool) -> None:
        """Another time is proposed, or the manager takes the question back: the last one is the group's."""
        asked = self._to_answer(invitation, now)
        pending = [one for one in self.invitations.values() if one.group == asked.group and one.state == "needs_action"]
        _refuse(not is_needed and pending == [asked], "ProposalMovedOn")
        asked.state = state

    def expire(self, invitation: UUID, requests: list[UUID]) -> None:
        asked = self.invitations[invitation]
        asked.state = "expired"
        self.passed_over |= {(each, asked.instructor) for each in requests}

    def plan(self, activity: UUID | None, spans: dict[UUID, tuple[datetime, datetime]], planned: Activity) -> None:
        for starts_at, ends_at in spans.values():
            _refuse(self.taken(planned.instructor, None, starts_at, ends_at), "InstructorTaken")
            _refuse(self.taken(None, planned.venue, starts_at, ends_at), "PlaceTaken", "PlaceUnavailable")
        assert activity
        self.activities[activity] = planned
        for session, span in spans.items():
            self.sessions[session] = Session(activity, *span)
            self._keep(session)

    def enrol(self, activity: UUID, person: UUID, guests: int, now: datetime) -> None:
        to = self._going_on(activity)
        planned = self.planned(activity)
        _refuse(planned[-1].ends_at <= now, "ActivityIsOver")
        _refuse(planned[0].starts_at <= now, "NoLongerOpen")
        _refuse((person, 0) in to.line, "AlreadyEnrolled")
        to.line += [(person, guest) for guest in range(guests + 1)]
        to.signed_up[person] += 1
        to.promoted.discard(person)

    def cancel_enrolment(self, activity: UUID, person: UUID) -> None:
        to = self._going_on(activity)
        _refuse((person, 0) not in to.line, "NotEnrolled")
        before = to.seated()
        to.line = [each for each in to.line if each[0] != person]
        to.cancelled.add(person)
        to.promoted |= {each[0] for each in to.seated() if each not in before and each[1] == 0}

    def add_seats(self, activity: UUID, more: int) -> None:
        to = self._going_on(activity)
        assert to.seats
        before = to.seated()
        to.seats += more
        to.changes += 1
        to.promoted |= {each[0] for each in to.seated() if each not in before and each[1] == 0}

    def move(self, session: UUID, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
        held = self.sessions[session]
        to = self._going_on(held.activity)
        _refuse(held.state != "planned", "SessionIsOver")
        others = (each for each in self.planned(held.activity) if each is not held and each.starts_at > now)
        _refuse(any(each.starts_at < ends_at and starts_at < each.ends_at for each in others), "SessionsOverlap")
        kept = [keep for key, keep in self.kept.items() if key != session]
        _refuse(_overlaps(kept, to.instructor, None, starts_at, ends_at), "InstructorTaken")
        _refuse(_overlaps(kept, None, to.venue, starts_at, ends_at), "PlaceTaken", "PlaceUnavailable")
        held.starts_at, held.ends_at, held.planned_at = starts_at, ends_at, now
        to.changes += 1
        self._keep(session)

    def call_off(self, activity: UUID) -> None:
        to = self._going_on(activity)
        to.state = "cancelled"
        for key, each in self.sessions.items():
            if each.activity == activity and each.state == "planned":
                each.state = "cancelled"
                self.kept.pop(key, None)
        for wish in self.requests.values():
            if wish.activity == activity and wish.state == "scheduled":
                wish.state, wish.activity = "waiting", None

    def mark(
        self, session: UUID, person: UUID | None, state: str | None, now: datetime, *, alone: bool = False
    ) -> None:
        """Somebody on the list came, or did not; no person: somebody walked in without an account."""
        held = self.sessions[session]
        if alone:
            early = now < held.starts_at - DESK_OPENS or held.ends_at + DESK_OPENS < now
            _refuse(held.state != "planned", "NoSuchCode")
            _refuse(early, "NotTheTime")
        _refuse(held.state == "cancelled", "SessionIsOver")
        _refuse(now < held.starts_at - DESK_OPENS, "DeskNotOpen")
        if person is None:
            held.walk_ins += 1
            held.look_again(now)
            return
        _refuse((person, 0) not in self.activities[held.activity].line, "NotOnTheList")
        held.marks.pop(person, None)
        if state:
            held.marks[person] = state
        if not alone:
            held.look_again(now)

    def complete(self, session: UUID, now: datetime) -> None:
        held = self.sessions[session]
        to = self.activities[held.activity]
        _refuse(held.state == "cancelled", "SessionIsOver")
        _refuse(now < held.starts_at - DESK_OPENS, "DeskNotOpen")
        _refuse(held.state != "planned" or to.state != "scheduled", "SessionIsOver")
        if held.marks or held.walk_ins:
            for person, guest in to.seated():
                if guest == 0:
                    held.marks.setdefault(person, "absent")
        held.state = "completed"
        held.asked = frozenset(person for person, state in held.marks.items() if state == "present")
        if not self.planned(held.activity):
            to.state = "ended"
            for wish in self.requests.values():
                if wish.activity == held.activity and wish.state == "scheduled":
                    wish.state = "done"

    def note(self, now: datetime) -> None:
        """Remember since when people have their seats."""
        for to in self.activities.values():
            seated = [person for person, guest in to.seated() if guest == 0]
            to.seated_at = {person: to.seated_at.get(person, now) for person in seated}
        for held in self.sessions.values():
            held.planned_at = held.planned_at or now

    def planned(self, activity: UUID) -> list[Session]:
        """The sessions that are still to be held."""
        own = (each for each in self.sessions.values() if each.activity == activity and each.state == "planned")
        return sorted(own, key=lambda each: each.starts_at)

    def completed(self, activity: UUID) -> set[UUID]:
        """Who came often enough, once all is over; excused sessions do not count."""
        if self.activities[activity].state != "ended":
            return set()
        held = [
            each.marks for each in self.sessions.values() if each.activity == activity and each.state == "completed"
        ]
        came = {person: sum(of.get(person) == "present" for of in held) for marks in held for person in marks}
        needed = {person: sum(of.get(person) != "excused" for of in held) for person in came}
        return {each for each, times in came.items() if 0 < times >= COMPLETION_SHARE * needed[each]}

    def day(self, session: UUID) -> date:
        """The city's own day of a session."""
        return self.sessions[session].starts_at.astimezone(KOREA).date()

    def taken(self, person: UUID | None, venue: UUID | None, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether the person or the venue is kept by somebody at that time."""
        return _overlaps(self.kept.values(), person, venue, starts_at, ends_at)

    def _keep(self, session: UUID) -> None:
        held = self.sessions[session]
        to = self.activities[held.activity]
        if to.instructor or to.venue:
            self.kept[session] = (to.instructor, to.venue, held.starts_at, held.ends_at)

    def _to_answer(self, invitation: UUID, now: datetime) -> Invitation:
        asked = self.invitations[invitation]
        _refuse(asked.state == "withdrawn", "SomebodyWasFaster")
        _refuse(asked.state in ("accepted", "declined"), "AlreadyAnswered")
        _refuse(asked.state == "expired" or asked.deadline <= now, "TooLate")
        return asked

    def _going_on(self, activity: UUID) -> Activity:
        _refuse(self.activities[activity].state != "scheduled", "ActivityIsOver")
        return self.activities[activity]


def _overlaps(
    kept: Iterable[Keep], person: UUID | None, venue: UUID | None, starts_at: datetime, ends_at: datetime
) -> bool:
    slots = set(slots_between(starts_at, ends_at))
    return any(
        ((person and who == person) or (venue and where == venue)) and slots & set(slots_between(since, until))
        for who, where, since, until in kept
    )


def _refuse(refuses: bool, *names: str) -> None:
    if refuses:
        raise Refused(*names)
