"""Among plans that serve alike: the earliest start and the lowest level."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.matching.engine.checker import broken_rules, faults_of, value_of
from tests.matching.engine.instances import (
    MORNING,
    a_district,
    a_venue,
    a_wish,
    an_instructor,
    small_problems,
)
from village_hub.matching.engine import Plan, Problem, Rules, Weights, solve

DAY = 48
LAST_MORNING = frozenset(27 * DAY + slot for slot in MORNING)
MORNINGS = frozenset(day * DAY + slot for day in range(28) for slot in MORNING)
KIM, HALL = an_instructor("Kim", slots=MORNINGS), a_venue("hall", slots=MORNINGS)
FIVE = tuple(a_wish(f"wish {n}", slots=MORNINGS) for n in range(5))
BOTH_WAYS = pytest.mark.parametrize("exact_up_to", [4_000, -1], ids=["exact", "searched"])


@BOTH_WAYS
@pytest.mark.parametrize("later_per_day", [Weights().later_per_day, 0.0])
def test_a_class_is_held_at_the_first_hour_that_suits_everybody(exact_up_to: int, later_per_day: float) -> None:
    from_the_second_day = replace(FIVE[0], slots=MORNINGS - MORNING)
    problem = Problem(
        wishes=(from_the_second_day, *FIVE[1:]), instructors=(KIM,), venues=(HALL,),
        rules=Rules(weights=Weights(later_per_day=later_per_day)),
    )  # fmt: skip

    plan = solve(problem, exact_up_to=exact_up_to)

    assert [one.start for one in plan.classes] == [DAY + min(MORNING)]


@BOTH_WAYS
@pytest.mark.parametrize(
    ("later_per_day", "served", "day"),
    [pytest.param(Weights().later_per_day, 20, 27, id="usual"), pytest.param(0.01, 19, 0, id="control: too heavy")],
)
def test_one_person_more_outweighs_four_weeks(exact_up_to: int, later_per_day: float, served: int, day: int) -> None:
    """At the worst: the room is full and everybody lives at the edge of their reach, one level away."""
    far = {"point": (1200.0, 0.0), "level": 2, "slots": MORNINGS}
    nineteen = tuple(a_wish(f"wish {n}", people=people, **far) for n, people in enumerate((9, 10)))
    problem = Problem(
        wishes=(*nineteen, a_wish("one more", **{**far, "slots": LAST_MORNING})),
        instructors=(replace(KIM, topics={"calligraphy": frozenset({1})}),), venues=(HALL,),
        rules=Rules(weights=Weights(later_per_day=later_per_day)),
    )  # fmt: skip

    (held,) = solve(problem, exact_up_to=exact_up_to).classes

    people = {wish.id: wish.people for wish in problem.wishes}
    assert (sum(people[name] for name in held.wish_ids), held.start // DAY) == (served, day)


def test_a_class_in_four_weeks_is_better_than_none() -> None:
    problem = Problem(
        wishes=tuple(replace(wish, slots=LAST_MORNING) for wish in FIVE), instructors=(KIM,), venues=(HALL,)
    )

    plan = solve(problem)

    assert plan.unmatched == {}


def test_no_class_of_a_district_could_be_held_earlier_with_its_group_instructor_and_room() -> None:
    problem = a_district(wishes=150, instructors=40, venues=15, seed=7)

    plan = solve(problem)

    assert len(plan.classes) > 5
    assert broken_rules(problem, plan.classes) == []
    for held in plan.classes:
        others = [one for one in plan.classes if one is not held]
        sooner = [replace(held, start=start) for start in range(held.start)]
        assert not [
            one.start for one in sooner if not faults_of(problem, one) and not broken_rules(problem, [*others, one])
        ]


@pytest.mark.parametrize(("taught", "level"), [({0}, 0), ({0, 2}, 0), ({2, 3}, 2), ({3}, 3)])
def test_a_group_that_fits_every_level_gets_the_lowest_that_its_instructor_teaches(
    taught: set[int], level: int
) -> None:
    advanced = a_wish("advanced", level=3, slots=frozenset())
    problem = Problem(
        wishes=(*FIVE, advanced),
        instructors=(replace(KIM, topics={"calligraphy": frozenset(taught)}),
                     an_instructor("Lee", topics={"calligraphy": frozenset({1, 3})}, paused=True)),
        venues=(HALL,),
    )  # fmt: skip

    plan = solve(problem)

    assert [one.level for one in plan.classes] == [level]


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_no_lower_level_would_suit_a_group_as_well(problem: Problem) -> None:
    for plan in (solve(problem), solve(problem, exact_up_to=-1)):
        levels = {wish.id: wish.level for wish in problem.wishes}
        taught = {one.id: one.topics for one in problem.instructors}

        for held in plan.classes:
            if not any(levels[name] for name in held.wish_ids):
                assert held.level == min(taught[held.instructor_id][held.topic])
            for lower in range(1, held.level):
                other = replace(held, level=lower)
                assert faults_of(problem, other) or value_of(problem, [other]) < value_of(problem, [held]) - 1e-9


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_no_class_could_be_held_earlier_in_any_plan(problem: Problem) -> None:
    plans: tuple[Plan, ...] = (solve(problem), solve(problem, exact_up_to=-1), solve(problem, exact_up_to=-1, effort=0))

    for plan in plans:
        for held in plan.classes:
            others = [one for one in plan.classes if one is not held]
            sooner = [replace(held, start=start) for start in range(held.start)]
            assert all(broken_rules(problem, [*others, one]) for one in sooner)
