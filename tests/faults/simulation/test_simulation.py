"""Thousands of histories that nobody wrote, and each goes as the oracle says: after every step, and in the end.

`VILLAGE_HUB_SOAK=1` plays twenty times as many. A failing seed is made small and told as a story; its first line
replays it: `python -m tests.faults.simulation "<history>"`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ON
from tests.faults.simulation.covering import missing
from tests.faults.simulation.ground import Ground
from tests.faults.simulation.history import SEEDS_A_STAGE, Difference, History, shrink
from tests.faults.simulation.playing import Outcome, stage
from tests.faults.simulation.stages import STAGES

SEEDS = 20_000 if os.environ.get("VILLAGE_HUB_SOAK") else {"sqlite": 1000}.get(ON, 400)
NAMES = list(STAGES)
#: What the histories of this test process have reached so far.
REACHED: Counter[str] = Counter()
Play = Callable[[History], Outcome]


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, SEEDS_A_STAGE))
def test_every_history_goes_as_the_oracle_says(
    ground: Ground, first: int, record_property: Callable[[str, object], None]
) -> None:
    histories = [History.of_seed(seed, NAMES) for seed in range(first, first + SEEDS_A_STAGE)]
    counts: Counter[str] = Counter()

    with stage(ground, histories[0].stage) as play:
        for history in histories:
            counts += _played(play, history).counts

    REACHED.update(counts)
    record_property("seeds", len(histories))
    for figure in ("steps", "worker killed", "worker paused", "message lost", "message doubled", "answered as before"):
        record_property(figure, counts[figure])
    assert counts["steps"] == sum(len(each.steps) for each in histories)


def test_histories_of_any_numbers_go_well_too(ground: Ground) -> None:
    """Hypothesis draws the numbers, and would leave out steps by itself."""
    with stage(ground, "fresh") as play:

        @settings(
            max_examples=12, derandomize=True, deadline=None, database=None,
            suppress_health_check=[HealthCheck.too_slow],
        )  # fmt: skip
        @given(st.lists(st.integers(0, 2**32 - 1), max_size=12))
        def go(numbers: list[int]) -> None:
            play(History("fresh", 0, tuple(numbers)))

        go()


@pytest.mark.slow
def test_every_kind_of_thing_happens_in_some_history(
    ground: Ground, record_property: Callable[[str, object], None]
) -> None:
    """The simulation cannot quietly become empty: where this process has not seen everything yet, it plays on."""
    more = 0

    for first, name in product(range(0, 200, 10), NAMES):
        if not missing(REACHED, also_rare=ON == "sqlite"):
            break
        with stage(ground, name) as play:
            for seed in range(first, first + 10):
                REACHED.update(_played(play, History.of_seed(SEEDS + seed, [name])).counts)
                more += 1

    record_property("further seeds until everything was seen", more)
    assert missing(REACHED, also_rare=ON == "sqlite") == []


def _played(play: Play, history: History) -> Outcome:
    try:
        return play(history)
    except Difference:
        play(shrink(history, lambda each: _fails(play, each)))
        raise


def _fails(play: Play, history: History) -> bool:
    try:
        play(history)
    except Difference:
        return True
    return False
