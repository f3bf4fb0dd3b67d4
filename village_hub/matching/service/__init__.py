"""What becomes of a match run, and what people make of it."""

from __future__ import annotations

from village_hub.matching.service.proposals import (
    begin_asking,
    change,
    dismiss,
    dissolve,
    end_asking,
    look_after,
    look_after_group,
    pass_over,
    settle,
)
from village_hub.matching.service.runs import EVERY, Solved, keep, solve, want_run

__all__ = [
    "EVERY", "Solved", "begin_asking", "change", "dismiss", "dissolve", "end_asking", "keep", "look_after",
    "look_after_group", "pass_over", "settle", "solve", "want_run",
]  # fmt: skip
