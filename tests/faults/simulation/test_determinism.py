"""The same seed tells the same story to the last letter: twice here, and in processes that hash differently."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.simulation.ground import Ground
from tests.faults.simulation.history import SEEDS_A_STAGE, History
from tests.faults.simulation.playing import stage
from tests.faults.simulation.stages import STAGES

ROOT = Path(__file__).parents[3]
SEED = 4 * SEEDS_A_STAGE + 3


@pytest.mark.once
def test_the_same_seed_tells_the_same_story(ground: Ground) -> None:
    history = History.of_seed(SEED, list(STAGES))
    with stage(ground, history.stage) as play:
        first = play(history)
        play(History.of_seed(SEED + 1, list(STAGES)))
        second = play(history)
    with stage(ground, history.stage) as play:
        third = play(history)

    assert first.story == second.story == third.story
    assert first.digest == second.digest == third.digest


@pytest.mark.once
@pytest.mark.slow
def test_processes_that_hash_differently_tell_the_same_story() -> None:
    told = [_replayed(SEED, hash_seed) for hash_seed in ("1", "2")]

    assert "everything calms down" in told[0]
    assert told[0] == told[1]


def _replayed(seed: int, hash_seed: str) -> str:
    command = [sys.executable, "-m", "tests.faults.simulation", str(seed)]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=True)
    return ended.stdout
