"""How a run counts: from the prices and the plan of the run before, within its time, and so that it can be replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from village_hub.matching import engine
from village_hub.matching.engine.plan import Tariff
from village_hub.matching.queries import HALF_HOUR, Record, Snapshot
from village_hub.matching.queries.packing import (
    pack,
    plan_as_json,
    plan_from_json,
    problem_as_json,
    problem_from_json,
    tariff_as_json,
    tariff_from_json,
)
from village_hub.matching.service.reasons import why_not

EFFORT, SEED = 120, 0
#: How finely a run is told how far its time has gone.
THOUSANDTHS = 1000
#: Up to this share of wishes, instructors and rooms that changed, only what they touch is solved anew.
SMALL = 0.05
#: A plan that only mends another is good enough with this gap; its bound is looser, being that of prices of before.
GOOD = 0.05


class Pace:
    """How far a run's time has gone, in thousandths. The answers are written down: a replay is given the same ones."""

    def __init__(self, share: Callable[[], float] = lambda: 0.0) -> None:
        self._share = share
        self._given: list[int] = []

    @property
    def answers(self) -> list[tuple[int, int]]:
        """Each answer, and how often it was given in a row."""
        return [(answer, len(list(same))) for answer, same in groupby(self._given)]

    def spent(self) -> float:
        self._given.append(min(THOUSANDTHS, max(0, int(self._share() * THOUSANDTHS))))
        return self._given[-1] / THOUSANDTHS

    def keep_going(self) -> bool:
        return self.spent() < 1

    def afresh(self) -> Pace:
        """The same clock, with nothing said yet."""
        return Pace(self._share)

    @classmethod
    def replayed(cls, answers: Iterable[Sequence[int]]) -> Pace:
        """Says again what was said then, and afterwards that the time is over."""
        again = iter([answer for answer, times in answers for _ in range(times)])
        return cls(lambda: next(again, THOUSANDTHS) / THOUSANDTHS + 0.5 / THOUSANDTHS)


@dataclass(frozen=True)
class Given:
    """All that a plan depends on; `apart` are pairs of wishes that share no class, the two plans are earlier ones."""

    problem: engine.Problem
    apart: tuple[tuple[str, str], ...] = ()
    warm: engine.Plan | None = None
    before: engine.Plan | None = None
    effort: int = EFFORT
    seed: int = SEED

    def as_json(self, pace: Pace, start: datetime) -> dict[str, Any]:
        """Everything that a replay needs, and the moment that half hours are counted from."""
        return {
                "start": start.isoformat(),
                "problem": problem_as_json(self.problem), "apart": self.apart,
                "warm": _packed(self.warm), "before": _packed(self.before),
                "effort": self.effort, "seed": self.seed, "answers": pace.answers,
        }  # fmt: skip


@dataclass(frozen=True)
class Solved:
    """A plan, for each of its classes the next best instructors, and how it was come by."""

    plan: engine.Plan
    alternatives: tuple[tuple[str, ...], ...]
    way: str
    changed: int
    why_not: dict[str, dict[str, Any]]
    #: What it was given, the plan and its prices, packed.
    record: tuple[bytes, bytes, bytes] = field(repr=False)


def solve(snapshot: Snapshot, pace: Pace | None = None, last: Record | None = None, *, effort: int = EFFORT) -> Solved:
    """The engine's plan for what was seen; pure arithmetic, outside every transaction.

    After a small change only what it touches is solved anew, unless that makes the plan worse than it need be.
    """
    changed = changes(last.problem, snapshot.problem) if last else len(snapshot.problem.wishes)
    solved = _mended(snapshot, pace or Pace(), last, changed) if last else None
    return solved or _anew(snapshot, pace or Pace(), last, changed, effort)


def _mended(snapshot: Snapshot, pace: Pace, last: Record, changed: int) -> Solved | None:
    """Only what changed, where that is little since everything was solved anew, and the plan stays good enough."""
    before = last.given["since_anew"]
    everything = len(snapshot.problem.wishes) + len(snapshot.problem.instructors) + len(snapshot.problem.venues)
    is_comparable = last.start == snapshot.calendar.start and last.problem.rules == snapshot.problem.rules
    if not is_comparable or changed + before > SMALL * everything:
        return None
    given, pace = Given(snapshot.problem, snapshot.apart, before=last.plan), pace.afresh()
    plan = plan_for(given, pace)
    if plan.gap > GOOD:
        return None
    return _solved(snapshot, given, pace, plan, changed, before + changed)


def _anew(snapshot: Snapshot, pace: Pace, last: Record | None, changed: int, effort: int) -> Solved:
    """Everything, from the prices and classes of the run before."""
    warm = _later(last, snapshot.calendar.start) if last else None
    given, pace = Given(snapshot.problem, snapshot.apart, warm, effort=effort), pace.afresh()
    plan = plan_for(given, pace)
    return _solved(snapshot, given, pace, plan, changed, 0)


