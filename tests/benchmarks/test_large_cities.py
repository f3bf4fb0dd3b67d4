"""The instances and peers of the matching bars, at a size that takes a moment."""

from __future__ import annotations

from dataclasses import replace

from tests.benchmarks.large_cities import Size, a_city_in_dayparts, visits, with_instructors
from tests.benchmarks.peers import column_program, pooled_by_topic
from tests.matching.engine.checker import broken_rules, value_of
from village_hub.matching.engine import solve

TOWN = Size(150, 40, 15, 3.0)


def test_a_seed_decides_everything_about_a_city_in_dayparts() -> None:
    town = a_city_in_dayparts(TOWN, seed=5)

    assert town == a_city_in_dayparts(TOWN, seed=5)
    assert town != a_city_in_dayparts(TOWN, seed=6)
    assert {one.id for one in with_instructors(town, 8).instructors} < {one.id for one in town.instructors}


def test_pooling_by_topic_breaks_no_hard_rule_and_stays_below_the_bound() -> None:
    town = a_city_in_dayparts(TOWN, seed=5)

    classes, plan = pooled_by_topic(town), solve(town, exact_up_to=-1, explained=False)

    assert classes
    assert broken_rules(town, classes) == []
    assert 0 < value_of(town, classes) <= plan.value <= plan.bound
    strict = replace(town, instructors=tuple(replace(one, cap_per_week=0) for one in town.instructors))
    assert broken_rules(strict, classes)  # the control: the same classes where nobody may teach


def test_the_program_over_columns_stays_below_its_relaxation_and_the_bound() -> None:
    town = a_city_in_dayparts(TOWN, seed=5)

    measured = column_program(town, 10.0)

    assert 0 < measured["value"] <= measured["lp"] + 1e-6 <= measured["bound"] + 2e-6


def test_visits_keep_every_hard_rule_and_their_bound() -> None:
    week = visits(80, 60, seed=2)

    plan = solve(week, exact_up_to=-1, explained=False)

    assert plan.classes
    assert broken_rules(week, plan.classes) == []
    assert 0.97 * plan.bound <= plan.value <= plan.bound
