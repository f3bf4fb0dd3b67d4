"""What the spine forgets, what it keeps, and what comes round again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from village_hub.kernel import idempotency, jobs, tidying
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.jobs import Job, JobState, Timer
from village_hub.kernel.signals import after, emit
from workers import timers
from workers.timers import Series

LATER = timedelta(days=31)


@dataclass(frozen=True)
class ClockStrikes(Timer, type="test.clock_strikes"):
    """A timer about nothing in particular."""


def test_finished_jobs_are_forgotten_and_those_that_somebody_should_look_at_stay(
    own_database: Database, clock: SettableClock
) -> None:
    states = (JobState.DONE, JobState.REFUSED, JobState.DEAD, JobState.QUARANTINED, JobState.WAITING)
    with own_database.write_session() as session:
        for number, state in enumerate(states):
            jobs.add(session, key=state, actor="test", message=ClockStrikes(), run_at=clock.now())
            ended = {"state": state, "finished_at": clock.now()} if state != JobState.WAITING else {"fence": number}
            session.execute(sa.update(Job).where(Job.key == state).values(ended))

    clock.advance(LATER)
    with own_database.write_session() as session:
        tidying.tidy(session, now=clock.now())

    with own_database.read_session() as session:
        assert set(session.scalars(sa.select(Job.key))) == {"dead", "quarantined", "waiting"}


def test_signals_and_keys_are_forgotten_after_days_not_before(own_database: Database, clock: SettableClock) -> None:
    with own_database.write_session() as session:
        emit(session, "village:1", "told")
        idempotency.claim(session, "key", "form", now=clock.now())

    for days, kept in ((1, 1), (3, 0)):
        clock.advance(timedelta(days=days))
        with own_database.write_session() as session:
            tidying.tidy(session, now=clock.now())
        with own_database.read_session() as session:
            keys = session.scalar(sa.select(sa.func.count()).select_from(idempotency.IdempotencyKey))
            assert (len(after(session, {"village:1": 0})), keys) == (kept, kept)


def test_a_series_sets_its_next_timer_once_at_every_multiple(
    own_database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "RECURRING", {ClockStrikes(): timedelta(hours=1)})
    series = Series()

    for _ in range(6):
        series.go_on(own_database)
        series.go_on(own_database)
        clock.advance(timedelta(minutes=30))

    with own_database.read_session() as session:
        moments = sorted(session.scalars(sa.select(Job.run_at)))
    assert [moment.minute for moment in moments] == [0, 0, 0]
    assert len(set(moments)) == 3
