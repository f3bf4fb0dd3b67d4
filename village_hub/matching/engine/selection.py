"""The best set of columns, as a mixed integer program (HiGHS)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import highspy
import numpy as np

from village_hub.matching.engine.columns import Column
from village_hub.matching.engine.draft import Draft
from village_hub.matching.engine.market import ways_in_slots

_SLACK = 1e-6  # HiGHS's own, for the gap that it takes for none


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen columns, whether they are proven to be the best of those offered, and what no choice can exceed."""

    columns: list[Column]
    proven: bool
    bound: float


def select(fixed: Draft, columns: list[Column], nodes: int | None) -> Selection | None:
    """Chooses among columns that each fit beside the `fixed` classes; None where HiGHS found nothing in `nodes` nodes.

    Rows: a wish once; an instructor and a venue once per half hour; caps per week; one load variable per further
    session of an instructor, which rise in cost and so fill up in order.
    """
    if not columns:
        return Selection([], True, 0.0)
    rows = Rows(fixed, columns)
    most: dict[str, float] = {} if nodes is None else {"mip_max_nodes": nodes}
    solver = solved(rows.program(len(columns)), {"mip_rel_gap": 0.0} | most)
    found = solver.getSolution()
    if not found.value_valid:
        return None
    chosen = np.flatnonzero(np.array(found.col_value[: len(columns)]) > 0.5)
    is_best = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    bound = -float(solver.getInfo().mip_dual_bound) + _SLACK
    return Selection([columns[place] for place in chosen], is_best, bound)


def solved(program: highspy.HighsLp, options: dict[str, float]) -> highspy.Highs:
    """HiGHS with its answer to a program; ValueError for one that it refuses."""
    solver = asked(program, options)
    solver.run()
    return solver


def asked(program: highspy.HighsLp, options: dict[str, float]) -> highspy.Highs:
    """HiGHS before it begins, in silence and in one thread; ValueError for a program that it refuses."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in ({"output_flag": False, "threads": 1} | options).items():
        solver.setOptionValue(name, value)
    if solver.passModel(program) == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the program")
    return solver


class Rows:
    def __init__(self, fixed: Draft, columns: list[Column]) -> None:
        self.row_of: dict[tuple[str, int, int], int] = {}
        self.most: list[float] = []
        self.entries: list[tuple[int, int, float]] = []
        self.cost = [-column.value for column in columns]
        rules, found = fixed.tables.rules, fixed.found
        sessions: dict[int, int] = {}
        for place, column in enumerate(columns):
            start, venue = int(found.start[column.key]), int(found.venue[column.key])
            week, instructor = rules.week_of(start), column.instructor
            for wish in column.wishes:
                self._put("wish", wish, 0, 1, place)
            for slot in range(start, start + rules.length_slots):
                self._put("venue", venue, slot, 1, place)
                self._put("hour", instructor, slot, 1, place)
            self._put("week", instructor, week, int(fixed.caps[instructor, week]), place)
            self._put("load", instructor, 0, 0, place)
            sessions[instructor] = sessions.get(instructor, 0) + 1
        self._keep_in_time(fixed, columns)
        for instructor, offered in sessions.items():
            before = int(fixed.tables.loads[instructor] + fixed.sessions[instructor])
            caps = int(np.maximum(fixed.caps[instructor], 0).sum())
            for further in range(min(offered, caps)):
                self.entries.append((self.row_of["load", instructor, 0], len(self.cost), -1.0))
                self.cost.append(rules.weights.load * (before + further))

    def program(self, whole: int) -> highspy.HighsLp:
        """Minimise `cost` under rows of at most `most`; of variables from 0 to 1, the first `whole` are integer."""
        rows, columns, factors = (np.array(each) for each in zip(*self.entries, strict=True))
        order = np.lexsort((rows, columns))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.most)
        lp.col_cost_, lp.row_upper_ = np.array(self.cost), np.array(self.most)
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
        lp.row_lower_ = np.full(lp.num_row_, -highspy.kHighsInf)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger] * whole + [kinds.kContinuous] * (lp.num_col_ - whole)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(columns[order], np.arange(lp.num_col_ + 1))
        lp.a_matrix_.index_, lp.a_matrix_.value_ = rows[order], factors[order]
        return lp

    def _keep_in_time(self, fixed: Draft, columns: list[Column]) -> None:
        """Two places of one instructor that are too far apart for the time between them exclude each other."""
        apart, found, length = ways_in_slots(fixed.tables), fixed.found, fixed.tables.rules.length_slots
        if len(apart) == 1:
            return
        held: dict[int, dict[tuple[int, int], list[int]]] = {}
        for place, column in enumerate(columns):
            cell = int(found.venue[column.key]), int(found.start[column.key])
            held.setdefault(column.instructor, {}).setdefault(cell, []).append(place)
        for cells in held.values():
            for (venue, start), (other, begun) in combinations(cells, 2):
                if length <= abs(start - begun) < length + apart[venue, other]:
                    self.entries += [(len(self.most), place, 1.0)
                                     for cell in ((venue, start), (other, begun)) for place in cells[cell]]  # fmt: skip
                    self.most.append(1.0)

    def _put(self, kind: str, first: int, second: int, most: int, place: int) -> None:
        row = self.row_of.setdefault((kind, first, second), len(self.most))
        if row == len(self.most):
            self.most.append(float(most))
        self.entries.append((row, place, 1.0))
