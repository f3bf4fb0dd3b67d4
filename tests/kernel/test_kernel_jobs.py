"""A job is carried out once, whoever dies when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from village_hub.kernel import jobs
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.errors import Conflict
from village_hub.kernel.jobs import Job, JobState, Timer, set_timer
from village_hub.kernel.signals import SignalStream
from workers import running
from workers.actor import Actor, Ports


@dataclass(frozen=True)
class KettleBoils(Timer, type="test.kettle_boils"):
    kettle: str


PORTS: Ports = None  # type: ignore[assignment]


def _pour(session: sa.orm.Session, message: KettleBoils, *, now: object) -> None:
    """Count the cups in a row of the database, so that doing it twice shows."""
    from village_hub.kernel.db import next_in

    next_in(session, SignalStream, message.kettle)


@pytest.fixture
def pour(monkeypatch: pytest.MonkeyPatch) -> list[Actor]:
    table = [Actor("test.pour", _pour)]
    monkeypatch.setattr(running, "by_name", lambda: {KettleBoils.type: table[0]})
    return table


def _timer(database: Database) -> UUID:
    with database.write_session() as session:
        set_timer(session, KettleBoils("blue"), at=database.clock.now())
        return session.scalars(sa.select(Job.id)).one()


def _leave(database: Database, clock: SettableClock, job_id: UUID, times: int) -> None:
    """Workers take the job, and are not heard of again."""
    for _ in range(times):
        with database.write_session() as session:
            assert jobs.lease(session, job_id, now=clock.now(), seconds=8)
        clock.advance(timedelta(seconds=9))


def _state(database: Database) -> tuple[str, int]:
    with database.read_session() as session:
        cups = session.scalar(sa.select(SignalStream.seq).where(SignalStream.stream == "blue")) or 0
        return session.scalars(sa.select(Job.state)).one(), cups


def test_a_due_job_is_carried_out_once_however_often_it_is_rung(own_database: Database, pour: object) -> None:
    job_id = _timer(own_database)

    for _ in range(3):
        running.run(own_database, job_id, PORTS)

    assert _state(own_database) == (JobState.DONE, 1)


def test_the_same_timer_for_the_same_moment_exists_once(own_database: Database) -> None:
    with own_database.write_session() as session:
        for _ in range(2):
            set_timer(session, KettleBoils("blue"), at=own_database.clock.now())

    with own_database.read_session() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1


def test_a_job_left_by_a_dead_worker_is_carried_out_by_another(
    own_database: Database, clock: SettableClock, pour: object
) -> None:
    job_id = _timer(own_database)
    with own_database.write_session() as session:
        assert jobs.lease(session, job_id, now=clock.now(), seconds=8)

    running.run(own_database, job_id, PORTS)
    assert _state(own_database) == (JobState.RUNNING, 0)
    clock.advance(timedelta(seconds=9))
    running.run(own_database, job_id, PORTS)

    assert _state(own_database) == (JobState.DONE, 1)


def test_a_worker_that_wakes_up_after_its_lease_changes_nothing(
    own_database: Database, clock: SettableClock, pour: object
) -> None:
    job_id = _timer(own_database)
    with own_database.write_session() as session:
        sleeping = jobs.lease(session, job_id, now=clock.now(), seconds=8)
    assert sleeping is not None
    clock.advance(timedelta(seconds=9))
    running.run(own_database, job_id, PORTS)

    with pytest.raises(jobs.LeaseLost), own_database.write_session() as session:
        _pour(session, KettleBoils("blue"), now=None)
        jobs.finish(session, sleeping, now=clock.now())

    assert _state(own_database) == (JobState.DONE, 1)


def test_without_the_fence_the_sleeper_would_have_poured_twice(
    own_database: Database, clock: SettableClock, pour: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    job_id = _timer(own_database)
    with own_database.write_session() as session:
        sleeping = jobs.lease(session, job_id, now=clock.now(), seconds=8)
    assert sleeping is not None
    clock.advance(timedelta(seconds=9))
    running.run(own_database, job_id, PORTS)
    monkeypatch.setattr(jobs, "_settle", lambda *_, **__: None)

    with own_database.write_session() as session:
        _pour(session, KettleBoils("blue"), now=None)
        jobs.finish(session, sleeping, now=clock.now())

    assert _state(own_database) == (JobState.DONE, 2)


@pytest.mark.parametrize("doubtful", [0, 1, 2])
def test_a_job_is_put_aside_after_three_crashes_the_last_of_them_in_a_process_of_its_own(
    own_database: Database, clock: SettableClock, pour: object, doubtful: int
) -> None:
    job_id = _timer(own_database)
    _leave(own_database, clock, job_id, times=doubtful)

    for _ in range(3 - doubtful):
        with own_database.write_session() as session:
            leased = jobs.lease(session, job_id, now=clock.now(), seconds=8)
            assert leased
            jobs.crash(session, leased, now=clock.now(), why="It died.")
    running.run(own_database, job_id, PORTS)

    assert _state(own_database) == (JobState.QUARANTINED, 0)


@pytest.mark.parametrize(("times", "state"), [(8, (JobState.DONE, 1)), (9, (JobState.QUARANTINED, 0))])
def test_a_job_whose_workers_happened_to_die_is_not_taken_for_poison_until_the_ninth(
    own_database: Database, clock: SettableClock, pour: object, times: int, state: tuple[str, int]
) -> None:
    job_id = _timer(own_database)
    _leave(own_database, clock, job_id, times=times)

    running.run(own_database, job_id, PORTS)

    assert _state(own_database) == state


def test_a_failing_job_waits_longer_each_time_and_then_is_dead_until_run_again(
    own_database: Database, clock: SettableClock, pour: list[Actor]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no water")

    job_id = _timer(own_database)
    pour[0] = Actor("test.pour", fail)
    pauses = []

    for _ in range(jobs.MAX_ATTEMPTS):
        running.run(own_database, job_id, PORTS)
        with own_database.read_session() as session:
            run_at = session.scalars(sa.select(Job.run_at)).one()
        pauses.append((run_at - clock.now()).total_seconds())
        clock.moment = max(run_at, clock.moment)

    assert pauses[:5] == [2, 4, 8, 16, 32]
    assert _state(own_database) == (JobState.DEAD, 0)
    pour[0] = Actor("test.pour", _pour)
    with own_database.write_session() as session:
        assert jobs.run_again(session, job_id, now=clock.now())
    running.run(own_database, job_id, PORTS)
    assert _state(own_database) == (JobState.DONE, 1)


def test_a_business_refusal_is_an_answer_and_not_a_failure(own_database: Database, pour: list[Actor]) -> None:
    def refuse(session: sa.orm.Session, message: KettleBoils, *, now: object) -> None:
        _pour(session, message, now=now)
        raise Conflict

    job_id = _timer(own_database)
    pour[0] = Actor("test.pour", refuse)

    running.run(own_database, job_id, PORTS)

    assert _state(own_database) == (JobState.REFUSED, 0)
