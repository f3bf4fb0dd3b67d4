"""Whom a change that others carry out would serve: the wish that asks, or somebody who makes more of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from village_hub.matching.engine.bound import a_sack
from village_hub.matching.engine.candidates import candidates_of
from village_hub.matching.engine.draft import Draft
from village_hub.matching.engine.market import market_of
from village_hub.matching.engine.problem import Instructor, Problem, Venue
from village_hub.matching.engine.relaxation import reduced_values
from village_hub.matching.engine.tables import tables_of
from village_hub.matching.engine.tariff import no_prices


def best_without(draft: Draft, row: int, instructors: tuple[Instructor, ...], rooms: tuple[Venue, ...]) -> float:
    """The largest worth, without load, of a class of free wishes other than `row` with these instructors and rooms.

    It is 0 where there is none. Other classes of the instructors do not count as ways to travel.
    """
    problem = draft.tables.problem
    topics = {topic for one in instructors for topic in one.topics}
    free = (draft.tables.wishes[other] for other in np.flatnonzero(draft.free).tolist() if other != row)
    tables = tables_of(
        Problem(
            wishes=tuple(wish for wish in free if wish.topic in topics),
            instructors=instructors,
            venues=rooms,
            rules=problem.rules,
            forbidden=problem.forbidden,
        )
    )
    found = candidates_of(tables)
    if not len(found):
        return 0.0
    market = market_of(tables, found)
    return float(reduced_values(market, no_prices(tables, market), a_sack(market)).max())


def rooms_left(draft: Draft) -> tuple[Venue, ...]:
    """All venues with the half hours that no class of the plan takes."""
    tables, length = draft.tables, draft.tables.rules.length_slots
    taken: dict[int, set[int]] = {}
    for column in draft.columns:
        start = int(draft.found.start[column.key])
        taken.setdefault(int(draft.found.venue[column.key]), set()).update(range(start, start + length))
    for kept in tables.problem.kept:
        hours = range(kept.start, kept.start + length)
        taken.setdefault(tables.venue_row[kept.venue_id], set()).update(hours)
    return tuple(
        replace(venue, slots=venue.slots - taken[row]) if row in taken else venue
        for row, venue in enumerate(tables.venues)
    )


def with_what_is_left(draft: Draft, row: int) -> Instructor:
    """The instructor with the half hours and caps that the plan leaves."""
    tables = draft.tables
    one, length = tables.instructors[row], tables.rules.length_slots
    taken = {slot for start in _starts(draft, row) for slot in range(start, start + length)}
    used = {week: one.cap_per_week - int(left) for week, left in enumerate(draft.caps[row].tolist())}
    return replace(one, slots=one.slots - taken, taken_per_week=used)


def _starts(draft: Draft, row: int) -> list[int]:
    kept = [each.start for each in draft.tables.problem.kept
            if each.instructor_id == draft.tables.instructors[row].id]  # fmt: skip
    return kept + [int(draft.found.start[column.key]) for column in draft.columns if column.instructor == row]
