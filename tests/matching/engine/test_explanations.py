from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from tests.matching.engine.checker import broken_rules
from tests.matching.engine.instances import MORNING, a_venue, a_wish, an_instructor, small_problems
from village_hub.matching.engine import (
    Change,
    ChangeCode,
    Problem,
    ReasonCode,
    WhyNotCode,
    alternatives,
    apply_change,
    solve,
)

FOUR = tuple(a_wish(f"wish {n}") for n in range(4))
FIVE = (*FOUR, a_wish("wish 4"))
EVENING = frozenset(range(36, 42))


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_the_smallest_change_does_match_the_wish(problem: Problem) -> None:
    plan = solve(problem)
    changes = [(wish, why.smallest_change) for wish, why in plan.unmatched.items() if why.smallest_change]
    assume(changes)

    for wish, change in changes:
        changed = apply_change(problem, wish, change)
        after = solve(changed)

        assert broken_rules(changed, after.classes) == []
        assert wish not in after.unmatched
        assert after.value > plan.value


def test_an_instructor_who_would_hold_a_larger_class_next_door_is_not_proposed() -> None:
    """Two rooms of one house: whoever comes for the small one could fill the large one without the wish."""
    crowd = tuple(a_wish(f"wish {n}", people=3) for n in range(2))
    late = a_wish("alone", people=2, slots=MORNING)
    house = (a_venue("large", capacity=6, features=frozenset()), a_venue("small", capacity=5))
    problem = Problem(wishes=(*crowd, replace(late, needs=frozenset({"lift"}))), instructors=(),
                      venues=(house[0], replace(house[1], features=frozenset({"lift"}))))  # fmt: skip

    changes = {name: why.smallest_change for name, why in solve(problem).unmatched.items()}

    assert changes["alone"] is None
    assert {change.venue_id for name in ("wish 0", "wish 1") if (change := changes[name])} == {"large"}


@settings(max_examples=100, deadline=None)
@given(small_problems())
def test_a_change_matches_the_wish_while_the_rest_of_a_searched_plan_stands(problem: Problem) -> None:
    plan = solve(problem, exact_up_to=-1)
    changes = [(wish, why.smallest_change) for wish, why in plan.unmatched.items() if why.smallest_change]
    assume(changes)

    for wish, change in changes:
        changed = apply_change(problem, wish, change)
        after = solve(changed, exact_up_to=-1, before=plan)

        assert broken_rules(changed, after.classes) == []
        assert wish not in after.unmatched
        assert after.value > plan.value


def test_five_neighbours_with_one_wish_become_a_class_with_reasons() -> None:
    problem = Problem(wishes=FIVE, instructors=(an_instructor("Kim"),), venues=(a_venue("hall"),))

    plan = solve(problem)

    (one,) = plan.classes
    figures = {reason.code: reason.figures for reason in one.reasons}
    assert one.wish_ids == ("wish 0", "wish 1", "wish 2", "wish 3", "wish 4")
    assert 0 < one.score < 1
    assert figures[ReasonCode.EVERYBODY_FREE] == {"people": 5, "wishes": 5}
    assert figures[ReasonCode.DISTANCE_INSTRUCTOR_M] == {"metres": 300, "radius_m": 3000.0}
    assert figures[ReasonCode.WALKING_MINUTES] == {"average": 4, "longest": 4}
    assert figures[ReasonCode.SESSIONS_THIS_WEEK] == {"sessions": 1, "cap": 1}
    assert ReasonCode.ACCESS_MET not in figures


