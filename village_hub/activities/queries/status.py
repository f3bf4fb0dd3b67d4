"""The one word that says where an activity stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from village_hub.activities.models import ActivityState


class Status(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    WAITLIST = "waitlist"
    CLOSED = "closed"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


def status(
    now: datetime,
    *,
    state: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    enrol_from: datetime | None = None,
    enrol_until: datetime | None = None,
    seats: int | None = None,
    taken: int = 0,
    waiting: int = 0,
) -> Status:
    """What the clock, the enrolment period and the seats make of an activity; without dated sessions it just runs."""
    if state == ActivityState.CANCELLED:
        return Status.CANCELLED
    if state == ActivityState.ENDED or (ends_at is not None and ends_at <= now):
        return Status.ENDED
    if starts_at is not None and starts_at <= now:
        return Status.RUNNING
    if enrol_from is not None and now < enrol_from:
        return Status.SCHEDULED
    if enrol_until is not None and now >= enrol_until:
        return Status.CLOSED if starts_at is not None else Status.RUNNING
    if starts_at is None and enrol_from is None and enrol_until is None:
        return Status.RUNNING
    if seats is not None and (taken >= seats or waiting):
        return Status.WAITLIST
    return Status.OPEN
