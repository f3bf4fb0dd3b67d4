"""The relay: two at once make each fact's jobs once, and a ring that nobody hears is made good by the poll."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.faults.workers import errands
from tests.faults.workers.crew import Crew, crew
from tests.faults.workers.errands import ErrandGiven
from tests.journeys.waiting import within
from village_hub.doctor import INVARIANTS
from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import POLL, SilentDoorbell
from village_hub.kernel.events import RecordedEvent, record
from village_hub.kernel.invariant import broken
from village_hub.kernel.jobs import Job
from workers.relay import relay

FACTS, RELAYS = range(100), 4
#: Seconds that a later fact may have for getting in between.
IN_BETWEEN = 1.0
NAMES = (errands.RUN, errands.THANK)


@pytest.fixture
def listening() -> Iterator[None]:
    """Errands are listened to in this process, for as long as the test lasts."""
    errands.lend()
    yield
    errands.take_back()


def test_several_relays_at_once_make_the_jobs_of_each_fact_once(own_url: str, listening: None) -> None:
    database = Database(own_url)
    for number in FACTS:
        errands.give(database, number)

    relays_at_once(own_url)

    assert jobs_per_fact(database) == Counter({len(NAMES): len(FACTS)})
    with database.read_session() as session:
        assert list(broken(session, INVARIANTS, now=database.clock.now())) == []
    database.dispose()


@pytest.mark.once
def test_control_who_looks_first_and_writes_later_makes_them_twice(own_url: str, listening: None) -> None:
    database = Database(own_url)
    for number in FACTS:
        errands.give(database, number)

    relays_at_once(own_url, hasty_relay)

    assert max(jobs_per_fact(database)) > len(NAMES)
    database.dispose()


def test_a_fact_that_is_committed_after_a_later_one_was_taken_on_gets_its_jobs_too(
    own_url: str, listening: None
) -> None:
    """On SQLite the later one waits, and all is well; on PostgreSQL it overtakes."""
    mine, yours = Database(own_url), Database(own_url)

    with ThreadPoolExecutor(1) as elsewhere:
        with mine.write_session() as session:
            record(session, ErrandGiven(0), now=mine.clock.now())
            session.flush()
            overtaking = elsewhere.submit(_give_and_relay, yours)
            wait([overtaking], IN_BETWEEN)
        overtaking.result()
    while relay(mine):
        continue

    assert jobs_per_fact(mine) == Counter({len(NAMES): 2})
    mine.dispose()
    yours.dispose()


@pytest.mark.servers
def test_a_ring_that_nobody_hears_is_made_good_by_the_poll(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home") as at_work, silently(at_work):
        errands.give(at_work.database, 0)

        assert at_work.wrong([0]) == []


@pytest.mark.once
@pytest.mark.servers
def test_control_who_only_waits_for_rings_never_hears_of_it(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", fault="ring only") as at_work, silently(at_work):
        errands.give(at_work.database, 0)

        assert not within(3 * POLL, lambda: errands.starts(at_work.diary))


def _give_and_relay(database: Database) -> None:
    errands.give(database, 1)
    relay(database)


def relays_at_once(url: str, carry: Callable[[Database], int] = relay) -> None:
    """As many relays as workers, each with connections of its own, from the same moment on."""
    gate = threading.Barrier(RELAYS)

    def work() -> None:
        database = Database(url)
        gate.wait()
        while carry(database):
            continue
        database.dispose()

    with ThreadPoolExecutor(RELAYS) as crew_of_relays:
        for each in [crew_of_relays.submit(work) for _ in range(RELAYS)]:
            each.result()


def hasty_relay(database: Database) -> int:
    """A relay as one would write it first: it reads what is new, and then writes jobs under keys of their own."""
    with database.read_session() as session:
        new = session.execute(sa.select(RecordedEvent.id, RecordedEvent.payload).where(RecordedEvent.jobs.is_(None)))
        facts = [(fact, ErrandGiven.from_json(payload)) for fact, payload in new]
    time.sleep(0.1)
    with database.write_session() as session:
        for fact, message in facts:
            for name in NAMES:
                now = database.clock.now()
                jobs.add(session, key=str(uuid4()), actor=name, message=message, run_at=now, event_id=fact)
            session.execute(sa.update(RecordedEvent).where(RecordedEvent.id == fact).values(jobs=len(NAMES)))
    return len(facts)


def jobs_per_fact(database: Database) -> Counter[int]:
    """How many facts have how many jobs."""
    made = sa.select(sa.func.count(Job.id)).select_from(RecordedEvent)
    each = made.outerjoin(Job, Job.event_id == RecordedEvent.id).group_by(RecordedEvent.id)
    with database.read_session() as session:
        return Counter(session.scalars(each))


@contextmanager
def silently(at_work: Crew) -> Iterator[None]:
    """Once the workers have begun to listen, nobody rings any more."""
    assert within(30, lambda: at_work.listeners() == len(at_work.workers))
    at_work.database.doorbell = SilentDoorbell()
    yield
