"""The city's rulebook, dated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.learning_requests.models import Rulebook
from village_hub.places import queries as places


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


def rules(session: Session, now: datetime) -> Rules:
    """The rulebook in force today in the city that runs this hub."""
    city = places.municipality(session)
    today = now.astimezone(ZoneInfo(city.time_zone)).date()
    query = select(Rulebook.rules).where(Rulebook.municipality_id == city.id, Rulebook.valid_from <= today)
    own = session.scalars(query.order_by(Rulebook.valid_from.desc()).limit(1)).first()
    return _rules(own or {})


def rulebook(session: Session) -> list[tuple[date, Rules]]:
    """Every rulebook of the city that runs this hub with its first day, the earliest first."""
    query = select(Rulebook.valid_from, Rulebook.rules).where(
        Rulebook.municipality_id == places.municipality(session).id
    )
    dated = [(first, _rules(own)) for first, own in session.execute(query.order_by(Rulebook.valid_from))]
    return [(date.min, _rules({})), *dated]


def _rules(own: dict[str, Any]) -> Rules:
    """What a city leaves out stands in the package's own rulebook, weight by weight and grade by grade."""
    values = _defaults() | own
    parts = {name: _defaults()[name] | own.get(name, {}) for name in ("weights", "unreached", "fees")}
    lists = {name: tuple(values[name]) for name in ("deadlines", "reaches_m")}
    return Rules(**values | parts | lists | {"fees": {name: tuple(each) for name, each in parts["fees"].items()}})


@cache
def _defaults() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(Path(__file__).parents[1].joinpath("rulebook.json").read_text("utf-8"))
    return values
