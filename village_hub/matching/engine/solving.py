"""The way from a problem to a plan: candidates, prices, a first plan, a better one, reasons."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from village_hub.matching.engine.board import value_of_board
from village_hub.matching.engine.bound import Dual, lagrangian
from village_hub.matching.engine.candidates import Candidates, candidates_of
from village_hub.matching.engine.cluster_bound import Priced, chosen, priced
from village_hub.matching.engine.columns import Column
from village_hub.matching.engine.draft import Draft, as_shown, earlier, regroup
from village_hub.matching.engine.exact import best_draft
from village_hub.matching.engine.explain import plan_of
from village_hub.matching.engine.market import Market, market_of
from village_hub.matching.engine.meeting import kept_value
from village_hub.matching.engine.pairs import Pairs, pairs_of
from village_hub.matching.engine.plan import Plan, Tariff
from village_hub.matching.engine.problem import Problem
from village_hub.matching.engine.search import (
    columns_of,
    finished,
    greedy,
    improved,
    near_changes,
    stand,
    standing,
)
from village_hub.matching.engine.tables import Tables, tables_of
from village_hub.matching.engine.tariff import first_prices, tariff_of, warm_prices
from village_hub.matching.engine.visiting import charges_of, columns_of_visits, edges_of, tariff_of_visits, visiting

_STEPS_PER_WISH = 0.25
_FEWEST_STEPS = 6
_FOR_PRICES = 0.42
_FOR_WARM_PRICES = 0.2
_WARM_STRIDE = 0.5
_MOSTLY = 0.5  # of a first plan's classes stem from an earlier plan that was searched for
_USUAL_EFFORT = 120
_STEPS_NEAR = 40  # of ruin and recreate for each wish near a change, at the usual effort
_STEPS_ELSEWHERE = 4  # for each other one: what a change moves reaches further
_FEWEST_STEPS_AGAIN = 2_000
_EFFORT_PER_STEP = 4  # of the prices after a change
_STRIDE_AGAIN = 0.3
_FOR_PLAN = 0.97
_LAST_PRICES = 60
_DONE = 1e-6


def solve(
    problem: Problem,
    *,
    effort: int = _USUAL_EFFORT,
    exact_up_to: int = 4_000,
    keep_going: Callable[[], bool] = lambda: True,
    spent: Callable[[], float] = lambda: 0.0,
    warm: Plan | None = None,
    before: Plan | None = None,
    seed: int = 0,
    explained: bool = True,
) -> Plan:
    """A plan that keeps every hard rule, with a bound no plan can beat and a reason for every yes and no.

    `effort` is the number of price iterations, and the steps of the search grow with it; 0 gives a greedy plan with a
    weak bound. `keep_going` is asked between steps and ends the improvement when it says no, with the best plan so far.
    `spent` tells which share of its time a run has used: prices get the first part, the search cools down towards 1
    and ends there. The same problem, effort and seed give the same plan whatever the order of the input, unless one of
    the two ended it. `warm` is an earlier plan: this run sets out from its prices and classes, free to leave them.
    With `before`, an earlier plan for nearly the same problem, its classes stay where they still can, its prices count,
    and the search begins where the change costs most and takes no step that loses. Where there are at most
    `exact_up_to` pairs of group and instructor, they are enumerated and the gap is 0. Without `explained`, reasons for
    unmatched wishes are worked out only when `Plan.unmatched` is asked for them.
    """
    tables = tables_of(problem)
    found = candidates_of(tables)
    plan = _solved(tables, found, effort, exact_up_to, keep_going, spent, warm, before, seed)
    if explained:
        dict(plan.unmatched)
    return plan


def _solved(
    tables: Tables, found: Candidates, effort: int, exact_up_to: int, keep_going: Callable[[], bool],
    spent: Callable[[], float], warm: Plan | None, before: Plan | None, seed: int,
) -> Plan:  # fmt: skip
    kept, tariff = kept_value(tables), warm.tariff if warm else None
    work = {"keys": len(found), "entries": len(found.wish), "bytes": found.bytes_held}
    if not len(found):
        return plan_of(Draft(tables, found), kept, tariff, work)
    exact = best_draft(tables, found, exact_up_to)
    if exact is not None:
        return plan_of(exact, kept + exact.value, tariff, work, exact_up_to)
    pairs = pairs_of(tables, found)
    if pairs is not None:
        return _visited(
            tables, found, pairs, effort, keep_going, spent, before.tariff if before else tariff, before, work
        )
    market = market_of(tables, found)
    if before is not None:
        return _mended(tables, found, market, effort, keep_going, spent, before, seed, work)
    stood = standing(tables, found, warm) if warm else []
    board = greedy(tables, found, market, stood)
    prices = warm_prices(tables, market, tariff) if tariff else first_prices(tables, market)
    reached = value_of_board(market, board)
    for_prices = _FOR_WARM_PRICES if tariff else _FOR_PRICES
    dual = lagrangian(
        market, prices, reached, effort, keep_going, lambda: spent() / for_prices,
        stride=_WARM_STRIDE if tariff else 1.0,
    )  # fmt: skip
    columns, steps = columns_of(tables, found, board, np.arange(len(found))), 0
    if effort > 0 and dual.bound - reached > _DONE * dual.bound:
        is_warm = len(stood) > _MOSTLY * len(columns)
        wanted = int(effort * max(_FEWEST_STEPS, _STEPS_PER_WISH * len(tables.wishes)))
        columns, steps = improved(
            tables, found, market, dual.prices, board, steps=wanted, seed=seed, keep_going=keep_going,
            spent=lambda: spent() / _FOR_PLAN, is_warm=is_warm,
        )  # fmt: skip
        reached = Draft(tables, found, columns).value
        again = min(effort, _LAST_PRICES)
        last = lagrangian(market, dual.prices, reached, again, keep_going, spent, stride=0.4)
        dual = min(dual, last, key=lambda one: one.bound)
    draft = _polished(tables, found, market, columns)
    draft, bound = _certified(tables, found, market, dual, draft, lambda: effort > 0 and keep_going() and spent() < 1)
    work |= {"market_bytes": sum(np.asarray(each).nbytes for each in market), "search_steps": steps}
    return plan_of(draft, kept + bound, tariff_of(tables, dual.prices), work)


def _visited(
    tables: Tables, found: Candidates, pairs: Pairs, effort: int, keep_going: Callable[[], bool],
    spent: Callable[[], float], tariff: Tariff | None, before: Plan | None, work: dict[str, int],
) -> Plan:  # fmt: skip
    """Two sides: pairs and hours instead of groups and rooms."""
    first = edges_of(tables, pairs, before) if before else np.zeros(0, dtype=np.int64)
    best = visiting(pairs, charges_of(tables, pairs, tariff), first, effort=effort, keep_going=keep_going, spent=spent)
    work |= {"edges": len(pairs.worth), "rounds": best.rounds}
    draft = Draft(tables, found, columns_of_visits(pairs, best.edges))
    return plan_of(draft, kept_value(tables) + best.bound, tariff_of_visits(tables, pairs, best.charges), work)


def _mended(
    tables: Tables, found: Candidates, market: Market, effort: int, keep_going: Callable[[], bool],
    spent: Callable[[], float], before: Plan, seed: int, work: dict[str, int],
) -> Plan:  # fmt: skip
    """The earlier plan with what the change asks for; its prices follow in a few steps."""
    prices = warm_prices(tables, market, before.tariff) if before.tariff else first_prices(tables, market)
    board = stand(tables, market, standing(tables, found, before))
    dual = lagrangian(
        market, prices, value_of_board(market, board), effort // _EFFORT_PER_STEP,
        keep_going, lambda: spent() / _FOR_WARM_PRICES, stride=_STRIDE_AGAIN,
    )  # fmt: skip
    near, everybody = len(near_changes(tables, found, board, before)), len(tables.wishes)
    fewest = min(_FEWEST_STEPS_AGAIN, _STEPS_NEAR * everybody)
    steps = max(_STEPS_NEAR * near + _STEPS_ELSEWHERE * everybody, fewest) if near else 0
    columns, steps = improved(
        tables, found, market, dual.prices, board, steps=effort * steps // _USUAL_EFFORT, seed=seed,
        keep_going=keep_going, spent=lambda: spent() / _FOR_PLAN, is_mended=True,
    )  # fmt: skip
    draft = as_shown(earlier(Draft(tables, found, finished(tables, found, market, columns))))
    known = _clustered(tables, market, dual, draft.value, lambda: keep_going() and spent() < 1)
    bound = min(dual.bound, known.bound) if known else dual.bound
    return plan_of(draft, kept_value(tables) + bound, tariff_of(tables, dual.prices), work | {"steps": steps})


def _certified(
    tables: Tables, found: Candidates, market: Market, dual: Dual, draft: Draft, keep_going: Callable[[], bool]
) -> tuple[Draft, float]:
    """The same plan or a better one, with the smallest bound: where prices alone leave a gap, by way of clusters."""
    known = _clustered(tables, market, dual, draft.value, keep_going)
    if known is None:
        return draft, dual.bound
    columns, bound = chosen(market, known, draft, keep_going)
    if columns is not draft.columns:
        draft = _polished(tables, found, market, columns)
    return draft, min(dual.bound, bound)


def _clustered(
    tables: Tables, market: Market, dual: Dual, reached: float, keep_going: Callable[[], bool]
) -> Priced | None:
    if dual.bound - reached <= _DONE * dual.bound or not keep_going():
        return None
    return priced(tables, market, dual.prices, reached, keep_going)


def _polished(tables: Tables, found: Candidates, market: Market, columns: list[Column]) -> Draft:
    draft = regroup(Draft(tables, found, finished(tables, found, market, columns)))
    return as_shown(earlier(Draft(tables, found, finished(tables, found, market, draft.columns))))
