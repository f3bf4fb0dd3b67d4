"""Carry out one job: lease it, run its actor, mark it done in the same transaction."""

from __future__ import annotations

import logging
from uuid import UUID

from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.errors import Busy, DomainError
from village_hub.kernel.jobs import JobState, Lease, LeaseLost
from village_hub.kernel.messages import Message, read
from workers.actor import Actor, Effect, Ports
from workers.subscriptions import by_name

log = logging.getLogger(__name__)


def run(database: Database, job_id: UUID, ports: Ports) -> None:
    """Carry out a job if it is due and free; whatever happens, the job's row says so afterwards."""
    with database.read_session() as session:
        name = jobs.actor_of(session, job_id)
    found = by_name().get(name or "")
    if name is None:
        return
    with database.write_session() as session:
        seconds = found.lease if found else 8
        leased = jobs.lease(session, job_id, now=database.now(session), seconds=seconds)
    if leased is None:
        return
    try:
        if found is None:
            raise LookupError(f"no actor is called {name!r}")
        _carry_out(database, found, leased, ports)
    except LeaseLost:
        log.warning("job %s was taken over; this run is rolled back", leased.key)
    except Busy as busy:
        _put_back(database, leased, repr(busy))
    except DomainError as refused:
        _refuse(database, leased, refused)
    except Exception as error:
        log.exception("job %s failed", leased.key)
        _put_back(database, leased, f"{type(error).__name__}: {error}")


def _carry_out(database: Database, found: Actor | Effect, leased: Lease, ports: Ports) -> None:
    message = read(leased.message_type, leased.args)
    if isinstance(found, Effect):
        _perform(database, found, leased, message, ports)
        return
    with database.write_session() as session:
        jobs.finish(session, leased, now=database.now(session))
        found.run(session, message, now=database.clock.now())


def _perform(database: Database, found: Effect, leased: Lease, message: Message, ports: Ports) -> None:
    with database.write_session() as session:
        value = found.prepare(session, message, now=database.clock.now(), attempt=leased.attempts)
    outcome = None if value is None else found.perform(value, ports)
    with database.write_session() as session:
        jobs.finish(session, leased, now=database.now(session))
        if value is not None:
            found.settle(session, message, outcome, now=database.clock.now())


def _refuse(database: Database, leased: Lease, refused: DomainError) -> None:
    """A business refusal is an answer, not a failure: the world has moved on."""
    with database.write_session() as session:
        why = f"{type(refused).__name__}: {refused}"
        jobs.finish(session, leased, now=database.now(session), state=JobState.REFUSED, why=why)


def _put_back(database: Database, leased: Lease, why: str) -> None:
    try:
        with database.write_session() as session:
            jobs.fail(session, leased, now=database.now(session), why=why[:2000])
    except LeaseLost:
        log.warning("job %s was taken over while it failed", leased.key)
