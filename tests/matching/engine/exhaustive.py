"""The optimum of a small problem by trying everything, independent of the engine: classes from the checker's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt

from tests.matching.engine.checker import faults_of, value_of
from village_hub.matching.engine import Instructor, KeptClass, Problem, Venue

Floats = npt.NDArray[np.float64]
Cell = tuple[int, int, int]  # instructor, venue, start


class Exhaustive:
    """Groups are bit masks over the wishes; problems without kept classes and travel times only."""

    def __init__(self, problem: Problem) -> None:
        assert not problem.kept
        assert not problem.shown
        assert not problem.rules.travel_m_per_minute
        self.problem = problem
        self.masks = np.arange(1 << len(problem.wishes))
        bits = (self.masks[:, None] >> np.arange(len(problem.wishes))) & 1
        self.bits = bits.astype(np.float64)
        self.people = bits @ np.array([wish.people for wish in problem.wishes], dtype=np.int64)
        circles = [{wish.only_with for wish, joins in zip(problem.wishes, row, strict=True) if joins} for row in bits]
        self.one_circle = np.array([len(names) == 1 for names in circles])
        self.taken = [sum(one.taken_per_week.values()) for one in problem.instructors]
        self.options: dict[int, list[tuple[float, Cell]]] = {}
        self._collect()
        self.hope = self._without_conflicts()

    def best(self) -> float:
        """The largest value of any plan, by branch and bound over partitions of the wishes."""
        self.top = 0.0
        self._branch(len(self.masks) - 1, 0.0, [])
        return self.top

    def _branch(self, left: int, value: float, chosen: list[Cell]) -> None:
        self.top = max(self.top, value)
        if not left or value + self.hope[left] <= self.top + 1e-12:
            return
        first = left & -left
        for group in _subsets(left & ~first):
            mask = group | first
            rest = left & ~mask
            for worth, cell in self.options.get(mask, ()):
                if value + worth + self.hope[rest] <= self.top + 1e-12:
                    break
                if self._fits(cell, chosen):
                    load = self.problem.rules.weights.load
                    before = self.taken[cell[0]] + sum(one[0] == cell[0] for one in chosen)
                    self._branch(rest, value + worth - load * before, [*chosen, cell])
        self._branch(left & ~first, value, chosen)

    def _fits(self, cell: Cell, chosen: list[Cell]) -> bool:
        rules = self.problem.rules
        who, where, start = cell
        for other, place, begun in chosen:
            if (other == who or place == where) and abs(start - begun) < rules.length_slots:
                return False
        week = start // rules.slots_per_week
        held = sum(other == who and begun // rules.slots_per_week == week for other, _, begun in chosen)
        one = self.problem.instructors[who]
        return held + one.taken_per_week.get(week, 0) < one.cap_per_week

    def _collect(self) -> None:
        starts = sorted({slot for wish in self.problem.wishes for slot in wish.slots})
        for (who, one), (where, venue), start in product(
            enumerate(self.problem.instructors), enumerate(self.problem.venues), starts
        ):
            best = np.full(len(self.masks), -np.inf)
            for worth in self._worths(one, venue, start):
                np.maximum(best, worth, out=best)
            for mask in np.flatnonzero(best > 0).tolist():
                self.options.setdefault(mask, []).append((float(best[mask]), (who, where, start)))
        for choices in self.options.values():
            choices.sort(reverse=True)

    def _worths(self, one: Instructor, venue: Venue, start: int) -> Iterator[Floats]:
        """The worth of every group in every topic, level and language taught there and then, −inf where it may not."""
        problem = self.problem
        low = max(problem.rules.minimum_group, one.group_min)
        high = min(problem.rules.maximum_group, one.group_max, venue.capacity)
        allowed = (self.people >= low) & (self.people <= high) & self.one_circle
        for topic in sorted({wish.topic for wish in problem.wishes} & set(one.topics)):
            for level, language in product(_levels(problem, one, topic), sorted(one.languages)):
                sizes = {"minimum", "maximum"}
                nobody = KeptClass(topic=topic, level=level, language=language, wish_ids=(),
                                   instructor_id=one.id, venue_id=venue.id, start=start)  # fmt: skip
                if set(faults_of(problem, nobody)) - sizes:
                    continue
                base = value_of(problem, [nobody]) + problem.rules.weights.load * sum(one.taken_per_week.values())
                alone = [replace(nobody, wish_ids=(wish.id,)) for wish in problem.wishes]
                gains = np.array([
                    -1e9 if set(faults_of(problem, each)) - sizes
                    else value_of(problem, [each]) - value_of(problem, [nobody])
                    for each in alone
                ])  # fmt: skip
                worth = self.bits @ gains + base
                yield np.where(allowed & (worth > -1e8), worth, -np.inf)

    def _without_conflicts(self) -> list[float]:
        hope = [0.0] * len(self.masks)
        best = {mask: choices[0][0] for mask, choices in self.options.items()}
        for mask in range(1, len(self.masks)):
            first = mask & -mask
            hope[mask] = hope[mask & ~first]
            for group in _subsets(mask & ~first):
                worth = best.get(group | first)
                if worth is not None:
                    hope[mask] = max(hope[mask], worth + hope[mask & ~(group | first)])
        return hope


def optimum(problem: Problem) -> float:
    """The value that no plan can beat and one reaches."""
    return Exhaustive(problem).best()


def _levels(problem: Problem, one: Instructor, topic: str) -> list[int]:
    wished = {wish.level for wish in problem.wishes if wish.topic == topic} - {0}
    between = set(range(min(wished), max(wished) + 1)) if wished else set()
    return sorted((one.topics[topic] | between) - {0}) or [0]


def _subsets(mask: int) -> Iterator[int]:
    """Every subset of the bits, the full one first and the empty one last."""
    subset = mask
    while subset:
        yield subset
        subset = (subset - 1) & mask
    yield 0
