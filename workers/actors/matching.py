"""When to look for matches, the run itself, and what happens to groups whose requests move on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from village_hub.kernel.events import Event
from village_hub.kernel.jobs import under_way
from village_hub.learning_requests.events import (
    LearningRequestAnswered,
    LearningRequestJoined,
    LearningRequestLeft,
    LearningRequestReopened,
    LearningRequestWithdrawn,
)
from village_hub.matching import queries, service
from village_hub.matching.events import MatchingDue, TrialAsked
from village_hub.places import queries as places
from village_hub.what_if import queries as what_if
from village_hub.what_if import service as what_if_service
from village_hub.what_if.engine.fairness import Measured
from workers.actor import Effect, Ports, actor

#: Seconds that improving a plan may take, and that the job is leased for.
THINKING, LEASE = 30, 120
#: Until a run that found another one under way looks again.
AGAIN = timedelta(seconds=2)

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
    service.want_run(session, now=now, cause=event.type)


@actor
def look_after_group(session: Session, event: Moved, *, now: datetime) -> None:
    service.look_after_group(session, event.request_id, now=now)


def _prepare(session: Session, timer: MatchingDue, *, now: datetime, attempt: int) -> datetime | None:
    """One run at a time: what comes meanwhile waits, for together they take longer and look at the same."""
    service.want_run(session, now=now, after=service.EVERY)
    if under_way(session, MatchingDue.type, now=now) > 1:
        service.want_run(session, now=now, after=AGAIN, cause=timer.cause)
        return None
    return now if places.municipalities(session) else None  # before the first city is there, nothing can be matched


def _perform(asked_at: datetime, ports: Ports) -> Outcome | None:
    """Nothing is solved twice: the same input has the same plan."""
    with ports.database.read_session() as session:
        snapshot = queries.snapshot(session, asked_at)
        last = queries.last_run(session)
        record = queries.record_of(session, last.id) if last else None
        asking = what_if.asking(session, snapshot)
    if last is not None and last.input_hash == snapshot.input_hash:
        return None
    solved = service.solve(snapshot, _pace(ports), record)
    clock = ports.database.clock
    return Outcome(snapshot, solved, what_if_service.measure(snapshot.problem, solved.plan, asking, clock.now))


def _pace(ports: Ports) -> service.Pace:
    clock = ports.database.clock
    begun, length = clock.now(), timedelta(seconds=THINKING)
    return service.Pace(lambda: (clock.now() - begun) / length)


def _settle(session: Session, timer: MatchingDue, outcome: Outcome | None, *, now: datetime) -> None:
    if outcome is not None:
        run_id = service.keep(session, outcome.snapshot, outcome.solved, now=now, cause=timer.cause)
        what_if_service.keep_fairness(session, run_id, outcome.measured, now=now)


run = Effect("matching.run", _prepare, _perform, _settle, LEASE)


def _ask(session: Session, event: TrialAsked, *, now: datetime, attempt: int) -> tuple[TrialAsked, datetime]:
    return event, now


def _count(asked: tuple[TrialAsked, datetime], ports: Ports) -> dict[str, Any]:
    """Outside every transaction: the engine takes a moment."""
    event, at = asked
    with ports.database.read_session() as session:
        question = service.question(session, event.trial_id, now=at)
    return service.count(question) if question else {"state": "moved_on"}


def _keep_cost(session: Session, event: TrialAsked, answer: dict[str, Any], *, now: datetime) -> None:
    service.keep_cost(session, event.trial_id, answer, now=now)


count_cost = Effect("matching.count_cost", _ask, _count, _keep_cost, LEASE)
