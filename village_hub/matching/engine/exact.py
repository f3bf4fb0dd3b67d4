"""Small problems whole: every class there is, and the best set of them."""

from __future__ import annotations

from village_hub.matching.engine.candidates import Candidates, candidates_of
from village_hub.matching.engine.columns import every_column
from village_hub.matching.engine.draft import Draft, as_shown, earlier
from village_hub.matching.engine.problem import Problem
from village_hub.matching.engine.selection import select
from village_hub.matching.engine.tables import Tables, tables_of


def best_draft(tables: Tables, found: Candidates, limit: int) -> Draft | None:
    """The optimum, or nothing where there are more than `limit` pairs of group and instructor to look at."""
    columns = every_column(tables, found, limit)
    if columns is None:
        return None
    nothing = Draft(tables, found)
    best = select(nothing, [column for column in columns if nothing.fits(column)], nodes=None)
    return as_shown(earlier(Draft(tables, found, best.columns))) if best is not None and best.proven else None


def serves(problem: Problem, wish_id: str, limit: int) -> bool:
    """Whether the optimum serves the wish; so it is said where the problem is too large to know."""
    tables = tables_of(problem)
    found = candidates_of(tables)
    best = best_draft(tables, found, limit) if len(found) else Draft(tables, found)
    return best is None or not best.free[tables.wish_row[wish_id]]
