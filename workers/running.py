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
from village_hub.kernel.jobs import RING_AGAIN, JobState, Lease, LeaseLost
from village_hub.kernel.messages import Message, read
from workers.actor import LEASE, Actor, Effect, Ports
from workers.subscriptions import by_name

log = logging.getLogger(__name__)
#: Jobs that workers died of twice run one at a time: a poison must not take the same neighbours down three times.
_one_suspect = threading.Lock()


def run(database: Database, job_id: UUID, ports: Ports) -> None:
    """Carry out a job if it is due and free; whatever happens, the job's row says so afterwards."""
    with database.read_session() as session:
        known = jobs.actor_of(session, job_id)
    if known is None:
        return
    name, is_suspect = known
    if not is_suspect:
        _run(database, job_id, name, ports)
    elif _one_suspect.acquire(timeout=RING_AGAIN):
        try:
            _run(database, job_id, name, ports)
        finally:
            _one_suspect.release()


def _run(database: Database, job_id: UUID, name: str, ports: Ports) -> None:
    found = by_name().get(name)
    with database.write_session() as session:
        seconds = min(found.lease, LEASE) if found else LEASE
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
