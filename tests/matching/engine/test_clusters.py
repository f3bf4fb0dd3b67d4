"""The bound by clusters: never below the best plan whatever the prices, and mostly equal to it in a town."""

from __future__ import annotations

import numpy as np
import pytest

from tests.matching.engine.checker import broken_rules, value_of
from tests.matching.engine.exhaustive import optimum
from tests.matching.engine.instances import a_district, a_small_problem, a_venue, a_wish, an_instructor
from village_hub.matching.engine import Problem, solve
from village_hub.matching.engine.candidates import candidates_of
from village_hub.matching.engine.cluster_bound import _offered, _relax, priced
from village_hub.matching.engine.clusters import clusters_of
from village_hub.matching.engine.draft import Draft
from village_hub.matching.engine.market import Market, market_of
from village_hub.matching.engine.meeting import kept_value
from village_hub.matching.engine.prices import Rents
from village_hub.matching.engine.tables import Tables, tables_of
from village_hub.matching.engine.tariff import no_prices


@pytest.mark.parametrize("most", [0.0, 0.5, 3.0])
def test_no_plan_is_worth_more_than_the_bound_at_any_prices(most: float) -> None:
    chance, looked = np.random.default_rng(5), 0

    for seed in range(120):
        problem = a_small_problem(seed, wishes=7, instructors=3, venues=3)
        tables, market = market_for(problem)
        clusters = clusters_of(market) if len(market.venue) else None
        if clusters is None:
            continue
        rents = any_rents(tables, market, chance, most)
        slope = Rents(*(np.zeros_like(each) for each in rents))

        assert kept_value(tables) + _relax(market, clusters, rents, slope) >= optimum(problem) - 1e-9
        looked += 1

    assert looked > 50


def test_a_town_is_planned_as_well_as_can_be_and_it_is_proven() -> None:
    for seed in range(3):
        town = a_district(wishes=180, instructors=60, venues=20, seed=seed)

        plan = solve(town, exact_up_to=-1, explained=False)

        assert broken_rules(town, plan.classes) == []
        assert plan.value == pytest.approx(value_of(town, plan.classes))
        assert len(plan.classes) > 20
        assert plan.gap < 1e-5


def test_prices_on_wishes_alone_would_leave_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    town = a_district(wishes=120, instructors=40, venues=15, seed=1)
    proven = solve(town, exact_up_to=-1, explained=False)
    monkeypatch.setattr("village_hub.matching.engine.solving.priced", lambda *_: None)

    priced_alone = solve(town, exact_up_to=-1, explained=False)

    assert priced_alone.value <= proven.value + 1e-9
    assert priced_alone.gap > 0.01 > proven.gap


def test_a_town_where_everything_is_worth_the_same_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """More classes tie for the best than are chosen among: halving what a plan may lose would never leave fewer."""
    monkeypatch.setattr("village_hub.matching.engine.cluster_bound._COLUMNS", 5)
    town = Problem(
        wishes=tuple(a_wish(f"w{n}") for n in range(11)),
        instructors=tuple(an_instructor(f"i{n}") for n in range(3)),
        venues=tuple(a_venue(f"v{n}") for n in range(3)),
    )
    tables, market = market_for(town)
    known = priced(tables, market, no_prices(tables, market), 0.0, lambda: True)
    assert known is not None
    nothing = Draft(tables, candidates_of(tables))

    slack, offered = _offered(market, known, nothing, known.bound)

    assert (slack, len(offered)) == (0.0, 5)


def test_where_too_many_could_meet_there_is_no_such_bound() -> None:
    crowd = a_district(wishes=600, instructors=60, venues=30, seed=1)
    tables, market = market_for(crowd)

    assert priced(tables, market, no_prices(tables, market), 0.0, lambda: True) is None


def market_for(problem: Problem) -> tuple[Tables, Market]:
    tables = tables_of(problem)
    return tables, market_of(tables, candidates_of(tables))


def any_rents(tables: Tables, market: Market, chance: np.random.Generator, most: float) -> Rents:
    instructors, weeks = market.caps.shape
    return Rents(
        hour=most * chance.random((instructors, tables.slots)), week=most * chance.random((instructors, weeks)),
        load=most * chance.random((instructors,)), room=most * chance.random((len(tables.venues), tables.slots)),
    )  # fmt: skip
