from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.matching.engine.checker import best_value, broken_rules
from tests.matching.engine.instances import a_venue, a_wish, an_instructor, small_problems
from village_hub.matching.engine import KeptClass, Problem, Rules, solve

MORNING = frozenset(range(18, 27))
KIM = an_instructor("Kim", slots=MORNING, cap_per_week=2, radius_m=20_000.0)
NEAR, FAR = a_venue("near", slots=MORNING), a_venue("far", slots=MORNING, point=(9_200.0, 0.0))
HERE = tuple(a_wish(f"here {n}", slots=MORNING) for n in range(5))
THERE = tuple(a_wish(f"there {n}", slots=MORNING, point=(9_200.0, 0.0)) for n in range(5))
EACH_WAY = pytest.mark.parametrize("exact_up_to", [4_000, -1])


@EACH_WAY
@pytest.mark.parametrize(("speed", "classes"), [(0.0, 2), (400.0, 2), (150.0, 1)])
def test_an_instructor_needs_time_between_two_venues(speed: float, classes: int, exact_up_to: int) -> None:
    """Nine half hours hold two classes of four and half an hour between them: 9 km take 23 minutes, or an hour."""
    problem = Problem(
        wishes=HERE + THERE, instructors=(KIM,), venues=(NEAR, FAR), rules=Rules(travel_m_per_minute=speed)
    )

    plan = solve(problem, exact_up_to=exact_up_to)

    assert len(plan.classes) == classes
    assert broken_rules(problem, plan.classes) == []
    assert plan.value <= plan.bound + 1e-6


def test_the_way_from_a_kept_class_counts_too() -> None:
    kept = KeptClass(
        topic="calligraphy", level=0, language="ko", wish_ids=tuple(wish.id for wish in HERE), instructor_id="Kim",
        venue_id="near", start=18,
    )  # fmt: skip
    problem = Problem(wishes=HERE + THERE, instructors=(KIM,), venues=(NEAR, FAR), kept=(kept,))
    in_time, late = (replace(problem, rules=Rules(travel_m_per_minute=speed)) for speed in (400.0, 150.0))

    assert [one.start for one in solve(in_time).classes] == [18, 23]
    assert [one.start for one in solve(late).classes] == [18]


@settings(max_examples=100, deadline=None)
@given(small_problems())
def test_small_problems_with_ways_are_solved_to_the_optimum(problem: Problem) -> None:
    slow = replace(problem, rules=replace(problem.rules, travel_m_per_minute=20.0))
    best = best_value(slow)

    exact, searched = solve(slow), solve(slow, exact_up_to=-1)

    assert exact.value == pytest.approx(best, abs=1e-6)
    assert broken_rules(slow, exact.classes) == broken_rules(slow, searched.classes) == []
    assert searched.value <= best + 1e-6 <= searched.bound + 2e-6
