"""Runs that know an earlier one: its prices, its plan, and classes that people have already seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.matching.engine.checker import best_value, broken_rules, value_of
from tests.matching.engine.instances import a_district, a_venue, a_wish, an_instructor, small_problems
from village_hub.matching.engine import Plan, Problem, Rules, Weights, solve

FIVE = tuple(a_wish(f"wish {n}") for n in range(5))
#: As good as the hall but for 100 m less to walk.
NEARER = a_venue("nearer", point=(100.0, 0.0))


def classes_of(plan: Plan) -> set[tuple[str, str, int, tuple[str, ...]]]:
    return {(one.instructor_id, one.venue_id, one.start, one.wish_ids) for one in plan.classes}


@pytest.mark.parametrize(("stability", "venue"), [(1.0, "hall"), pytest.param(0.0, "nearer", id="control: no weight")])
@pytest.mark.parametrize("exact_up_to", [4_000, -1])
def test_a_class_already_shown_stays_unless_breaking_it_gains_more(
    stability: float, venue: str, exact_up_to: int
) -> None:
    rules = Rules(weights=Weights(stability=stability))
    before = Problem(wishes=FIVE, instructors=(an_instructor("Kim"),), venues=(a_venue("hall"),), rules=rules)
    (shown,) = solve(before).classes
    after = replace(before, venues=(a_venue("hall"), NEARER), shown=(shown.keep(),))

    plan = solve(after, exact_up_to=exact_up_to)

    assert [one.venue_id for one in plan.classes] == [venue]
    assert plan.stability == (stability if venue == "hall" else 0.0)
    assert plan.value == pytest.approx(value_of(after, plan.classes) + plan.stability)
    assert plan.value <= plan.bound + 1e-6


def test_a_class_shown_that_is_no_longer_possible_counts_for_nothing() -> None:
    before = Problem(wishes=FIVE, instructors=(an_instructor("Kim"),), venues=(a_venue("hall"),))
    (shown,) = solve(before).classes
    after = replace(before, venues=(NEARER,), shown=(shown.keep(), replace(shown.keep(), wish_ids=("gone",))))

    plan = solve(after)

    assert [one.venue_id for one in plan.classes] == ["nearer"]
    assert plan.stability == 0.0


@settings(max_examples=100, deadline=None)
@given(small_problems(), small_problems())
def test_shown_classes_never_make_a_plan_beat_its_bound(problem: Problem, other: Problem) -> None:
    shown = tuple(one.keep() for one in (*solve(problem).classes, *solve(other).classes))
    again = replace(problem, shown=shown)

    exact, searched = solve(again), solve(again, exact_up_to=-1)

    for plan in (exact, searched):
        assert broken_rules(again, plan.classes) == []
        assert plan.value == pytest.approx(value_of(again, plan.classes) + plan.stability)
    assert searched.value <= exact.value + 1e-6 <= searched.bound + 2e-6
    assert exact.value >= best_value(problem) - 1e-6


@pytest.mark.parametrize("change", ["withdrawn", "paused", "closed", "new"])
def test_a_change_touches_only_what_it_must(change: str) -> None:
    problem = a_district(wishes=250, instructors=60, venues=25, seed=4)
    before = solve(problem, explained=False)
    gone = before.classes[3]
    after = {
        "withdrawn": replace(problem, wishes=tuple(one for one in problem.wishes if one.id != gone.wish_ids[0])),
        "paused": replace(problem, instructors=tuple(
            replace(one, paused=one.id == gone.instructor_id) for one in problem.instructors)),
        "closed": replace(problem, venues=tuple(one for one in problem.venues if one.id != gone.venue_id)),
        "new": replace(problem, wishes=(*problem.wishes, replace(problem.wishes[0], id="new"))),
    }[change]  # fmt: skip

    mended = solve(after, before=before, explained=False)

    lost = [one for one in before.classes if change != "new" and (
        one is gone or (change == "paused" and one.instructor_id == gone.instructor_id)
        or (change == "closed" and one.venue_id == gone.venue_id))]  # fmt: skip
    rooms = {(one.instructor_id, one.venue_id) for one in mended.classes}
    stayed = [one for one in before.classes if one not in lost and (one.instructor_id, one.venue_id) in rooms]
    assert broken_rules(after, mended.classes) == []
    assert mended.value <= mended.bound
    assert len(stayed) >= 0.9 * (len(before.classes) - len(lost))
    assert mended.value >= 0.97 * solve(after, explained=False).value


def test_prices_of_the_day_before_give_a_bound_at_once() -> None:
    problem = a_district(wishes=250, instructors=60, venues=25, seed=4)
    yesterday = solve(problem, explained=False)
    today = replace(problem, wishes=problem.wishes[10:])

    cold, warm = (solve(today, effort=1, explained=False, warm=one) for one in (None, yesterday))

    assert warm.value <= warm.bound < cold.bound


def test_the_share_of_time_spent_ends_a_run_with_the_best_plan_so_far() -> None:
    problem = a_district(wishes=120, instructors=30, venues=12, seed=2)
    clock = iter(range(10_000))

    plan = solve(problem, effort=1_000_000, exact_up_to=-1, spent=lambda: next(clock) / 60, explained=False)

    assert broken_rules(problem, plan.classes) == []
    assert plan.value == pytest.approx(value_of(problem, plan.classes))
    assert plan.value <= plan.bound


def test_a_seed_decides_the_plan() -> None:
    problem = a_district(wishes=120, instructors=30, venues=12, seed=2)

    first, again = (solve(problem, seed=5, exact_up_to=-1, explained=False) for _ in range(2))

    assert classes_of(first) == classes_of(again)
    assert first.value == again.value
