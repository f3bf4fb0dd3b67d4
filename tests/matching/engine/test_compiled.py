"""What machine code asks of an installation."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest
from numba.core.errors import NumbaError

import village_hub.matching.engine as engine
from tests.matching.engine.instances import a_district
from village_hub.matching.engine import solve
from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.warming import warm_up


def signatures() -> dict[str, int]:
    """How many kinds of arguments each compiled loop of the engine has been compiled for."""
    found = dict[str, int]()
    for module in iter_modules(engine.__path__):
        if module.name != "__main__":
            for name, loop in vars(import_module(f"{engine.__name__}.{module.name}")).items():
                own: Any = loop
                if hasattr(own, "nopython_signatures") and own.py_func.__module__.endswith(f".{module.name}"):
                    found[f"{module.name}.{name}"] = len(own.nopython_signatures)
    return found


def test_a_process_that_solves_nothing_loads_no_compiler() -> None:
    code = "import sys, village_hub.app; sys.exit('numba' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    solving = code.replace("village_hub.app", "village_hub.matching.engine.solving")
    assert subprocess.run([sys.executable, "-c", solving], check=False).returncode == 1  # the control


def test_warming_up_compiles_all_that_a_later_solve_needs() -> None:
    warm_up()
    warm = signatures()

    solve(a_district(wishes=60, instructors=15, venues=8, seed=1), effort=3, exact_up_to=-1)

    assert sum(warm.values()) > 15
    assert signatures() == warm


def test_a_loop_that_can_be_kept_nowhere_is_compiled_all_the_same() -> None:
    names: dict[str, Any] = {}
    exec(compile("def twice(number): return 2 * number", "<nowhere>", "exec"), names)

    assert compiled(names["twice"])(21) == 42


LEAKS = """
import gc
import numpy as np
from numba.core.runtime import rtsys
from village_hub.matching.engine.compiled import compiled, in_place
from village_hub.matching.engine.warming import warm_up

@compiled
def made():
    return np.zeros(3)

@in_place
def careless():
    return made()[0]

def held(loop):
    loop()
    gc.collect()
    stats = rtsys.get_allocation_stats()
    return stats.mi_alloc - stats.mi_free

print(held(warm_up) - held(warm_up), held(careless) - held(careless))
"""


def test_a_loop_in_place_leaks_no_array(tmp_path: Path) -> None:
    script = tmp_path / "leaks.py"
    script.write_text(LEAKS)

    done = subprocess.run(
        [sys.executable, script], env=os.environ | {"NUMBA_NRT_STATS": "1"}, capture_output=True, text=True, check=True
    )

    engine, careless = map(int, done.stdout.split())
    assert engine == 0
    assert careless < 0  # the control: a loop in place that is given an array by another would


def test_a_loop_in_place_that_makes_an_array_is_refused() -> None:
    @in_place
    def makes(number: int) -> int:
        return len(np.zeros(number))

    with pytest.raises(NumbaError):
        makes(3)


def test_a_change_of_any_loop_is_a_new_edition_of_all(tmp_path: Path) -> None:
    """Machine code of a loop holds that of the loops it calls, wherever they stand."""
    code = (
        "import village_hub.matching.engine.compiled as own, pathlib; own._HERE = pathlib.Path('{0}');"
        "from village_hub.matching.engine.chance import below; import numpy as np; below(np.array([7], np.uint64), 3)"
    )
    kept = []
    for text in ("one", "another", "one"):
        (tmp_path / "loops.py").write_text(text)
        subprocess.run([sys.executable, "-c", code.format(tmp_path)], check=True)
        kept.append(sorted(each.name for each in tmp_path.glob("__pycache__/loops-*")))

    assert [len(names) for names in kept] == [1, 2, 2]
    assert list(tmp_path.glob("__pycache__/loops-*/**/*.nbi"))
