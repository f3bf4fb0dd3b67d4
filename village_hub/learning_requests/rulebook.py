"""A city's operating rules as data: what the package's own rulebook says, and what a city says otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """A city's operating rules in force; lengths in minutes, `promise_days` by the step that is promised.

    `weights` say in served people what counts in a plan. A district is `unreached` while of the requests of the last
    `days` it had less than `share` of the lectures that its residents would have had in an even city. `fees` is the
    rate card: won for the first and for each further hour, by the instructor's grade.
    """

    minimum_group: int
    maximum_group: int
    length_minutes: int
    start_step_minutes: int
    lead_days: int
    horizon_days: int
    ask_at_once: int
    deadlines: tuple[dict[str, int], ...]
    answer_grace_minutes: int
    promise_days: dict[str, int]
    reaches_m: tuple[int, ...]
    weights: dict[str, float]
    unreached: dict[str, float]
    fees: dict[str, tuple[int, int]]


def usual_rules(own: Mapping[str, Any]) -> Rules:
    """The package's own rulebook, with what a city says otherwise, weight by weight and grade by grade."""
    values = _defaults() | dict(own)
    parts = {name: _defaults()[name] | own.get(name, {}) for name in ("weights", "unreached", "fees")}
    lists = {name: tuple(values[name]) for name in ("deadlines", "reaches_m")}
    return Rules(**values | parts | lists | {"fees": {name: tuple(each) for name, each in parts["fees"].items()}})


@cache
def _defaults() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(Path(__file__).with_name("rulebook.json").read_text("utf-8"))
    return values
