"""Who may share a class: wishes and instructors of one topic, level, language and circle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from village_hub.matching.engine.geometry import Floats, distances_m
from village_hub.matching.engine.problem import ANY_LEVEL, Instructor, KeptClass
from village_hub.matching.engine.tables import Bools, Ints, Tables, distinct_needs, levels_apart

PoolKey = tuple[str, int, str, str | None]  # topic, level, language, circle


@dataclass(frozen=True, slots=True)
class Membership:
    """Rows of the wishes that may share a class, and of the instructors who could teach it, both rising."""

    key: PoolKey
    wishes: Ints
    instructors: Ints

    @property
    def level(self) -> int:
        """The level taught."""
        return self.key[1]

    @property
    def language(self) -> str:
        """The one language everybody in the class shares."""
        return self.key[2]


@dataclass(frozen=True, slots=True)
class Pool(Membership):
    """n wishes, m instructors: `fits` (n × V) is reach, access and own place, `near` (m × V) the radius.

    `gain` (n × V) is before lateness.
    """

    fits: Bools
    near: Bools
    gain: Floats
    travel: Floats


def memberships_of(tables: Tables) -> Iterator[Membership]:
    """Every pool with an instructor and enough people, leaving out those that another pool contains."""
    for (topic, circle), rows in sorted(members(tables).items(), key=lambda entry: (entry[0][0], entry[0][1] or "")):
        languages = sorted({language for row in rows for language in tables.wishes[row].languages})
        for level in levels_of(tables, topic, rows):
            found = [pool_rows(tables, (topic, level, language, circle), rows) for language in languages]
            seen = [(set(wishes), set(instructors)) for wishes, instructors in found]
            for place, (wishes, instructors) in enumerate(found):
                enough = tables.people[wishes].sum() >= tables.rules.minimum_group if wishes else False
                if enough and instructors and not _contained(place, seen):
                    yield Membership((topic, level, languages[place], circle), _rows(wishes), _rows(instructors))


def pool_of_shown(tables: Tables, shown: KeptClass) -> Membership | None:
    """The people and the instructor of a class already shown, if they may still meet."""
    rows = sorted(tables.wish_row[wish] for wish in shown.wish_ids if wish in tables.wish_row)
    instructor = tables.instructor_row.get(shown.instructor_id)
    if len(rows) < len(shown.wish_ids) or instructor is None or shown.venue_id not in tables.venue_row:
        return None
    wishes = [tables.wishes[row] for row in rows]
    circles = {wish.only_with for wish in wishes}
    key = (shown.topic, shown.level, shown.language, wishes[0].only_with)
    fitting, _ = pool_rows(tables, key, rows)
    meets = not any((row, instructor) in tables.forbidden for row in rows) and bool(tables.free[rows].all())
    same = len(circles) == 1 and all(wish.topic == shown.topic for wish in wishes) and fitting == rows
    if not (meets and same and teaches(tables.instructors[instructor], key)):
        return None
    return Membership(key, _rows(rows), _rows([instructor]))


def members(tables: Tables, among: Bools | None = None) -> dict[tuple[str, str | None], list[int]]:
    """Rows of the wishes of each topic and circle: of those not kept, or of those named."""
    rows = dict[tuple[str, str | None], list[int]]()
    for row in np.flatnonzero(tables.free if among is None else among).tolist():
        wish = tables.wishes[row]
        rows.setdefault((wish.topic, wish.only_with), []).append(row)
    return rows


def levels_of(tables: Tables, topic: str, wishes: list[int]) -> list[int]:
    """Levels a class of the topic could have; 0 only where neither side names one.

    Who teaches every level can also meet people halfway, at a level between theirs that nobody names.
    """
    wished = {tables.wishes[row].level for row in wishes} - {ANY_LEVEL}
    taught = {level for row in tables.teaching.get(topic, ()) for level in tables.instructors[row].topics[topic]}
    halfway = range(min(wished), max(wished)) if wished and ANY_LEVEL in taught else ()
    return sorted(wished.union(taught, halfway) - {ANY_LEVEL}) or [ANY_LEVEL]


def pool_rows(tables: Tables, key: PoolKey, wishes: list[int]) -> tuple[list[int], list[int]]:
    """Those of `wishes` that fit level and language, and the instructors who teach them."""
    topic, level, language, _ = key
    tolerance = tables.rules.level_tolerance
    fitting = [
        row
        for row in wishes
        if language in tables.wishes[row].languages and levels_apart(tables.wishes[row].level, level) <= tolerance
    ]
    return fitting, [row for row in tables.teaching.get(topic, ()) if teaches(tables.instructors[row], key)]


def teaches(one: Instructor, key: PoolKey) -> bool:
    """An instructor teaches a level they name, every level if they name 0, and only in their own languages."""
    topic, level, language, _ = key
    levels = one.topics.get(topic, frozenset())
    known = level in levels or ANY_LEVEL in levels or (level == ANY_LEVEL and bool(levels))
    return known and language in one.languages and not one.paused


def pool_from(tables: Tables, key: PoolKey, wishes: list[int], instructors: list[int]) -> Pool:
    """The pool with its geometry."""
    wish_rows, instructor_rows = _rows(wishes), _rows(instructors)
    to_wish = distances_m(tables.wish_at[wish_rows], tables.venue_at)
    to_instructor = distances_m(tables.instructor_at[instructor_rows], tables.venue_at)
    radius = np.array([tables.instructors[row].radius_m for row in instructors], dtype=np.float64)
    return Pool(
        key=key,
        wishes=wish_rows,
        instructors=instructor_rows,
        fits=reaches(tables, wish_rows, to_wish) & accessible(tables, wish_rows),
        near=to_instructor <= radius[:, None],
        gain=tables.gain(wish_rows, to_wish.T, key[1]).T,
        travel=tables.travel_cost(to_instructor),
    )


def reaches(tables: Tables, wishes: Ints, metres: Floats) -> Bools:
    """n × V: near enough and open to them; somebody's own place is the only one for them, at any distance."""
    near: Bools = metres <= tables.reach[wishes][:, None]
    near[:, np.array([venue.private for venue in tables.venues], dtype=np.bool_)] = False
    for place, row in enumerate(wishes.tolist()):
        own = tables.wishes[row].venue
        if own is not None:
            near[place] = [venue.id == own for venue in tables.venues]
    return near


def accessible(tables: Tables, wishes: Ints) -> Bools:
    """n × V: the venue has every access feature the wish needs."""
    kinds, kind_of = distinct_needs(tables)
    suits: Bools = kinds[kind_of[wishes]]
    return suits


def _rows(rows: list[int]) -> Ints:
    return np.array(rows, dtype=np.int64)


def _contained(place: int, seen: list[tuple[set[int], set[int]]]) -> bool:
    wishes, instructors = seen[place]
    return any(
        wishes <= others and instructors <= taught and (wishes < others or instructors < taught or before < place)
        for before, (others, taught) in enumerate(seen)
        if before != place
    )
