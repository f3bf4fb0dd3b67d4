"""Columns: concrete classes (key, wishes, instructor) with their worth, the variables of the selection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from village_hub.matching.engine.candidates import Candidates
from village_hub.matching.engine.tables import Bools, Ints, Tables


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """A class of candidate `key`; `value` is its worth without the load term."""

    key: int
    wishes: tuple[int, ...]
    instructor: int
    value: float


def every_column(tables: Tables, found: Candidates, limit: int) -> list[Column] | None:
    """All classes there are, or nothing if more than `limit` groups and instructors would have to be looked at."""
    sizes = np.diff(found.wish_ptr)
    if len(sizes) and (int(sizes.max()) > 16 or int((2**sizes).sum()) > limit):
        return None
    crews = np.array([len(found.crew_of(tables, key)) for key in range(len(found))], dtype=np.int64)
    if int((2**sizes * crews).sum()) > limit:
        return None
    return [column for key in range(len(found)) for group in _groups(tables, found, key)
            for column in with_instructors(tables, found, key, group)]  # fmt: skip


def with_instructors(tables: Tables, found: Candidates, key: int, wishes: tuple[int, ...]) -> Iterator[Column]:
    """The group with every instructor of the key who welcomes its size and whom nobody in it rules out."""
    gain = _gain(found, key, wishes)
    people = int(tables.people[list(wishes)].sum())
    for place in found.crew_of(tables, key).tolist():
        instructor = int(found.instructor[place])
        if welcomes(tables, instructor, people) and agree(tables, wishes, instructor):
            yield Column(key, wishes, instructor, gain - tables.rules.weights.class_cost - float(found.travel[place]))


def column_of(tables: Tables, found: Candidates, key: int, wishes: tuple[int, ...], instructor: int) -> Column:
    """This class with its worth; the instructor is one of the key's crew."""
    places = np.arange(found.crew_ptr[found.crew[key]], found.crew_ptr[found.crew[key] + 1])
    travel = float(found.travel[places[found.instructor[places] == instructor][0]])
    return Column(key, wishes, instructor, _gain(found, key, wishes) - tables.rules.weights.class_cost - travel)


def welcomes(tables: Tables, instructor: int, people: int) -> bool:
    """The group is neither too small nor too large for this instructor."""
    one = tables.instructors[instructor]
    return one.group_min <= people <= one.group_max


def agree(tables: Tables, wishes: Iterable[int], instructor: int) -> bool:
    """Nobody of the group and the instructor have ruled each other out."""
    return not tables.forbidden or not any((wish, instructor) in tables.forbidden for wish in wishes)


def allowed_with(tables: Tables, wishes: Ints, instructor: int) -> Bools:
    """Which of the wishes may meet this instructor."""
    if not tables.forbidden:
        return np.ones(len(wishes), dtype=np.bool_)
    return np.array([agree(tables, [wish], instructor) for wish in wishes.tolist()], dtype=np.bool_)


def _gain(found: Candidates, key: int, wishes: tuple[int, ...]) -> float:
    first, last = found.wish_ptr[key], found.wish_ptr[key + 1]
    rows = np.array(wishes, dtype=np.int64)
    return float(found.gain[first:last][np.isin(found.wish[first:last], rows)].sum() + found.bonus[key])


def _groups(tables: Tables, found: Candidates, key: int) -> Iterator[tuple[int, ...]]:
    rows: Ints = found.wish[found.wish_ptr[key] : found.wish_ptr[key + 1]]
    people = tables.people
    for size in range(1, len(rows) + 1):
        for group in combinations(rows.tolist(), size):
            if found.lowest[key] <= people[list(group)].sum() <= found.highest[key]:
                yield group
