from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from village_hub import demo
from village_hub.demo.consequences import CONSEQUENCES, WHEN_DUE
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Base, Database
from village_hub.kernel.jobs import Job, due, set_timer
from village_hub.kernel.mail import ListMailer
from village_hub.matching import queries as matching
from village_hub.matching.events import MatchingDue
from workers import subscriptions
from workers.actor import Ports
from workers.relay import relay
from workers.running import run

WISH_STATES = ("open", "pooling", "asking", "scheduled", "done", "withdrawn", "unserved")
#: A city as small as it can be.
TINY = 0.04
#: What the story does in its own way, and what concerns nobody in it.
ELSEWHERE = {
    "matching.want_run", "reporting.count_seats", "reporting.count_attendance", "reporting.count_hours",
    "people.tell_of_name", "matching.count_cost", "what_if.reckon",
}  # fmt: skip


def silent(_line: str) -> None:
    return


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the database holds, but for the salted passwords."""
    with database.read_session() as session:
        return {
            name: sorted(tuple(map(str, row)) for row in session.execute(sa.select(*_columns(table))))
            for name, table in Base.metadata.tables.items()
        }


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [each for each in table.c if each.name != "password_hash"]


@pytest.mark.slow
def test_the_same_seed_and_moment_give_the_same_rows_and_a_full_city_is_left_alone(
    small_city: Database, own_database: Database
) -> None:
    said: list[str] = []

    built = demo.build(own_database, said.append, scale=0.1)
    once_more = demo.build(own_database, said.append, scale=0.1)

    assert (built, once_more) == (True, False)
    assert rows(own_database) == rows(small_city)
    assert all(any(each.card_number in line for line in said) for each in demo.cast.VISITORS)


@pytest.mark.slow
def test_a_build_that_is_cut_off_leaves_nothing_and_the_next_one_starts_afresh(own_database: Database) -> None:
    def pull_the_plug(*arguments: Any) -> None:
        if arguments[2].startswith("INSERT INTO match_run"):
            raise OSError("no space left on device")

    sa.event.listen(sa.Engine, "before_cursor_execute", pull_the_plug)
    try:
        with pytest.raises((OSError, DBAPIError)):
            demo.build(own_database, silent, scale=TINY)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", pull_the_plug)
    left = {name: found for name, found in rows(own_database).items() if found}

    built = demo.build(own_database, silent, scale=TINY)

    assert left == {}
    assert built


@pytest.mark.slow
def test_the_city_goes_on_living_when_the_workers_start(
    own_database: Database, app: Flask, clock: SettableClock, mailer: ListMailer
) -> None:
    demo.build(own_database, silent, scale=TINY)
    clock.advance(timedelta(hours=4))
    with own_database.write_session() as session:
        set_timer(session, MatchingDue(), at=clock.now())

    carried = carry(own_database, Ports(app, own_database, mailer))

    with own_database.read_session() as session:
        failed = session.scalars(sa.select(Job.last_error).where(Job.last_error.is_not(None))).all()
        newest = matching.last_runs(session, 1)
    assert carried > 0
    assert failed == []
    assert newest[0].finished_at == clock.now()


def test_what_the_workers_would_have_done_is_what_the_workers_do() -> None:
    listening = {
        type_: {name for name in names if name.partition(".")[0] != "imports"} - ELSEWHERE
        for type_, names in subscriptions.listeners().items()
    }
    timers = {timer.type for timer in subscriptions.TIMERS if not timer.__module__.startswith("village_hub.imports")}

    told = {
        fact.type: {f"{use_case.__module__.split('.')[1]}.{use_case.__name__}" for use_case, _ in consequences}
        for fact, consequences in CONSEQUENCES.items()
    }

    assert told == {type_: names for type_, names in listening.items() if names}
    assert set(WHEN_DUE) == timers - {"matching.due", "kernel.tidying_due", "doctor.examination_due", "letter.due"}


@pytest.mark.once
@pytest.mark.slow
def test_the_city_of_full_size_has_everything_in_every_state(own_database: Database) -> None:
    demo.build(own_database, silent)

    full = rows(own_database)
    states = {
        name: Counter(each[list(Base.metadata.tables[name].c.keys()).index("state")] for each in full[name])
        for name in ("learning_request", "invitation", "enrolment", "activity", "attendance")
    }
    assert {name: len(full[name]) for name in ("village", "base_centre", "club", "venue")} == {
        "village": 24, "base_centre": 8, "club": 120, "venue": 80,
    }  # fmt: skip
    assert len(full["person"]) > 3000
    assert len(full["teaching"]) >= 400
    assert len(full["learning_request"]) >= 300
    assert len(full["feedback"]) > 100
    assert min(states["learning_request"][state] for state in WISH_STATES) > 0
    assert set(states["invitation"]) >= {"needs_action", "accepted", "declined", "expired"}
    assert set(states["enrolment"]) == {"seated", "waiting", "cancelled"}
    assert set(states["activity"]) == {"scheduled", "ended", "cancelled"}
    assert set(states["attendance"]) == {"present", "absent", "excused"}


def carry(database: Database, ports: Ports) -> int:
    """Relay and run until nothing is due."""
    carried = 0
    while True:
        while relay(database):
            pass
        with database.read_session() as session:
            waiting = due(session, now=database.clock.now())
        if not waiting:
            return carried
        for job_id in waiting:
            run(database, job_id, ports)
        carried += len(waiting)
