"""Cities unlike the usual one, at a size that takes a moment, and the rows that measure them."""

from __future__ import annotations

from collections import Counter
from math import dist

import pytest

from tests.benchmarks.large_cities import PARTS, Size
from tests.benchmarks.matching_rows import LONG, ROWS
from tests.benchmarks.odd_cities import ODD, clustered_towns, giant_venue, no_weekends, one_short, one_topic, ties
from tests.matching.engine.checker import broken_rules
from village_hub.matching.engine import ChangeCode, apply_change, solve

TOWN = Size(120, 40, 12, 2.0)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_city_gets_a_plan_that_keeps_every_rule_and_its_bound(name: str) -> None:
    make = {"clustered towns": clustered_towns, "one topic": one_topic, "no weekends": no_weekends,
            "giant venue": giant_venue, "ties": ties, "one short": one_short}[name]  # fmt: skip
    town = make(4, TOWN)

    plan = solve(town, exact_up_to=-1, effort=60, explained=False)

    assert broken_rules(town, plan.classes) == []
    assert bool(plan.classes) == (name != "one short")
    assert plan.value <= plan.bound
    assert plan.gap < 0.1


def test_odd_cities_are_odd_as_their_names_say() -> None:
    places = [one.point for one in clustered_towns(4, TOWN).wishes]
    near = [sum(dist(one, other) < 1_500 for other in places) for one in places]

    assert min(near) > len(places) / 10
    assert {one.topic for one in one_topic(4, TOWN).wishes} == {"topic 0"}
    assert all(slot % PARTS < 15 for one in no_weekends(4, TOWN).wishes for slot in one.slots)
    assert {one.capacity for one in giant_venue(4, TOWN).venues if one.id == "hall"} == {5_000}
    assert {(one.waiting_days, one.priority, one.people) for one in ties(4, TOWN).wishes} == {(0, 0.0, 1)}


def test_a_circle_that_is_one_person_short_is_told_so() -> None:
    town = one_short(4, TOWN)
    circles = Counter(one.only_with for one in town.wishes)

    plan = solve(town, effort=5, exact_up_to=-1)

    assert set(circles.values()) == {4}
    told = {wish: why.smallest_change for wish, why in plan.unmatched.items() if why.smallest_change}
    alone = [one for one in told.values() if not one.people]
    assert {(one.code, one.amount) for one in alone} == {(ChangeCode.MORE_PEOPLE, 1)}
    assert len(alone) > len(told) / 2
    for wish, change in list(told.items())[:: len(told) // 8]:
        assert wish not in solve(apply_change(town, wish, change), exact_up_to=-1, before=plan).unmatched


def test_rows_that_take_long_are_rows() -> None:
    assert set(ROWS) > LONG
