"""A job that kills whoever carries it out is put aside after three crashes, and nothing else suffers for it.

The poison dies three deaths: SIGKILL, an exit past every handler, a segmentation fault. It strikes while the other
threads of the one worker carry out long errands: once, since from then on it is tried in a process of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from tests.conftest import Visitor
from tests.factories.people import an_operator
from tests.faults.workers import errands
from tests.faults.workers.crew import Crew, crew
from tests.faults.workers.errands import RUN
from tests.journeys.waiting import within
from village_hub.app import create_app
from village_hub.kernel.jobs import MAX_CRASHES, Job, JobState
from village_hub.kernel.settings import Settings

pytestmark = pytest.mark.servers
INNOCENT, POISON = range(12), 666
#: Seconds that an innocent letter takes to write, so that some are always under way; seconds of a lease.
LONG, LEASE = 0.7, 2


@dataclass(frozen=True)
class Line:
    """The poison as the job table shows it."""

    id: UUID | None = None
    state: str = ""


def test_poison_is_put_aside_after_three_crashes_shown_and_run_again_by_the_operator(
    own_url: str, tmp_path: Path, settings: Settings
) -> None:
    with crew(own_url, tmp_path / "home", size=1, lease=LEASE) as at_work:
        poisoned(at_work)

        assert within(60, lambda: poison(at_work).state == JobState.QUARANTINED)
        breach = at_work.wrong(INNOCENT)
        assert times_begun(at_work) == MAX_CRASHES
        assert len(at_work.died) == 1
        assert [(each["name"], each["count"]) for each in breach] == [("kernel.no_job_is_dead", 1)]

        operator = the_operator(at_work, settings)
        for language, state, words in (("ko", "격리", "다시 실행"), ("en", "Quarantined", "Run again")):
            operator.set_cookie("language", language)
            page = operator.get("/operator")
            assert page.status_code == 200
            assert all(each in page.text for each in (RUN, state, words))

        (at_work.home / "antidote").touch()
        assert operator.post(f"/operator/jobs/{poison(at_work).id}/run").status_code == 303
        assert within(30, lambda: poison(at_work).state == JobState.DONE)
        assert at_work.wrong([*INNOCENT, POISON]) == []


@pytest.mark.once
def test_control_without_quarantine_the_worker_crashes_again_and_again(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", size=1, lease=LEASE, fault="no quarantine") as at_work:
        poisoned(at_work)

        assert within(60, lambda: times_begun(at_work) > MAX_CRASHES)


@pytest.mark.once
def test_control_without_a_trial_poison_takes_its_worker_down_again_and_again(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", size=1, lease=LEASE, fault="no trial") as at_work:
        poisoned(at_work)

        assert within(60, lambda: len(at_work.died) > 1)


def poisoned(at_work: Crew) -> None:
    """Several errands with long letters, and in their midst the poison."""
    for number in INNOCENT:
        errands.give(at_work.database, number, writing=LONG)
        if number == INNOCENT[len(INNOCENT) // 2]:
            errands.give(at_work.database, POISON, is_poison=True)


def poison(at_work: Crew) -> Line:
    """The job that kills."""
    mine = sa.select(Job.id, Job.state).where(Job.actor == RUN, Job.args["number"].as_integer() == POISON)
    with at_work.database.read_session() as session:
        found = session.execute(mine).one_or_none()
    return Line(*found) if found else Line()


def times_begun(at_work: Crew) -> int:
    """How often somebody took the poison."""
    return sum(1 for each in errands.starts(at_work.diary) if (each.number, each.kind) == (POISON, RUN))


def the_operator(at_work: Crew, settings: Settings) -> Visitor:
    """The operator's browser."""
    app = create_app(settings, at_work.database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with at_work.database.write_session() as session:
        person = an_operator(session).id
    return Visitor(app, app.response_class).sign_in(person)
