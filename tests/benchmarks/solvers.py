"""Peers that are given a program and CPU seconds: HiGHS, and CP-SAT in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import process_time
from typing import NamedTuple

import highspy
import numpy as np

from tests.benchmarks.programs import Program, best_first, worth_of
from village_hub.matching.engine.selection import asked
from village_hub.matching.engine.tables import Bools

PEERS = Path(__file__).resolve().parents[2] / ".cache" / "benchmarks"
_LOOKS = 0.05


class Answer(NamedTuple):
    """The best value found (0 where none was), what no choice exceeds, and the CPU seconds of solving alone."""

    value: float
    bound: float
    seconds: float


def by_highs(
    lp: highspy.HighsLp, seconds: float = float("inf"), gap: float = 0.0, start: Bools | None = None
) -> Answer:
    """HiGHS in one thread, with the best it has told of once it has had its CPU seconds.

    Its presolve cannot be stopped: it is left behind in a thread, which ends with the process.
    """
    solver = asked(lp, {"mip_rel_gap": gap})
    best = [0.0]
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.astype(np.float64).tolist()
        solver.setSolution(given)
        best.append(-float(np.asarray(lp.col_cost_) @ start))
    over = Event()
    solver.cbMipImprovingSolution.subscribe(lambda event: best.append(-event.data_out.objective_function_value))
    for interrupt in (solver.cbMipInterrupt, solver.cbSimplexInterrupt) if np.isfinite(seconds) else ():
        interrupt.subscribe(lambda event: event.interrupt(over.is_set()))
    begun = process_time()
    solving = Thread(target=solver.run, daemon=True)
    solving.start()
    while solving.is_alive() and process_time() - begun <= seconds:
        solving.join(_LOOKS)
    took = process_time() - begun
    if solving.is_alive():
        over.set()
        return Answer(max(best), float("inf"), took)
    told = solver.getInfo()
    value = -told.objective_function_value if solver.getSolution().value_valid else 0.0
    return Answer(value, -told.mip_dual_bound if len(lp.integrality_) else value, took)


def by_cp_sat(program: Program, seconds: float) -> Answer:
    """CP-SAT from the plan that takes the best first; its own choice is valued by the true worth.

    FileNotFoundError where `make bench-matching` has not brought it.
    """
    if not (PEERS / "ortools").is_dir():
        raise FileNotFoundError("CP-SAT comes with `make bench-matching`")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "program.npz"
        np.savez(
            file, worth=program.worth, most=program.most, ptr=program.matrix.indptr, things=program.matrix.indices,
            factors=program.matrix.data, start=best_first(program),
        )  # fmt: skip
        command = [sys.executable, "-m", "tests.benchmarks.cp_sat", str(file), str(seconds)]
        environment = os.environ | {"PYTHONPATH": str(PEERS)}
        told = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)
    chosen = np.zeros(len(program.worth), dtype=np.bool_)
    chosen[told["chosen"]] = True
    return Answer(worth_of(program, chosen), told["bound"], told["seconds"])
