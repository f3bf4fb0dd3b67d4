"""Workers killed at random moments under load: nothing is lost, every effect happens once, and soon again.

Two workers carry out a steady stream of errands while a seeded chance chooses whom to kill and when. Whoever gave the
errands has a list of what was promised; the effects are counted one by one against it. However often a job is hit, it
is not taken for poison.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.faults.workers import errands
from tests.faults.workers.crew import SOAK, Crew, crew
from tests.journeys.waiting import within

pytestmark = pytest.mark.servers
KILLS = 100 if SOAK else 12


def test_workers_killed_under_load_lose_and_double_nothing(
    own_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with crew(own_url, tmp_path / "home") as at_work:
        with at_work.load() as given:
            under_fire(at_work, KILLS, seed=3)

        assert at_work.wrong(given) == []
        assert at_work.put_aside() == 0

        again = errands.until_run_again(errands.starts(at_work.diary), at_work.killed)
        assert len(at_work.killed) == KILLS
        assert again, "no kill hit a job"
        p99 = sorted(again)[int(0.99 * (len(again) - 1))]
        print(f"\n{KILLS} kills, {3 * len(given)} jobs; run again: {len(again)}, p99 {p99:.1f} s")
        record_property("workers killed", KILLS)
        record_property("jobs carried out", 3 * len(given))
        record_property("jobs killed and run again", len(again))
        record_property("seconds until run again, p99", round(p99, 2))
        record_property("innocent jobs put aside", at_work.put_aside())


@pytest.mark.once
def test_control_under_the_same_fire_who_acknowledges_first_loses(own_url: str, tmp_path: Path) -> None:
    with crew(own_url, tmp_path / "home", fault="acknowledge first") as at_work:
        with at_work.load() as given:
            under_fire(at_work, 4, seed=3)

        assert at_work.wrong(given)


def under_fire(at_work: Crew, kills: int, seed: int) -> None:
    """Kill one worker after the other, each at a random moment after it has begun to work."""
    chance = Random(seed)
    for _ in range(kills):
        victim = chance.randrange(len(at_work.workers))
        assert within(60, lambda victim=victim: is_at_work(at_work, victim))  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.5))
        at_work.kill(victim)


def is_at_work(at_work: Crew, worker: int) -> bool:
    """Whether it has taken on a job since it was started."""
    return any(each.process == at_work.workers[worker] for each in errands.starts(at_work.diary))
