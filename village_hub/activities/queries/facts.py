"""What others may know about activities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from village_hub.activities.queries.status import Status, status
from village_hub.places.queries import VenueFacts


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """An activity with its seats; `starts_at` and `ends_at` span all sessions, `next_at` is the next one's start."""

    id: UUID
    kind: str
    title: str
    description: str
    village_id: UUID | None
    club_id: UUID | None
    topic_id: UUID | None
    venue_id: UUID | None
    place_text: str
    address: str
    instructor_id: UUID | None
    instructor_name: str
    host: str
    phone: str
    homepage: str
    seats: int | None
    minimum: int | None
    fee: int
    enrol_from: datetime | None
    enrol_until: datetime | None
    from_date: date | None
    until_date: date | None
    state: str
    reason: str
    invitation_id: UUID | None
    source_key: str | None
    created_by: UUID | None
    updated_seq: int
    starts_at: datetime | None
    ends_at: datetime | None
    next_at: datetime | None
    next_ends_at: datetime | None
    sessions: int
    taken: int
    waiting: int
    venue: VenueFacts | None
    #: The instructor's name, from the account where there is one.
    instructor: str

    @property
    def place(self) -> str:
        """Where it is, in a few words."""
        return self.venue.label if self.venue else self.place_text

    @property
    def enrols_here(self) -> bool:
        """Whether people sign up on this platform: not for courses that were read from a file."""
        return self.source_key is None

    @property
    def shown_at(self) -> datetime | None:
        """The start that a list shows: of the next session, else of the first."""
        return self.next_at or self.starts_at

    def takes_enrolments(self, now: datetime) -> bool:
        """Whether one can sign up here now, be it for the waiting list."""
        if not self.enrols_here or self.state != "scheduled" or self.ends_at is None or self.starts_at is None:
            return False
        begun = self.enrol_from is None or self.enrol_from <= now
        return begun and now < (self.enrol_until or self.starts_at) and now < self.ends_at

    def status(self, now: datetime) -> Status:
        """Where it stands."""
        return status(
            now,
            state=self.state,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            enrol_from=self.enrol_from,
            enrol_until=self.enrol_until,
            seats=self.seats,
            taken=self.taken,
            waiting=self.waiting,
        )


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One dated meeting, with what a calendar says about it."""

    id: UUID
    activity_id: UUID
    starts_at: datetime
    ends_at: datetime
    venue_id: UUID | None
    state: str
    code: str | None
    title: str
    kind: str
    village_id: UUID | None
    club_id: UUID | None
    instructor_id: UUID | None
    place_text: str
    activity_state: str
    updated_seq: int

    @property
    def is_off(self) -> bool:
        """Whether the session, or the whole activity, was called off."""
        return "cancelled" in (self.state, self.activity_state)


@dataclass(frozen=True, slots=True)
class SeatCount:
    """How full an activity is; `seats` None means no limit."""

    taken: int
    seats: int | None
    waiting: int


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """A person's place in an activity; `place` is the position among those who wait, from 1."""

    activity_id: UUID
    person_id: UUID
    state: str
    seat_no: int | None
    place: int | None
    enrolled_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody who has signed up, for those who organise the activity."""

    person_id: UUID
    name: str
    state: str
    seat_no: int | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """A line of a session's list; `enrolment` is None for a walk-in, who then has an `attendance_id`."""

    person_id: UUID | None
    attendance_id: UUID | None
    name: str
    enrolment: str | None
    guests: int
    #: present, absent, excused, or None while nobody has said.
    state: str | None
    marked_by: UUID | None
