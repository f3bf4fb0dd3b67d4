"""What becomes of a match run, and what people make of it."""

from __future__ import annotations

from village_hub.matching.service.decisions import approve, end, note, rule_out
from village_hub.matching.service.proposals import (
    begin_asking,
    change,
    dismiss,
    dissolve,
    end_asking,
    look_after,
    look_after_group,
    pass_over,
    pin,
    settle,
)
from village_hub.matching.service.runs import EVERY, keep, want_run
from village_hub.matching.service.solving import Pace, Solved, is_same_plan, replay, solve
from village_hub.matching.service.trials import Question, ask_cost, count, keep_cost, question

__all__ = [
    "EVERY", "Pace", "Question", "Solved", "approve", "ask_cost", "begin_asking", "change", "count", "dismiss",
    "dissolve", "end", "end_asking", "is_same_plan", "keep", "keep_cost", "look_after", "look_after_group", "note",
    "pass_over", "pin", "question", "replay", "rule_out", "settle", "solve", "want_run",
]  # fmt: skip
