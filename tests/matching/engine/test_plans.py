from __future__ import annotations

from dataclasses import replace

import pytest

from tests.matching.engine.checker import broken_rules
from tests.matching.engine.instances import a_venue, a_wish, an_instructor
from village_hub.matching.engine import KeptClass, Problem, ProblemError, Rules, Weights, project, solve

FIVE = tuple(a_wish(f"wish {n}") for n in range(5))
HALL, KIM = a_venue("hall"), an_instructor("Kim")


def test_an_empty_village_has_an_empty_plan() -> None:
    plan = solve(Problem(wishes=(), instructors=(), venues=()))

    assert plan.classes == ()
    assert (plan.value, plan.bound, plan.gap) == (0.0, 0.0, 0.0)


def test_a_declined_instructor_is_not_asked_again() -> None:
    problem = Problem(wishes=FIVE, instructors=(KIM, an_instructor("Lee", point=(2500.0, 0.0))), venues=(HALL,))

    before = solve(problem)
    after = solve(replace(problem, forbidden=frozenset({("wish 2", "Kim")})))

    assert [one.instructor_id for one in before.classes] == ["Kim"]
    assert [one.instructor_id for one in after.classes] == ["Lee"]


def test_a_kept_class_stands_and_its_people_instructor_and_room_are_taken() -> None:
    kept = KeptClass(
        topic="calligraphy", level=0, language="ko", wish_ids=tuple(wish.id for wish in FIVE),
        instructor_id="Kim", venue_id="hall", start=20,
    )  # fmt: skip
    others = tuple(a_wish(f"other {n}") for n in range(5))
    instructors = (an_instructor("Kim", cap_per_week=3), an_instructor("Lee"))
    problem = Problem(wishes=FIVE + others, instructors=instructors, venues=(HALL,), kept=(kept,))

    crowded = solve(problem)
    roomy = solve(replace(problem, venues=(HALL, a_venue("annex"))))

    assert [(one.kept, one.start) for one in crowded.classes] == [(True, 20)]
    assert set(crowded.unmatched) == {wish.id for wish in others}
    assert [(one.kept, one.instructor_id, one.venue_id) for one in roomy.classes] == [
        (False, "Lee", "annex"),
        (True, "Kim", "hall"),
    ]
    assert roomy.value == pytest.approx(roomy.bound)


def test_a_group_that_wants_only_its_neighbours_needs_the_minimum_by_its_own_people() -> None:
    four = a_wish("four of us", people=4, only_with="Sunny Court")
    alone = Problem(wishes=(*FIVE, four), instructors=(an_instructor("Kim", cap_per_week=2),), venues=(HALL,))

    apart = solve(alone)
    five = solve(replace(alone, wishes=(*FIVE, replace(four, people=5)), venues=(HALL, a_venue("annex")),
                         instructors=(KIM, an_instructor("Lee"))))  # fmt: skip

    assert set(apart.unmatched) == {"four of us"}
    assert sorted(one.wish_ids for one in five.classes) == [("four of us",), tuple(wish.id for wish in FIVE)]


def test_those_who_waited_longest_come_first_when_the_room_is_small() -> None:
    patient = a_wish("patient", waiting_days=60)
    problem = Problem(wishes=(*FIVE, patient), instructors=(KIM,), venues=(a_venue("room", capacity=5),))

    plan = solve(problem)

    assert "patient" in plan.classes[0].wish_ids
    assert len(plan.unmatched) == 1


def test_sessions_are_spread_over_instructors_who_are_otherwise_equal() -> None:
    wishes = tuple(a_wish(f"{topic} {n}", topic=topic) for topic in ("tea", "phone") for n in range(5))
    topics = {"tea": frozenset({0}), "phone": frozenset({0})}
    slots = frozenset(range(18, 30))
    problem = Problem(
        wishes=tuple(replace(wish, slots=slots) for wish in wishes),
        instructors=tuple(an_instructor(name, topics=topics, slots=slots, cap_per_week=2) for name in ("Kim", "Lee")),
        venues=(a_venue("hall", slots=slots),),
    )

    spread = solve(problem)
    indifferent = solve(replace(problem, rules=Rules(weights=Weights(load=0.0))))

    assert {one.instructor_id for one in spread.classes} == {"Kim", "Lee"}
    assert indifferent.value == pytest.approx(spread.value)
    assert broken_rules(problem, spread.classes) == []


def test_a_class_is_not_held_where_its_cost_exceeds_its_worth() -> None:
    problem = Problem(wishes=FIVE, instructors=(KIM,), venues=(HALL,), rules=Rules(weights=Weights(class_cost=9.0)))

    plan = solve(problem)

    assert plan.classes == ()
    assert {why.code for why in plan.unmatched.values()} == {"not_worth_its_cost"}


def test_a_contradictory_problem_is_refused() -> None:
    with pytest.raises(ProblemError, match="twice"):
        Problem(wishes=(*FIVE, FIVE[0]), instructors=(), venues=())
    with pytest.raises(ProblemError, match="minimum"):
        Problem(wishes=(), instructors=(), venues=(), rules=Rules(minimum_group=6, maximum_group=5))


def test_degrees_become_metres_from_the_origin() -> None:
    east, north = project(127.2, 37.55, (127.2, 37.54))

    assert east == pytest.approx(0)
    assert north == pytest.approx(1112, abs=1)
