"""When to look for matches, the run itself, and what happens to groups whose requests move on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from village_hub.kernel.events import Event
from village_hub.learning_requests.events import (
    LearningRequestAnswered,
    LearningRequestJoined,
    LearningRequestLeft,
    LearningRequestReopened,
    LearningRequestWithdrawn,
)
from village_hub.matching import queries, service
from village_hub.matching.events import MatchingDue
from village_hub.places import queries as places
from village_hub.what_if import queries as what_if
from village_hub.what_if import service as what_if_service
from village_hub.what_if.engine.fairness import Measured
from workers.actor import Effect, Ports, actor

#: Seconds that improving a plan may take, and that the job is leased for.
THINKING, LEASE = 30, 120

Moved = (
    LearningRequestAnswered
    | LearningRequestJoined
    | LearningRequestLeft
    | LearningRequestReopened
    | LearningRequestWithdrawn
)


@dataclass(frozen=True)
class Outcome:
    """What a run saw, what the engine made of it, and how fair that is."""

    snapshot: queries.Snapshot
    solved: service.Solved
    measured: Measured


@actor
def want_run(session: Session, event: Event, *, now: datetime) -> None:
    service.want_run(session, now=now)


@actor
def look_after_group(session: Session, event: Moved, *, now: datetime) -> None:
    service.look_after_group(session, event.request_id, now=now)


def _prepare(session: Session, timer: MatchingDue, *, now: datetime, attempt: int) -> datetime | None:
    """Before the first city is there, nothing can be matched."""
    service.want_run(session, now=now, after=service.EVERY)
    return now if places.municipalities(session) else None


def _perform(asked_at: datetime, ports: Ports) -> Outcome | None:
    """Nothing is solved twice: the same input has the same plan."""
    with ports.database.read_session() as session:
        snapshot = queries.snapshot(session, asked_at)
        last = queries.last_run(session)
        asking = what_if.asking(session, snapshot)
    if last is not None and last.input_hash == snapshot.input_hash:
        return None
    clock = ports.database.clock
    until = clock.now() + timedelta(seconds=THINKING)
    solved = service.solve(snapshot, keep_going=lambda: clock.now() <= until)
    return Outcome(snapshot, solved, what_if_service.measure(snapshot.problem, solved.plan, asking, clock.now))


def _settle(session: Session, timer: MatchingDue, outcome: Outcome | None, *, now: datetime) -> None:
    if outcome is not None:
        run_id = service.keep(session, outcome.snapshot, outcome.solved, now=now)
        what_if_service.keep_fairness(session, run_id, outcome.measured, now=now)


run = Effect("matching.run", _prepare, _perform, _settle, LEASE)
