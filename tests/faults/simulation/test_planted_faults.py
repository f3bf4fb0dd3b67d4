"""Every control: a protection is taken away, and the histories that passed with it find that it is gone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, product

import pytest

from tests.conftest import ON
from tests.faults.simulation.ground import Ground
from tests.faults.simulation.history import Difference, History, shrink
from tests.faults.simulation.planted import FAULTS, Fault
from tests.faults.simulation.playing import stage

#: The protections are the same on both databases; PostgreSQL looks at some of them.
HERE = FAULTS if ON == "sqlite" else FAULTS[::4]
#: Seeds of each stage that may pass before the fault must have shown.
PATIENCE = 100


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("fault", HERE, ids=lambda each: each.name)
def test_a_planted_fault_is_found(
    ground: Ground, fault: Fault, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    found, seeds, told = _find(ground, fault, monkeypatch)

    record_property("found after seeds", seeds)
    record_property("found by", str(found))
    print(f"{fault.name}: after {seeds} seeds: {told.rpartition('✗ ')[2][:150]}")
    assert found is not None
    with stage(ground, found.stage) as play:
        play(found)


@pytest.mark.once
def test_a_failing_history_becomes_short_and_replays(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = next(each for each in FAULTS if each.name == "nobody is promoted")
    found, _, _ = _find(ground, fault, monkeypatch)
    assert found is not None

    with stage(ground, found.stage) as play, monkeypatch.context() as patch:
        fault.plant(patch)

        def fails(history: History) -> bool:
            try:
                play(history)
            except Difference:
                return True
            return False

        short = shrink(found, fails, tries=40)
        again = History.read(str(short))
        still_fails = fails(again)
    with stage(ground, found.stage) as play:
        play(again)

    assert still_fails
    assert len(again.steps) <= 6


def _find(ground: Ground, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> tuple[History | None, int, str]:
    """The first history in which the fault shows, after how many, and what was told; first where it lately showed."""
    blocks = product(fault.stages, (range(first, first + 25) for first in range(0, PATIENCE, 25)))
    tried = 0
    for name, seeds in chain([(fault.stages[0], range(fault.lately, fault.lately + 1))], blocks):
        with stage(ground, name) as play, monkeypatch.context() as patch:
            fault.plant(patch)
            for seed in seeds:
                history, tried = History.of_seed(seed, [name]), tried + 1
                try:
                    play(history)
                except Difference as difference:
                    return history, tried, str(difference)
    return None, tried, ""
