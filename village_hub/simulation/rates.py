"""How often things happen, as data with their sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Rates:
    """What the file says of each, without its source; shares lie between 0 and 1."""

    wishes_per_day: float
    season: list[float]
    weekday: list[float]
    hour: dict[str, int]
    part_of_day: dict[str, int]
    circle_share: float
    circle_size: list[int]
    people: dict[str, int]
    level: dict[str, int]
    reach_m: dict[str, int]
    step_free: float
    patience_days: list[int]
    residents: int
    volunteers: int
    accepts: float
    declines: float
    alike: float
    answer_hours: float
    speeds: dict[str, int]
    no_show: float
    run_hours: list[int]


def rates_of(otherwise: Mapping[str, Any] | None = None) -> Rates:
    """The package's rates, with what is said otherwise; raises KeyError for a name that is none."""
    known = {name: each["value"] for name, each in sourced().items()}
    unknown = set(otherwise or ()) - known.keys()
    if unknown:
        raise KeyError(*sorted(unknown))
    return Rates(**known | dict(otherwise or {}))


def sourced() -> dict[str, dict[str, Any]]:
    """Every rate as the file has it: its value and where it comes from."""
    text = files("village_hub.simulation").joinpath("rates.json").read_text(encoding="utf-8")
    written: dict[str, dict[str, Any]] = json.loads(text)
    return {each.name: written[each.name] for each in fields(Rates)}
