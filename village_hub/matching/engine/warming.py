"""Compiles every loop once, so that the first match run need not wait for it.

Two small towns are solved in all the ways there are; the machine code stays on disk for every later process.
"""

from __future__ import annotations

from dataclasses import replace

from village_hub.matching.engine.problem import Instructor, Problem, Rules, Venue, Wish
from village_hub.matching.engine.solving import solve

WEEK = frozenset(range(48 * 7))


def a_town(*, at_home: bool) -> Problem:
    """Three instructors, two rooms, and nine neighbours who want visits at home, or lessons in groups."""
    home = (0.0, 0.0)
    topics = {"harmonica": frozenset({1, 2}), "photography": frozenset({1})}
    wishes = tuple(
        Wish(
            id=f"wish {number}",
            topic=("harmonica", "photography")[number % 2],
            level=1,
            people=2,
            point=(100.0 * number, 0.0),
            reach_m=2000.0,
            slots=WEEK,
            venue=f"home {number}" if at_home else None,
        )
        for number in range(9)
    )
    rooms = tuple(Venue(id=f"room {number}", point=home, slots=WEEK, capacity=20) for number in range(2))
    homes = tuple(
        Venue(id=each.venue, point=each.point, slots=WEEK, capacity=4, private=True) for each in wishes if each.venue
    )
    instructors = tuple(
        Instructor(id=f"instructor {number}", topics=topics, slots=WEEK, point=home, radius_m=5000.0, cap_per_week=2)
        for number in range(3)
    )
    rules = Rules(minimum_group=1 if at_home else 3, maximum_group=4, start_step_slots=16)
    return Problem(wishes=wishes, instructors=instructors, venues=(*rooms, *homes), rules=rules)


def warm() -> None:
    """Solve afresh, from yesterday's prices, after a change, and with classes that were already shown."""
    for town in (a_town(at_home=False), a_town(at_home=True)):
        plan = solve(town, exact_up_to=0, effort=8)
        solve(town, exact_up_to=0, effort=8, tariff=plan.tariff)
        fewer = replace(town, wishes=town.wishes[1:], venues=town.venues)
        solve(fewer, exact_up_to=0, effort=8, before=plan)
        shown = tuple(each.keep() for each in plan.classes)
        weights = replace(town.rules.weights, stability=1.0)
        rules = replace(town.rules, weights=weights, travel_m_per_minute=200.0)
        solve(replace(town, shown=shown, rules=rules), exact_up_to=0, effort=8)
        solve(town)


if __name__ == "__main__":
    warm()
