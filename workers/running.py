"""Carry out one job: lease it, run its actor, mark it done in the same transaction."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.errors import Busy, DomainError
from village_hub.kernel.jobs import JobState, Lease, LeaseLost
from village_hub.kernel.messages import Message, read
from workers.actor import LEASE, Actor, Effect, Ports
from workers.subscriptions import by_name
from workers.trial import Trial

log = logging.getLogger(__name__)


def run(database: Database, job_id: UUID, ports: Ports, trial: Trial | None = None) -> None:
    """Carry out a job if it is due and free; whatever happens, the job's row says so afterwards.

    What a worker may have died of goes to the trial process, which does nothing else: an outside cause of death is
    never blamed on a job, and a job that kills takes nobody with it twice.
    """
    with database.read_session() as session:
        known = jobs.actor_of(session, job_id)
    if known is None:
        return
    name, is_suspect = known
    if trial is None or not is_suspect:
        if leased := _lease(database, job_id, name):
            carry_out(database, leased, ports)
        return
    with trial.turn() as is_ours:
        if is_ours and (leased := _lease(database, job_id, name)):
            _try(database, leased, trial)


def _lease(database: Database, job_id: UUID, name: str) -> Lease | None:
    found = by_name().get(name)
    with database.write_session() as session:
        seconds = min(found.lease, LEASE) if found else LEASE
        return jobs.lease(session, job_id, now=database.now(session), seconds=seconds)


def _try(database: Database, leased: Lease, trial: Trial) -> None:
    death = trial.of(leased)
    if not death:
        return
    log.error("the process that carried out job %s alone died of it (%s)", leased.key, death)
    try:
        with database.write_session() as session:
            jobs.crash(session, leased, now=database.now(session), why=f"A process of its own died of this ({death}).")
    except LeaseLost:
        log.warning("job %s was taken over before its process died", leased.key)


def carry_out(database: Database, leased: Lease, ports: Ports) -> None:
    """Do what a leased job asks for, or write down why not."""
    try:
        found = by_name().get(leased.actor)
        if found is None:
            raise LookupError(f"no actor is called {leased.actor!r}")
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
        now = database.now(session)
        jobs.finish(session, leased, now=now)
        found.run(session, message, now=now)


def _perform(database: Database, found: Effect, leased: Lease, message: Message, ports: Ports) -> None:
    with database.write_session() as session:
        value = found.prepare(session, message, now=database.now(session), attempt=leased.attempts)
    with _held(database, leased, found.lease):
        outcome = None if value is None else found.perform(value, ports)
    with database.write_session() as session:
        now = database.now(session)
        jobs.finish(session, leased, now=now)
        if value is not None:
            found.settle(session, message, outcome, now=now)


@contextmanager
def _held(database: Database, leased: Lease, seconds: int) -> Iterator[None]:
    """Hold a job in short leases for as long as its work may take, so that a dead worker is missed within one."""
    ended = threading.Event()
    give_up = time.monotonic() + seconds - LEASE

    def hold() -> None:
        while not ended.wait(LEASE / 4) and time.monotonic() < give_up:
            try:
                with database.write_session() as session:
                    jobs.extend(session, leased, now=database.now(session), seconds=LEASE)
            except LeaseLost:
                return
            except Exception:
                log.warning("the lease of job %s could not be extended; trying again", leased.key, exc_info=True)

    if seconds > LEASE:
        threading.Thread(target=hold, name="lease", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


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
