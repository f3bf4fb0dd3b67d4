from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from tests.matching.engine.checker import best_value, broken_rules, value_of
from tests.matching.engine.instances import a_district, small_problems
from village_hub.matching.engine import Problem, solve
from village_hub.matching.engine.bound import descend
from village_hub.matching.engine.prices import Prices

EASY = settings(max_examples=150, deadline=None)


@EASY
@given(small_problems())
def test_a_plan_keeps_every_hard_rule_and_counts_its_value_right(problem: Problem) -> None:
    plan = solve(problem)

    assert broken_rules(problem, plan.classes) == []
    assert plan.value == pytest.approx(value_of(problem, plan.classes))
    assert {wish for one in plan.classes for wish in one.wish_ids}.isdisjoint(plan.unmatched)
    assert sum(len(one.wish_ids) for one in plan.classes) + len(plan.unmatched) == len(problem.wishes)


@EASY
@given(small_problems())
def test_a_small_problem_is_solved_to_the_optimum(problem: Problem) -> None:
    best = best_value(problem)

    plan = solve(problem)

    assert plan.value == pytest.approx(best, abs=1e-6)
    assert plan.gap == pytest.approx(0, abs=1e-6)


@EASY
@given(small_problems())
def test_the_bound_holds_also_where_nothing_is_enumerated(problem: Problem) -> None:
    best = best_value(problem)

    plan, hasty = solve(problem, exact_up_to=-1), solve(problem, exact_up_to=-1, effort=0)

    assert broken_rules(problem, plan.classes) == broken_rules(problem, hasty.classes) == []
    assert plan.value <= best + 1e-6 <= plan.bound + 2e-6
    assert hasty.value <= best + 1e-6 <= hasty.bound + 2e-6


@EASY
@given(small_problems())
def test_the_order_of_the_input_does_not_matter(problem: Problem) -> None:
    turned = replace(
        problem,
        wishes=problem.wishes[::-1],
        instructors=problem.instructors[::-1],
        venues=problem.venues[::-1],
    )

    assert solve(problem) == solve(turned)
    assert solve(problem, exact_up_to=-1) == solve(turned, exact_up_to=-1)


def test_a_district_gets_a_plan_near_its_bound_and_keeps_the_rules() -> None:
    problem = a_district(wishes=250, instructors=60, venues=25, seed=4)

    plan = solve(problem)

    assert broken_rules(problem, plan.classes) == []
    assert plan.value == pytest.approx(value_of(problem, plan.classes))
    assert plan.value <= plan.bound
    assert plan.gap < 0.06


def test_more_effort_never_worsens_the_bound_and_a_deadline_ends_the_search() -> None:
    problem = a_district(wishes=120, instructors=30, venues=12, seed=2)
    ticks = iter([True] * 5 + [False] * 1000)

    hasty = solve(problem, keep_going=lambda: next(ticks))
    patient = solve(problem, effort=200)

    assert broken_rules(problem, hasty.classes) == []
    assert hasty.value <= patient.bound
    assert patient.bound <= hasty.bound
    assert patient.value <= hasty.bound


@pytest.mark.parametrize(("begun", "looks"), [(0.0, 31), (1.0, 1), (1.7, 1)])
def test_prices_are_looked_at_once_where_the_time_is_over(begun: float, looks: int) -> None:
    seen = list[int]()

    def relaxed(_: Prices, slope: Prices, iteration: int) -> float:
        seen.append(iteration)
        for each in slope:
            each[...] = 1.0
        return 5.0

    bound, _ = descend(relaxed, Prices(*(np.ones(1) for _ in range(4))), 1.0, 30, lambda: True, lambda: begun)

    assert len(seen) == looks
    assert bound == pytest.approx(5.0)


def test_a_longer_search_for_prices_remembers_as_many_groups() -> None:
    problem = a_district(wishes=120, instructors=30, venues=12, seed=4)

    usual, long = solve(problem), solve(problem, effort=1000)

    assert long.value >= usual.value - 1e-9
