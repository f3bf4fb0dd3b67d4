"""What the engine chooses from as one integer program, the same for every peer that is given it."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from village_hub.matching.engine import Problem
from village_hub.matching.engine.candidates import candidates_of
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.pairs import pairs_of
from village_hub.matching.engine.selection import Rows
from village_hub.matching.engine.tables import Bools, tables_of

_SLACK = 1e-6


class Program(NamedTuple):
    """The most `worth` of E things chosen or not, with `matrix` (rows × E, whole numbers) times them at most `most`."""

    worth: Floats
    matrix: csr_array
    most: Floats


def program_of_visits(problem: Problem) -> Program:
    """The edges of a problem with two sides: a wish once, an instructor once per half hour, caps per week."""
    tables = tables_of(problem)
    pairs = pairs_of(tables, candidates_of(tables))
    if pairs is None or pairs.load:
        raise ValueError("edges tell the value only where visits are single and load costs nothing")
    edges = np.arange(len(pairs.worth))
    wish = np.repeat(np.arange(len(pairs.ptr) - 1), np.diff(pairs.ptr))
    hours = (pairs.hour[:, None] + np.arange(pairs.length)).ravel()
    rows = ((wish, edges), (pairs.week, edges), (hours, np.repeat(edges, pairs.length)))
    limits = (np.ones(len(pairs.ptr) - 1), pairs.caps, np.ones(len(pairs.hour_of)))
    blocks = [
        coo_array((np.ones(len(where[0])), where), (len(limit), len(edges)))
        for where, limit in zip(rows, limits, strict=True)
    ]
    return _tight(Program(pairs.worth, vstack(blocks).tocsr(), np.concatenate(limits).astype(np.float64)))


def program_of_columns(rows: Rows) -> Program:
    """The columns and, after them, what each further session of an instructor costs."""
    row, column, factor = zip(*rows.entries, strict=True)
    shape = len(rows.most), len(rows.cost)
    return _tight(Program(-np.array(rows.cost), coo_array((factor, (row, column)), shape).tocsr(), np.array(rows.most)))


def for_highs(program: Program, *, whole: bool) -> highspy.HighsLp:
    """The program as HiGHS takes it, or its relaxation."""
    matrix = program.matrix.tocsc()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.row_upper_ = -program.worth, program.most
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    lp.row_lower_ = np.full(lp.num_row_, -highspy.kHighsInf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    return lp


def worth_of(program: Program, chosen: Bools) -> float:
    """What the chosen are worth together; ValueError where a row does not allow them."""
    if (program.matrix @ chosen.astype(np.float64) > program.most + _SLACK).any():
        raise ValueError("a row holds more than it may")
    return float(program.worth[chosen].sum())


def best_first(program: Program) -> Bools:
    """The worthiest first, each where every row still allows it; rows in which something gives room are left out."""
    gives = np.unique(program.matrix.tocoo().row[program.matrix.data < 0])
    room = program.most.copy()
    room[gives] = np.inf
    columns = program.matrix.tocsc()
    begins, rows, left = columns.indptr.tolist(), columns.indices.tolist(), room.tolist()
    chosen = np.zeros(len(program.worth), dtype=np.bool_)
    for thing in np.argsort(-program.worth, kind="stable").tolist():
        holds = rows[begins[thing] : begins[thing + 1]]
        if program.worth[thing] > 0 and all(left[row] >= 1 for row in holds):
            chosen[thing] = True
            for row in holds:
                left[row] -= 1
    return chosen


def _tight(program: Program) -> Program:
    """Without the rows that everything together could not break."""
    tight = np.asarray(program.matrix.maximum(0).sum(axis=1)).ravel() > program.most
    return Program(program.worth, program.matrix[tight], program.most[tight])
