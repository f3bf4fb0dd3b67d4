"""Effects that show when they happen twice: real use cases are harmless when repeated, so that a missing fence would
hide behind them. A probe counts one up for each fact of its kind, and has no other protection than the job's own.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.faults.simulation.history import Difference
from village_hub.activities.events import AttendanceMarked, EnrolmentConfirmed, EnrolmentWaiting, SessionCompleted
from village_hub.invitations.events import InvitationIssued
from village_hub.kernel.db import next_in
from village_hub.kernel.events import Event, RecordedEvent
from village_hub.kernel.signals import SignalStream
from village_hub.learning_requests.events import LearningRequestOpened
from workers import subscriptions
from workers.actor import Actor, Effect

COUNTED = (
    LearningRequestOpened,
    InvitationIssued,
    EnrolmentConfirmed,
    EnrolmentWaiting,
    AttendanceMarked,
    SessionCompleted,
)
NAME = "probes.count"


def count(session: Session, fact: Event, *, now: datetime) -> None:
    """Count one up."""
    next_in(session, SignalStream, f"probe:{fact.type}")


def by_name() -> dict[str, Actor | Effect]:
    """Every actor there is, and the probe."""
    return subscriptions.by_name() | {NAME: Actor(NAME, count)}


def listeners() -> dict[str, tuple[str, ...]]:
    """Whoever listens to each type of fact, and the probe."""
    counted = {fact.type for fact in COUNTED}
    known = subscriptions.listeners()
    return {name: (*actors, NAME) if name in counted else actors for name, actors in known.items()}


def check_probes(session: Session) -> None:
    """Every fact has had its effect once."""
    happened = sa.select(RecordedEvent.type, sa.func.count()).group_by(RecordedEvent.type)
    facts = {name: number for name, number in session.execute(happened) if name in {each.type for each in COUNTED}}
    named = sa.select(SignalStream.stream, SignalStream.seq).where(SignalStream.stream.like("probe:%"))
    counted = {stream.removeprefix("probe:"): seq for stream, seq in session.execute(named)}
    if facts != counted:
        raise Difference(f"effects happened {counted} times for {facts} facts")
