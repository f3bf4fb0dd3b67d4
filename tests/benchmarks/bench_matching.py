"""How near to its bound the engine comes and how fast, beside peers in processes of their own.

`NAMES="city visits" make bench-matching` runs these rows alone, `RUNS=5` takes medians over five seeds, and `LONG=1`
adds the rows that take many minutes. All figures are medians over the seeds; shares in per cent, seconds of CPU time.
"""

from __future__ import annotations

import os

from tests.benchmarks.matching_rows import LONG, ROWS
from tests.benchmarks.report import report


def main() -> None:
    """Prints every figure with its bar, and keeps them."""
    names = os.environ.get("NAMES", "").split() or [name for name in ROWS if os.environ.get("LONG") or name not in LONG]
    report("matching", [figure for name in names for figure in ROWS[name]()])


if __name__ == "__main__":
    main()
