"""A process killed with SIGKILL at any moment of the spine: after a restart everything arrives, once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from village_hub.kernel.db import Database
from village_hub.kernel.events import RecordedEvent
from village_hub.kernel.jobs import Job, JobState
from village_hub.kernel.signals import SignalStream, after

ROOT = Path(__file__).resolve().parents[2]


def _process(url: str, role: str, moment: str, letters: Path) -> int:
    command = [sys.executable, "-m", "tests.faults.spine_process", url, role, moment]
    environment = os.environ | {"LETTERS": str(letters), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=60).returncode


def _work_until_nothing_is_left(url: str, letters: Path) -> None:
    database = Database(url)
    try:
        for _ in range(10):
            assert _process(url, "work", "never", letters) == 0
            with database.read_session() as session:
                left = session.scalar(sa.select(sa.func.count()).where(Job.state != JobState.DONE))
                unrelayed = session.scalar(sa.select(sa.func.count()).where(RecordedEvent.jobs.is_(None)))
            if not left and not unrelayed:
                return
            time.sleep(0.5)
    finally:
        database.dispose()
    pytest.fail("jobs were left behind")


def _counted(url: str) -> dict[str, int]:
    database = Database(url)
    with database.read_session() as session:
        counters = {row.stream: row.seq for row in session.execute(sa.select(SignalStream.stream, SignalStream.seq))}
        assert [signal.seq for signal in after(session, {"table:blue": 0})] == [1]
        assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 2
    database.dispose()
    return counters


@pytest.mark.parametrize(
    ("role", "moment"),
    [
        ("order", "between the commit and the ring"),
        ("work", "between the relay and the work"),
        ("work", "during the lease"),
        ("work", "between the effect and done"),
        ("work", "between done and the acknowledgement"),
    ],
)
def test_after_a_kill_everything_arrives_once(own_url: str, tmp_path: Path, role: str, moment: str) -> None:
    if role == "work":
        assert _process(own_url, "order", "never", tmp_path) == 0

    assert _process(own_url, role, moment, tmp_path) == -9
    _work_until_nothing_is_left(own_url, tmp_path)

    counted = _counted(own_url)
    assert (counted["cups poured"], counted["letters settled"], counted["table:blue"]) == (1, 1, 1)


def test_what_was_not_committed_never_happened(own_url: str, tmp_path: Path) -> None:
    assert _process(own_url, "order", "before the commit", tmp_path) == -9

    database = Database(own_url)
    with database.read_session() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RecordedEvent)) == 0
    database.dispose()
