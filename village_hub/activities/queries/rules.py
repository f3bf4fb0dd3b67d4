"""The operating rules of activities: data, never constants."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rules:
    """`completion_share` of the sessions must be attended; `reminder_hour` is of the day before."""

    completion_share: float
    check_in_minutes: int
    over_after_hours: int
    reminder_hour: int
    most_sessions: int

    @property
    def check_in_before(self) -> timedelta:
        """How long before a session the desk opens, and how long after it the code still works."""
        return timedelta(minutes=self.check_in_minutes)


@cache
def rules() -> Rules:
    """The rulebook of activities."""
    return Rules(**json.loads(Path(__file__).parents[1].joinpath("rulebook.json").read_text("utf-8")))
