"""What came of a replay, in figures that stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median
from typing import Any

from village_hub.what_if.engine.spread import gini


@dataclass(frozen=True, slots=True)
class Week:
    """One run of a replay: its day as text, what it arranged, its value and the bound that no plan of it can beat."""

    day: str
    waiting: int
    classes: int
    people: int
    value: float
    bound: float

    @property
    def on(self) -> date:
        """The day itself."""
        return date.fromisoformat(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one set of rules would have come to.

    `median_wait` and `longest_wait` are days from the request to the class, person by person; the longest counts those
    who still wait at the end. `cost` is won by the rate card for volunteers, `worth` the same hours at the paid rate.
    """

    classes: int
    people_asked: int
    people_served: int
    people_waiting: int
    people_gone: int
    median_wait: float | None
    longest_wait: int
    hours: float
    cost: int
    worth: int
    volunteers: int
    load_gini: float
    value: float
    bound: float
    gap: float
    weeks: tuple[Week, ...]

    def as_json(self) -> dict[str, Any]:
        """For keeping and for other programs."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Figures:
        """What was kept."""
        return cls(**{**kept, "weeks": tuple(Week(**each) for each in kept["weeks"])})


@dataclass(frozen=True, slots=True)
class Held:
    """One class: its half hours' cost and worth in won, and the wait in days of each of its people."""

    instructor_id: str
    hours: float
    cost: int
    worth: int
    waits: tuple[int, ...]


def summed(
    held: Sequence[Held],
    weeks: Sequence[Week],
    *,
    people_asked: int,
    still_waiting: Iterable[tuple[int, int]],
    volunteers: int,
) -> Figures:
    """The figures of a whole replay; `still_waiting` are (people, days); `volunteers` could have been asked."""
    waits = [wait for each in held for wait in each.waits]
    left = list(still_waiting)
    load: dict[str, float] = {}
    for each in held:
        load[each.instructor_id] = load.get(each.instructor_id, 0.0) + each.hours
    value, bound = sum(each.value for each in weeks), sum(each.bound for each in weeks)
    waiting = sum(people for people, _ in left)
    return Figures(
        classes=len(held),
        people_asked=people_asked,
        people_served=len(waits),
        people_waiting=waiting,
        people_gone=people_asked - len(waits) - waiting,
        median_wait=float(median(waits)) if waits else None,
        longest_wait=max([*waits, *(days for _, days in left)], default=0),
        hours=sum(each.hours for each in held),
        cost=sum(each.cost for each in held),
        worth=sum(each.worth for each in held),
        volunteers=len(load),
        load_gini=gini([*load.values(), *[0.0] * (volunteers - len(load))]),
        value=value,
        bound=bound,
        gap=max(0.0, 1 - value / bound) if bound > 0 else 0.0,
        weeks=tuple(weeks),
    )
