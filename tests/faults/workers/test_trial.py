"""The process beside a worker in which jobs are carried out alone: it tells how each of them ended."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from village_hub.kernel.jobs import Lease

ROOT = Path(__file__).resolve().parents[3]
#: A worker that tries jobs as the actor's name asks, and says what became of each.
WORKER = """
import ctypes, os, signal, sys
from tests.faults.workers.test_trial import a_lease
from workers import trial

trial.HANGING = 1
ends = {
    "lives": lambda: None,
    "raises": lambda: 1 / 0,
    "exits": lambda: os._exit(7),
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "faults": lambda: ctypes.string_at(0),
    "hangs": lambda: signal.pause(),
}
bench = trial.Trial(lambda leased: ends[leased.actor]())
for name in sys.argv[1:]:
    if name == "the bench ends":
        os.kill(bench.process, signal.SIGKILL)
    else:
        print(name, bench.of(a_lease(name)), flush=True)


"""


def a_lease(actor: str) -> Lease:
    """The right to carry out a job of this actor."""
    return Lease(UUID(int=1), "key", actor, "message", {}, 1, 1, datetime(2026, 11, 23, tzinfo=UTC), 1)


def test_each_death_is_told_and_the_bench_stays_for_the_next_job() -> None:
    worker = tried("lives", "raises", "exits", "is killed", "faults", "hangs", "lives")

    ends = ["lives 0", "raises 1", "exits 7", "is killed -9", "faults -11", "hangs -14", "lives 0"]
    assert worker.stdout.splitlines() == ends
    assert worker.returncode == 0


def test_without_its_bench_a_worker_ends_so_that_another_takes_its_place() -> None:
    worker = tried("lives", "the bench ends", "lives", "lives")

    assert worker.returncode == -15
    assert worker.stdout.splitlines()[0] == "lives 0"


def tried(*names: str) -> subprocess.CompletedProcess[str]:
    """What a worker says that tries these jobs one after the other."""
    return subprocess.run(
        [sys.executable, "-c", WORKER, *names], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )
