"""`kill -9` of the worker, the web process or both at any moment of the journey: everything arrives, once."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.journeys.city import City
from tests.journeys.installation import Installation, scaled
from tests.journeys.journey import PATIENCE, Journey
from tests.journeys.outcome import everything_is_done, expected, notices, outcome
from tests.journeys.waiting import within

pytestmark = pytest.mark.servers
SEEDS = range(8) if os.environ.get("VILLAGE_HUB_SOAK") else range(1)
VICTIMS = (("worker",), ("web",), ("worker", "web"))
FORGETFUL = [sys.executable, "-m", "tests.journeys.forgetful_worker"]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_killed_on_the_way_everything_arrives_once(
    installation: Installation, city: City, seed: int
) -> None:
    journey, chance = Journey(installation, city), Random(seed)

    for step in journey.steps():
        if chance.random() < 0.4:
            during(step, installation, chance)
        else:
            step()

    assert within(PATIENCE, lambda: everything_is_done(city.database))
    assert outcome(city.database) == expected(people=6, joined=4, answers=3)
    told = notices(city.database)
    volunteer = journey.volunteer()
    assert {person for person, _ in told} >= {str(each) for each in (city.resident, *city.neighbours, volunteer)}


def during(step: Callable[[], object], installation: Installation, chance: Random) -> None:
    """Do a step while something is killed, a moment earlier or later."""
    victims, moment = chance.choice(VICTIMS), chance.uniform(0, 0.4)

    def strike() -> None:
        time.sleep(moment)
        installation.kill(*victims)

    striking = threading.Thread(target=strike)
    striking.start()
    step()
    striking.join()


def test_control_a_worker_that_marks_before_it_acts_loses_the_lecture(city: City, own_url: str, tmp_path: Path) -> None:
    with scaled(own_url, tmp_path / "home", work=FORGETFUL) as installation:
        journey = Journey(installation, city)
        for step in journey.steps()[:7]:
            step()

        assert within(30, lambda: everything_is_done(city.database))
        assert outcome(city.database)["lectures"] == 0
