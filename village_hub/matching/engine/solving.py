"""The way from a problem to a plan: candidates, prices, a first plan, better selections, reasons."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from village_hub.matching.engine.bound import lagrangian
from village_hub.matching.engine.candidates import Candidates, candidates_of
from village_hub.matching.engine.columns import Column, every_column, priced_columns
from village_hub.matching.engine.explain import plan_of
from village_hub.matching.engine.meeting import kept_value
from village_hub.matching.engine.plan import Plan
from village_hub.matching.engine.problem import Problem
from village_hub.matching.engine.search import Draft, earlier, fill, regroup
from village_hub.matching.engine.selection import select
from village_hub.matching.engine.tables import Tables, tables_of

_COLUMNS = 2_000
_BLOCK_WISHES = 300
_NODES = 20


def solve(
    problem: Problem, *, effort: int = 120, exact_up_to: int = 4_000, keep_going: Callable[[], bool] = lambda: True
) -> Plan:
    """A plan that keeps every hard rule, with a bound no plan can beat and a reason for every yes and no.

    `effort` is the number of price iterations; 0 gives a greedy plan with a weak bound. `keep_going` is asked between
    steps and ends the improvement when it says no, with the best plan so far: that is how a caller with a clock sets a
    deadline. Nothing is random: the same problem and effort give the same plan, whatever the order of the input.
    Where there are at most `exact_up_to` pairs of group and instructor, they are enumerated and the gap is 0.
    """
    tables = tables_of(problem)
    found = candidates_of(tables)
    kept = kept_value(tables)
    if not len(found):
        return plan_of(Draft(tables, found), kept)
    exact = _exact(tables, found, exact_up_to)
    if exact is not None:
        return plan_of(exact, kept + exact.value)
    draft = regroup(fill(Draft(tables, found)))
    dual = lagrangian(tables, found, draft.value, effort, keep_going)
    if effort > 0:
        draft = max(draft, regroup(fill(fill(Draft(tables, found), dual))), key=lambda one: one.value)
        draft = _improved(
            draft, priced_columns(tables, found, dual, ((one.key, one.wishes) for one in draft.columns)), keep_going
        )
    return plan_of(earlier(draft), kept + dual.bound)


def _exact(tables: Tables, found: Candidates, limit: int) -> Draft | None:
    columns = every_column(tables, found, limit)
    if columns is None:
        return None
    best = select(Draft(tables, found), columns, nodes=None)
    return earlier(Draft(tables, found, best.columns)) if best is not None and best.proven else None


def _improved(draft: Draft, offer: list[Column], keep_going: Callable[[], bool]) -> Draft:
    """Solves block after block of whole topics exactly over the offered columns, all else standing still."""
    for block in _blocks(draft):
        if not keep_going():
            break
        pool, inside = draft.found.pool, set(block)
        fixed = Draft(draft.tables, draft.found, (one for one in draft.columns if int(pool[one.key]) not in inside))
        own = [one for one in draft.columns if int(pool[one.key]) in inside]
        further = [one for one in offer if int(pool[one.key]) in inside and fixed.fits(one)]
        best = select(fixed, sorted({*own, *further[:_COLUMNS]}), _NODES)
        if best is not None:
            changed = regroup(fill(Draft(draft.tables, draft.found, [*fixed.columns, *best.columns])))
            draft = max(draft, changed, key=lambda one: one.value)
    return draft


def _blocks(draft: Draft) -> list[list[int]]:
    """Pools grouped by topic into blocks of about `_BLOCK_WISHES` wishes."""
    topics: dict[str, list[int]] = {}
    for place, pool in enumerate(draft.found.pools):
        topics.setdefault(pool.key[0], []).append(place)
    sizes = {
        topic: len(np.unique(np.concatenate([draft.found.pools[place].wishes for place in places])))
        for topic, places in topics.items()
    }
    if sum(sizes.values()) <= _BLOCK_WISHES:
        return [[place for places in topics.values() for place in places]]
    blocks = list[list[int]]()
    room = 0
    for topic in sorted(topics):
        if room < sizes[topic]:
            blocks.append([])
            room = _BLOCK_WISHES
        blocks[-1] += topics[topic]
        room -= sizes[topic]
    return blocks
