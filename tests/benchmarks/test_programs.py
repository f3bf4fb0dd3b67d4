"""The programs that the peers are given ask what the engine is asked, and HiGHS answers them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import solvers
from tests.benchmarks.large_cities import Size, a_city_in_dayparts, visits
from tests.benchmarks.peers import columns_met
from tests.benchmarks.programs import best_first, for_highs, program_of_columns, program_of_visits, worth_of
from tests.benchmarks.solvers import by_cp_sat, by_highs
from village_hub.matching.engine import solve

_NEAR = 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_the_best_choice_of_visits_is_the_engines_exact_plan(seed: int) -> None:
    week = visits(60, 25, seed=seed, span_km=20.0)

    best = by_highs(for_highs(program_of_visits(week), whole=True))
    relaxed = by_highs(for_highs(program_of_visits(week), whole=False))

    exact = solve(week, exact_up_to=10**9, explained=False)
    assert len(exact.classes) > 5
    assert best.value == pytest.approx(exact.value, abs=_NEAR)
    assert best.value - _NEAR <= best.bound <= relaxed.value + _NEAR


def test_the_columns_of_a_town_ask_the_same_as_the_engines_own_rows() -> None:
    met = columns_met(a_city_in_dayparts(Size(150, 40, 15, 3.0), seed=5))
    program = program_of_columns(met.rows)

    answer = by_highs(for_highs(program, whole=True))

    assert answer.value == pytest.approx(by_highs(met.rows.program(met.columns)).value, abs=_NEAR)
    assert 0 < answer.value <= met.bound


def test_the_start_of_the_peers_takes_the_best_first_and_keeps_every_row() -> None:
    program = program_of_visits(visits(300, 60, seed=3, span_km=20.0))

    start = best_first(program)

    best = by_highs(for_highs(program, whole=True))
    room, columns = program.most - program.matrix @ start, program.matrix.tocsc()
    fits = [bool((room[columns[:, [thing]].indices] >= 1).all()) for thing in np.flatnonzero(~start)]
    assert start[int(program.worth.argmax())]
    assert not any(fits)
    assert 0.8 * best.value < worth_of(program, start) <= best.value + _NEAR


def test_highs_stops_when_its_seconds_are_over_with_the_start_it_was_given() -> None:
    program = program_of_visits(visits(300, 60, seed=3, span_km=20.0))
    start, whole = best_first(program), for_highs(program, whole=True)

    stopped = by_highs(whole, 0.0, start=start)

    assert stopped.value == pytest.approx(worth_of(program, start), abs=_NEAR)
    assert by_highs(whole, 0.0).value < stopped.value < by_highs(whole).value  # the controls: no start, no end


def test_a_choice_that_breaks_a_row_has_no_worth() -> None:
    program = program_of_visits(visits(60, 25, seed=1, span_km=20.0))

    with pytest.raises(ValueError, match="row"):
        worth_of(program, np.ones(len(program.worth), dtype=np.bool_))


def test_cp_sat_is_asked_for_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solvers, "PEERS", tmp_path)

    with pytest.raises(FileNotFoundError, match="bench-matching"):
        by_cp_sat(program_of_visits(visits(60, 25, seed=1, span_km=20.0)), 1.0)
