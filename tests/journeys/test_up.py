"""`village-hub up`: everything runs, whatever crashes comes back, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.journeys.installation import Up
from tests.journeys.waiting import within
from village_hub import supervisor
from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.jobs import Job, JobState
from village_hub.kernel.tidying import TidyingDue

pytestmark = pytest.mark.servers


@pytest.fixture
def up(tmp_path: Path, empty_url: str) -> Iterator[Up]:
    if empty_url.startswith("sqlite"):
        (tmp_path / "home").mkdir()
        shutil.copy(empty_url.removeprefix("sqlite:///"), tmp_path / "home" / "village_hub.sqlite3")
    running = Up(tmp_path / "home")
    assert within(60, running.answers)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


@pytest.mark.parametrize("victim", ["web", "worker", "valkey"])
def test_what_is_killed_comes_back_and_no_job_is_lost(up: Up, victim: str) -> None:
    database = Database(f"sqlite:///{up.home}/village_hub.sqlite3")
    assert within(20, lambda: len(up.processes()) == 3)
    killed = up.processes()[victim]
    with database.write_session() as session:
        jobs.set_timer(session, TidyingDue(), at=database.clock.now())

    os.kill(killed, signal.SIGKILL)

    assert within(20, lambda: up.processes().get(victim, killed) != killed)
    assert within(20, up.answers)
    assert within(30, lambda: _states(database) == {JobState.DONE})
    database.dispose()


def test_ctrl_c_ends_everything(up: Up) -> None:
    """Whoever does not go by himself is killed after `GRACE`, which is what keeps the whole within five seconds."""
    assert supervisor.GRACE < 5
    assert within(20, lambda: len(up.processes()) == 3)
    children = up.processes()
    started = time.monotonic()

    up.process.send_signal(signal.SIGINT)
    up.process.wait(60)

    print(f"\nCtrl-C to the end of the last process: {time.monotonic() - started:.1f} s")
    assert not any(_is_alive(child) for child in children.values())


def test_a_killed_supervisor_takes_its_children_with_it(up: Up) -> None:
    assert within(20, lambda: len(up.processes()) == 3)
    children = up.processes()

    up.process.kill()
    up.process.wait()

    assert within(5, lambda: not any(_is_alive(child) for child in children.values()))


def _states(database: Database) -> set[str]:
    with database.read_session() as session:
        mine = sa.select(Job.state).where(Job.actor == TidyingDue.type, Job.run_at <= database.clock.now())
        return set(session.scalars(mine))


def _is_alive(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
