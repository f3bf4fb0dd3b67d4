"""Rosters of helpers, mentors and consultants, solved by the same engine through the same interface.

A mentor's hour or a consultant's slot is a class of one. A shift with several places is one wish and one private venue
for each place, because a venue is taken by one class at a time; whoever is asked for a place is the instructor.
"""

from __future__ import annotations

import pytest

from tests.matching.engine.checker import best_value, broken_rules, value_of
from tests.matching.engine.instances import a_venue, a_wish, an_instructor
from village_hub.matching.engine import Instructor, Plan, Problem, Rules, Venue, Weights, Wish, solve

MORNING, AFTERNOON = frozenset(range(18, 22)), frozenset(range(26, 30))
GATE = {"gate": frozenset({0})}
ONE_TO_ONE = {"minimum_group": 1, "maximum_group": 1}


def who_does_what(plan: Plan) -> dict[str, tuple[str, int]]:
    """Whom each wish meets, and when."""
    return {each.wish_ids[0]: (each.instructor_id, each.start) for each in plan.classes}


def a_shift(name: str, hours: frozenset[int], places: int) -> tuple[list[Wish], list[Venue]]:
    """A shift at the gate as one wish and one venue for each of its places."""
    names = [f"{name} {number}" for number in range(1, places + 1)]
    wishes = [a_wish(each, topic="gate", slots=hours, venue=each, point=(0.0, 0.0)) for each in names]
    return wishes, [a_venue(each, slots=hours, capacity=1, private=True, point=(0.0, 0.0)) for each in names]


def a_helper(name: str, metres: float, hours: frozenset[int], cap: int = 1) -> Instructor:
    return an_instructor(name, topics=GATE, point=(metres, 0.0), radius_m=5000.0, slots=hours, cap_per_week=cap)


def a_festival(load: float) -> Problem:
    """Two helpers are needed in the morning and one in the afternoon; Ara could come for both shifts."""
    morning, afternoon = a_shift("morning", MORNING, 2), a_shift("afternoon", AFTERNOON, 1)
    return Problem(
        wishes=(*morning[0], *afternoon[0]),
        venues=(*morning[1], *afternoon[1]),
        instructors=(
            a_helper("Ara", 1000.0, MORNING | AFTERNOON, cap=2),
            a_helper("Bora", 2000.0, MORNING),
            a_helper("Chan", 4000.0, AFTERNOON),
        ),
        rules=Rules(**ONE_TO_ONE, length_slots=4, weights=Weights(load=load, later_per_day=0.0)),
    )


@pytest.mark.parametrize(
    ("load", "in_the_afternoon", "optimum"),
    [
        # Three places filled: 3 x (1 - 0.5). Ara twice and Bora drive 2 x (1 + 1 + 2) km at 0.05 each, and Ara's
        # second shift costs 0.1: 1.5 - 0.4 - 0.1.
        (0.1, "Ara", 1.0),
        # A second shift costs 0.5 now, so Chan's longer way is cheaper: 1.5 - 0.05 x 2 x (1 + 2 + 4).
        (0.5, "Chan", 0.8),
    ],
)
def test_a_roster_fills_every_place_of_a_shift_with_somebody_else(
    load: float, in_the_afternoon: str, optimum: float
) -> None:
    festival = a_festival(load)

    plan = solve(festival)

    found = who_does_what(plan)
    assert {found["morning 1"][0], found["morning 2"][0]} == {"Ara", "Bora"}
    assert found["afternoon 1"] == (in_the_afternoon, min(AFTERNOON))
    assert plan.value == pytest.approx(optimum) == pytest.approx(best_value(festival))
    assert plan.bound == pytest.approx(optimum)
    assert broken_rules(festival, plan.classes) == []


def test_a_place_that_nobody_can_take_stays_open_and_says_so() -> None:
    festival = a_festival(0.1)
    alone = Problem(
        wishes=festival.wishes, venues=festival.venues, instructors=festival.instructors[:1], rules=festival.rules
    )

    plan = solve(alone)

    # Ara can be at one place at a time: one of the morning's, and the afternoon's.
    assert len(plan.classes) == 2
    assert plan.value == pytest.approx(2 * 0.5 - 2 * 0.1 - 0.1)
    assert set(plan.unmatched) < {"morning 1", "morning 2"}


def test_mentors_are_shared_out_so_that_nobody_is_left_who_has_no_other_choice() -> None:
    """Hana can learn from both mentors, Jun only from Mina, who has one hour a week."""
    problem = Problem(
        wishes=(
            a_wish("Hana", topic="first job", waiting_days=60),
            a_wish("Jun", topic="first job", languages=frozenset({"vi"})),
        ),
        instructors=(
            an_instructor("Mina", topics={"first job": frozenset({0})}, point=(200.0, 0.0),
                          languages=frozenset({"ko", "vi"})),
            an_instructor("Woo", topics={"first job": frozenset({0})}, point=(2200.0, 0.0)),
        ),
        venues=(a_venue("library"),),
        rules=Rules(**ONE_TO_ONE, length_slots=2, weights=Weights(later_per_day=0.0)),
    )  # fmt: skip

    plan = solve(problem)

    # Both walk 200 m of 1000 m: 1 - 0.06 each; Hana has waited for long: + 0.5; an hour costs 0.5, Woo's way 0.05 x 4.
    # Hana with Mina, who is nearer, would be 1.44 - 0.5 = 0.94 and leave Jun without anybody.
    assert {wish: mentor for wish, (mentor, _) in who_does_what(plan).items()} == {"Hana": "Woo", "Jun": "Mina"}
    assert plan.value == pytest.approx((1.44 - 0.5 - 0.2) + (0.94 - 0.5))
    assert plan.value == pytest.approx(best_value(problem)) == pytest.approx(plan.bound)


def test_a_consultants_morning_is_filled_so_that_everybody_comes_in_their_own_half_hours() -> None:
    """Whoever comes first would take ten o'clock, which is the only half hour of the second."""
    usual = {"topic": "pathways", "venue": "desk", "point": (0.0, 0.0)}
    problem = Problem(
        wishes=(
            a_wish("any of two", slots=frozenset({20, 21}), **usual),
            a_wish("only ten", slots=frozenset({20}), **usual),
            a_wish("later", slots=frozenset({21, 22}), **usual),
        ),
        instructors=(
            an_instructor("consultant", topics={"pathways": frozenset({0})}, point=(0.0, 0.0), radius_m=0.0,
                          slots=frozenset(range(20, 24)), cap_per_week=40),
        ),
        venues=(a_venue("desk", point=(0.0, 0.0), capacity=2),),
        rules=Rules(**ONE_TO_ONE, length_slots=1, weights=Weights(class_cost=0.0, load=0.0, later_per_day=0.048)),
    )  # fmt: skip

    plan = solve(problem)

    # The consultant is there anyway, so a consultation costs nothing; a half hour later costs 0.048 / 48.
    assert who_does_what(plan) == {
        "only ten": ("consultant", 20), "any of two": ("consultant", 21), "later": ("consultant", 22),
    }  # fmt: skip
    assert plan.value == pytest.approx(3 - 0.001 * (20 + 21 + 22)) == pytest.approx(value_of(problem, plan.classes))
    assert plan.bound == pytest.approx(plan.value)
