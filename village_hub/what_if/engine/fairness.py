"""Whom a plan serves, how evenly it loads its volunteers, and what fairness costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from village_hub.matching import engine
from village_hub.matching.engine.problem import SLOT_MINUTES
from village_hub.what_if.engine.spread import busiest, gini

#: Price iterations of the plan without fairness.
EFFORT = 24
DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Asking:
    """One request of a run: its people, their district ("" where unknown), and the groups of people they are of."""

    request_id: str
    people: int
    waited: int
    district: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Of the people of one district, or of those (not) of one group: how many waited, how many are served."""

    by: str
    key: str
    people: int
    served: int
    longest_wait: int


@dataclass(frozen=True, slots=True)
class Price:
    """In served people: of a plan, of one made without fairness, and the bound of the latter, by one plain measure."""

    plain_value: float
    plain_without: float
    plain_bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How fair a run was."""

    people: int
    served: int
    longest_wait: int
    load_gini: float
    load_busiest: float
    price: Price
    shares: tuple[Share, ...]
    rows: tuple[tuple[Asking, bool], ...]

    def figures(self) -> dict[str, Any]:
        """Every figure by its name, without the rows."""
        names = ("people", "served", "longest_wait", "load_gini", "load_busiest")
        shares = {"shares": [asdict(each) for each in self.shares]}
        return {name: getattr(self, name) for name in names} | asdict(self.price) | shares

    def rows_as_json(self) -> list[dict[str, Any]]:
        """Every request of the run, and whether the plan serves it."""
        return [asdict(each) | {"served": served} for each, served in self.rows]


def measure(
    problem: engine.Problem,
    plan: engine.Plan,
    asking: Sequence[Asking],
    groups: Collection[str],
    keep_going: Callable[[], bool] = lambda: True,
) -> Measured:
    """The fairness of a plan for a problem; `asking` are its wishes, `groups` all that are told apart."""
    found = {wish for each in plan.classes for wish in each.wish_ids}
    rows = tuple((each, each.request_id in found) for each in asking)
    load = hours(problem, plan)
    return Measured(
        people=sum(each.people for each in asking),
        served=sum(each.people for each, served in rows if served),
        longest_wait=max((each.waited for each in asking), default=0),
        load_gini=gini(load),
        load_busiest=busiest(load),
        price=price(problem, plan, keep_going),
        shares=tuple(shares(rows, groups)),
        rows=rows,
    )


def shares(rows: Iterable[tuple[Asking, bool]], groups: Collection[str]) -> list[Share]:
    """By district, and for each group its people ("yes") beside all others ("no")."""
    parts: dict[tuple[str, str], list[tuple[Asking, bool]]] = defaultdict(list)
    for each, served in rows:
        parts[DISTRICT, each.district].append((each, served))
        for group in groups:
            parts[group, "yes" if group in each.groups else "no"].append((each, served))
    return [
        Share(
            by,
            key,
            sum(each.people for each, _ in part),
            sum(each.people for each, served in part if served),
            max(each.waited for each, _ in part),
        )
        for (by, key), part in sorted(parts.items())
    ]


def hours(problem: engine.Problem, plan: engine.Plan) -> list[float]:
    """Hours of each volunteer of the problem within its horizon, agreed before or planned."""
    planned = Counter(each.instructor_id for each in plan.classes)
    length = problem.rules.length_slots * SLOT_MINUTES / 60
    return [(planned[each.id] + sum(each.taken_per_week.values())) * length for each in problem.instructors]


def price(problem: engine.Problem, plan: engine.Plan, keep_going: Callable[[], bool] = lambda: True) -> Price:
    """What waiting, priority and even load cost, measured by the same value without these terms.

    The plan made without fairness counts as no worse than the given one, which is a plan for the same people too.
    """
    weights = replace(problem.rules.weights, waiting=0.0, priority=0.0, load=0.0, stability=0.0)
    plain = replace(problem, rules=replace(problem.rules, weights=weights), shown=())
    without = engine.solve(plain, effort=EFFORT, keep_going=keep_going, explained=False)
    value = worth(plain, plan.classes)
    best = max(value, without.value)
    return Price(value, best, max(best, without.bound))


def worth(problem: engine.Problem, classes: Sequence[engine.PlannedClass]) -> float:
    """What these classes are worth by the weights of a problem, whatever they were made for."""
    ids = {wish for each in classes for wish in each.wish_ids}
    wishes = tuple(each for each in problem.wishes if each.id in ids)
    kept = replace(problem, wishes=wishes, kept=tuple(each.keep() for each in classes), shown=())
    return engine.solve(kept, effort=0, explained=False).value
