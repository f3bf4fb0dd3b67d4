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

    `ask_at_once` and `asks_per_month` are upper bounds, and a week's is `asks_per_class` questions for each class that
    an instructor wants to teach in it. `assumed_answers` are shares of answers, the hours that an answer takes, and how
    many questions that is worth as experience of the city; `own_answers_weigh_from` is the same for one person.
    """

    minimum_group: int
    maximum_group: int
    length_minutes: int
    start_step_minutes: int
    lead_days: int
    horizon_days: int
    ask_at_once: int
    asks_per_class: int
    asks_per_month: int
    yes_within_hours: float
    needless_asks: float
    next_best_counts: float
    assumed_answers: dict[str, float]
    own_answers_weigh_from: float
    quiet_from_hour: int
    quiet_until_hour: int
    deadlines: tuple[dict[str, int], ...]
    answer_grace_minutes: int
    promise_days: dict[str, int]
    reaches_m: tuple[int, ...]


def usual_rules(own: Mapping[str, Any]) -> Rules:
    """The package's own rulebook, with what a city says otherwise."""
    values = _defaults() | dict(own)
    return Rules(**values | {"deadlines": tuple(values["deadlines"]), "reaches_m": tuple(values["reaches_m"])})


@cache
def _defaults() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(Path(__file__).with_name("rulebook.json").read_text("utf-8"))
    return values
