"""Who is rung when: a long line never buries what is urgent, and clocks that were put back leave nothing waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from village_hub.doctor import INVARIANTS
from village_hub.kernel import jobs
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.invariant import broken
from village_hub.kernel.jobs import MAX_DOUBTFUL_CRASHES, RING_AGAIN, Job, Timer
from workers import timers
from workers.timers import FULL, LOST, Series, sweep

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class BellTolls(Timer, type="test.bell_tolls"):
    number: int = 0


def test_only_as_many_are_rung_as_the_queue_has_room_for(own_database: Database) -> None:
    some(own_database, FULL + 10)
    rung: list[UUID] = []

    assert sweep(own_database, rung.append, queued=FULL) == 0
    assert sweep(own_database, rung.append, queued=FULL - 10) == 10
    assert sweep(own_database, rung.append) == FULL
    assert len(set(rung)) == FULL + 10


def test_who_was_rung_is_not_rung_again_while_the_line_moves(own_database: Database, clock: SettableClock) -> None:
    some(own_database, 3)
    sweep(own_database, unheard)

    clock.advance(timedelta(seconds=RING_AGAIN + 1))
    assert sweep(own_database, unheard, queued=3) == 0
    clock.advance(timedelta(seconds=LOST))
    assert sweep(own_database, unheard, queued=3) == 3


def test_a_worker_that_takes_the_place_of_a_dead_one_rings_at_once_for_what_that_one_was_rung(
    own_database: Database,
) -> None:
    some(own_database, 3)
    sweep(own_database, unheard)

    assert sweep(own_database, unheard) == 0
    assert sweep(own_database, unheard, is_first=True) == 3


def test_who_was_rung_before_the_clock_was_put_back_is_rung_again(own_database: Database, clock: SettableClock) -> None:
    some(own_database, 1)
    clock.advance(HOUR)
    sweep(own_database, unheard)

    clock.advance(-HOUR)

    assert sweep(own_database, unheard) == 1


def test_series_go_on_after_the_clock_was_put_back(
    own_database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "RECURRING", {BellTolls(): HOUR})
    series = Series()
    series.go_on(own_database)

    clock.advance(-24 * HOUR)
    series.go_on(own_database)

    with own_database.read_session() as session:
        assert (session.scalar(sa.select(sa.func.min(Job.run_at))) or clock.now()) - clock.now() <= HOUR


def test_a_job_that_is_run_again_keeps_nothing_of_its_last_lease(own_database: Database, clock: SettableClock) -> None:
    some(own_database, 1)
    with own_database.write_session() as session:
        job_id = session.scalars(sa.select(Job.id)).one()
        for _ in range(MAX_DOUBTFUL_CRASHES + 1):
            jobs.lease(session, job_id, now=clock.now(), seconds=8)
            clock.advance(timedelta(seconds=9))

        assert jobs.run_again(session, job_id, now=clock.now())

    with own_database.read_session() as session:
        assert list(broken(session, INVARIANTS, now=clock.now())) == []


def unheard(_job_id: UUID) -> None:
    """A ring that nobody takes."""


def some(database: Database, count: int) -> None:
    """So many jobs that are due now."""
    with database.write_session() as session:
        for number in range(count):
            jobs.set_timer(session, BellTolls(number), at=database.clock.now())