@pytest.mark.parametrize(
    ("problem", "code", "change"),
    [
        pytest.param(
            Problem(wishes=FOUR, instructors=(an_instructor("Kim"),), venues=(a_venue("hall"),)),
            WhyNotCode.TOO_FEW_PEOPLE, Change(ChangeCode.MORE_PEOPLE, 1, "", "hall", 18), id="one person short",
        ),
        pytest.param(
            Problem(wishes=(*FOUR, a_wish("wish 4", slots=EVENING)), instructors=(an_instructor("Kim"),),
                    venues=(a_venue("hall", slots=MORNING | EVENING),)),
            WhyNotCode.INSTRUCTORS_NOT_FREE_THEN, Change(ChangeCode.OTHER_HOUR, 4, "", "hall", 18), id="another hour",
        ),
        pytest.param(
            Problem(wishes=(*FOUR, a_wish("wish 4", point=(1500.0, 0.0))), instructors=(an_instructor("Kim"),),
                    venues=(a_venue("hall"),)),
            WhyNotCode.NO_VENUE_NEAR, Change(ChangeCode.FURTHER, 300, "", "hall", 18), id="300 m further",
        ),
        pytest.param(
            Problem(wishes=(*FOUR, a_wish("wish 4", languages=frozenset({"vi"}))), instructors=(an_instructor("Kim"),),
                    venues=(a_venue("hall"),)),
            WhyNotCode.LANGUAGE, Change(ChangeCode.OTHER_LANGUAGE, 1, "ko", "hall", 18), id="another language",
        ),
        pytest.param(
            Problem(wishes=(*FOUR, a_wish("wish 4", needs=frozenset({"lift"}))), instructors=(an_instructor("Kim"),),
                    venues=(a_venue("hall"),)),
            WhyNotCode.NO_VENUE_WITH_FEATURE, Change(ChangeCode.VENUE_FEATURE, 1, "lift", "hall", 18), id="a lift",
        ),
        pytest.param(
            Problem(wishes=(*FOUR, a_wish("wish 4")), instructors=(an_instructor("Kim", taken_per_week={0: 1}),),
                    venues=(a_venue("hall"),)),
            WhyNotCode.CAPS_USED, Change(ChangeCode.ONE_MORE_SESSION, 1, "Kim", "hall", 18), id="one more session",
        ),
        pytest.param(
            Problem(wishes=FIVE, instructors=(), venues=(a_venue("hall"),)),
            WhyNotCode.NO_INSTRUCTOR_FOR_TOPIC, Change(ChangeCode.INSTRUCTOR_FOR_TOPIC, 1, "calligraphy", "hall", 18),
            id="an instructor",
        ),
        pytest.param(
            Problem(wishes=FOUR, instructors=(), venues=(a_venue("hall"),)), WhyNotCode.NO_INSTRUCTOR_FOR_TOPIC,
            Change(ChangeCode.INSTRUCTOR_FOR_TOPIC, 1, "calligraphy", "hall", 18, people=1),
            id="an instructor and one person more",
        ),
        pytest.param(
            Problem(wishes=(*FOUR[:3], a_wish("wish 4", slots=EVENING)), instructors=(an_instructor("Kim"),),
                    venues=(a_venue("hall", slots=MORNING | EVENING),)), WhyNotCode.INSTRUCTORS_NOT_FREE_THEN,
            Change(ChangeCode.OTHER_HOUR, 4, "", "hall", 18, people=1), id="another hour and one person more",
        ),
    ],
)  # fmt: skip
def test_why_not_names_the_obstacle_and_the_change_that_removes_it(
    problem: Problem, code: WhyNotCode, change: Change
) -> None:
    name = problem.wishes[-1].id

    why = solve(problem).unmatched[name]

    assert why.code is code
    assert why.smallest_change == change
    assert name not in solve(apply_change(problem, name, change)).unmatched


def test_a_wish_that_neither_one_change_nor_company_could_match_gets_none() -> None:
    problem = Problem(
        wishes=(a_wish("alone", slots=EVENING, needs=frozenset({"lift"})),),
        instructors=(an_instructor("Kim"),),
        venues=(a_venue("hall"),),
    )

    why = solve(problem).unmatched["alone"]

    assert why.smallest_change is None


def test_the_next_best_instructors_are_ranked_and_the_busy_and_declined_left_out() -> None:
    near, far = an_instructor("near", point=(300.0, 0.0)), an_instructor("far", point=(2000.0, 0.0))
    paused, foreign = an_instructor("paused", paused=True), an_instructor("foreign", languages=frozenset({"en"}))
    declined = an_instructor("declined", point=(400.0, 0.0))
    problem = Problem(
        wishes=FIVE,
        instructors=(far, near, paused, foreign, declined, an_instructor("Kim", point=(200.0, 0.0))),
        venues=(a_venue("hall"),),
    )
    (planned,) = solve(problem).classes

    ranked = alternatives(replace(problem, forbidden=frozenset({("wish 0", "declined")})), planned)

    assert planned.instructor_id == "Kim"
    assert [one.instructor_id for one in ranked] == ["near", "far"]
    assert planned.score > ranked[0].score > ranked[1].score