def _solved(snapshot: Snapshot, given: Given, pace: Pace, plan: engine.Plan, changed: int, since_anew: int) -> Solved:
    known = given.as_json(pace, snapshot.calendar.start) | {"since_anew": since_anew}
    record = pack(known), pack(plan_as_json(plan)), pack(tariff_as_json(plan.tariff))
    others = _alternatives(snapshot.problem, plan)
    return Solved(plan, others, _way(given, plan), changed, why_not(snapshot, plan), record)


def plan_for(given: Given, pace: Pace) -> engine.Plan:
    """What the engine makes of it, with those apart who must be; no plan is worth more than that of everybody.

    Why not is worked out only for whoever asks.
    """
    plan = first = engine.solve(
        given.problem, effort=given.effort, seed=given.seed, keep_going=pace.keep_going, spent=pace.spent,
        warm=given.warm, before=given.before, explained=False,
    )  # fmt: skip
    problem = given.problem
    while together := _too_close(plan, given.apart):
        problem = replace(problem, forbidden=problem.forbidden | together)
        plan = engine.solve(problem, effort=given.effort, seed=given.seed, before=plan, explained=False)
    return replace(plan, bound=first.bound)


def replay(record: Record) -> engine.Plan:
    """The plan of a recorded run once more, from what the run was given."""
    known = record.given
    given = Given(
        problem_from_json(known["problem"]), tuple((one, other) for one, other in known["apart"]),
        _unpacked(known["warm"]), _unpacked(known["before"]), known["effort"], known["seed"],
    )  # fmt: skip
    return plan_for(given, Pace.replayed(known["answers"]))


def is_same_plan(one: engine.Plan, other: engine.Plan) -> bool:
    """To the last bit, with the reasons."""
    return plan_as_json(one) == plan_as_json(other)


def changes(before: engine.Problem, now: engine.Problem) -> int:
    """How many wishes, instructors and rooms are new, gone or otherwise."""
    pairs: tuple[tuple[Sequence[Any], Sequence[Any]], ...] = (
        (before.wishes, now.wishes), (before.instructors, now.instructors), (before.venues, now.venues),
    )  # fmt: skip
    found = 0
    for old, new in pairs:
        was, is_now = {each.id: each for each in old}, {each.id: each for each in new}
        found += sum(was.get(name) != is_now.get(name) for name in was.keys() | is_now.keys())
    return found + len({wish for wish, _ in before.forbidden ^ now.forbidden})


def _later(last: Record, start: datetime) -> engine.Plan:
    """The plan of the run before, by the half hours of this one."""
    plan, passed = last.plan, (start - last.start) // HALF_HOUR
    if not passed:
        return plan
    classes = tuple(replace(each, start=each.start - passed) for each in plan.classes if each.start >= passed)
    return replace(plan, classes=classes, tariff=_tariff_later(plan.tariff, passed) if plan.tariff else None)


def _tariff_later(tariff: Tariff, passed: int) -> Tariff:
    return Tariff(tariff.wishes, {name: (hours[passed:], weeks, load)
                                  for name, (hours, weeks, load) in tariff.instructors.items()})  # fmt: skip


def _packed(plan: engine.Plan | None) -> list[Any] | None:
    return [plan_as_json(plan), tariff_as_json(plan.tariff)] if plan else None


def _unpacked(known: Sequence[Any] | None) -> engine.Plan | None:
    return plan_from_json(known[0], tariff_from_json(known[1])) if known else None


def _way(given: Given, plan: engine.Plan) -> str:
    if not {"steps", "search_steps"} & plan.effort.keys():
        return "exact"
    return "full" if given.before is None else "changes"


def _too_close(plan: engine.Plan, apart: tuple[tuple[str, str], ...]) -> frozenset[tuple[str, str]]:
    """The later of two wishes that must be apart, with the instructor of the class that they share."""
    classes = {wish: number for number, each in enumerate(plan.classes) for wish in each.wish_ids}
    shared = ((other, classes[one]) for one, other in apart if one in classes and classes[one] == classes.get(other))
    return frozenset((wish, plan.classes[number].instructor_id) for wish, number in shared)


def _alternatives(problem: engine.Problem, plan: engine.Plan) -> tuple[tuple[str, ...], ...]:
    """The next best instructors of each class: only those who teach its topic, and what they hold, are looked at."""
    kept = [each.keep() for each in plan.classes]
    found = []
    for each in kept:
        able = tuple(one for one in problem.instructors if each.topic in one.topics)
        names = {one.id for one in able}
        near = tuple(other for other in kept if other.instructor_id in names)
        wishes = {wish for other in near for wish in other.wish_ids}
        places = {other.venue_id for other in near}
        part = replace(
            problem, instructors=able, kept=near, shown=(),
            wishes=tuple(one for one in problem.wishes if one.id in wishes),
            venues=tuple(one for one in problem.venues if one.id in places),
        )  # fmt: skip
        found.append(tuple(other.instructor_id for other in engine.alternatives(part, each)))
    return tuple(found)
