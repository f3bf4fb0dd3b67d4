"""The engine against everything there is to choose from, tried out."""

from __future__ import annotations

import pytest

from tests.matching.engine.checker import best_value, broken_rules
from tests.matching.engine.exhaustive import optimum
from tests.matching.engine.instances import a_small_problem
from village_hub.matching.engine import solve

EVERYTHING = 10**9


@pytest.mark.parametrize("seed", range(20))
def test_two_ways_of_trying_everything_agree(seed: int) -> None:
    problem = a_small_problem(seed)

    assert optimum(problem) == pytest.approx(best_value(problem))


def test_plans_of_small_problems_are_the_best_there_are() -> None:
    problems = [a_small_problem(seed, wishes=8, instructors=4, venues=3) for seed in range(150)]
    values = [optimum(problem) for problem in problems]

    exact = [solve(problem, exact_up_to=EVERYTHING, explained=False) for problem in problems]
    usual = [solve(problem, explained=False) for problem in problems]

    assert sum(value > 0 for value in values) > 75
    assert [plan.value for plan in exact] == pytest.approx(values)
    assert [plan.value for plan in usual] == pytest.approx(values)
    for problem, value, *plans in zip(problems, values, exact, usual, strict=True):
        for plan in plans:
            assert broken_rules(problem, plan.classes) == []
            assert plan.bound >= value - 1e-6


def test_searched_plans_of_small_problems_are_the_best_there_are_and_proven() -> None:
    problems = [a_small_problem(seed, wishes=8, instructors=4, venues=3) for seed in range(150)]
    values = [optimum(problem) for problem in problems]

    plans = [solve(problem, exact_up_to=-1, explained=False) for problem in problems]

    assert [plan.value for plan in plans] == pytest.approx(values)
    for plan, value in zip(plans, values, strict=True):
        assert plan.value - 1e-6 <= value <= plan.bound + 1e-6
    assert sum(plan.gap < 1e-5 for plan in plans) >= 0.97 * len(plans)
