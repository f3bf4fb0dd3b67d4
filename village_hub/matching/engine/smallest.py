"""The smallest change that matches a wish while the rest of the plan stands: a single one, or one with more people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from village_hub.matching.engine.changes import apply_change, newcomer
from village_hub.matching.engine.columns import agree, allowed_with
from village_hub.matching.engine.draft import limits_of
from village_hub.matching.engine.exact import serves
from village_hub.matching.engine.geometry import Floats
from village_hub.matching.engine.grouping import best_group
from village_hub.matching.engine.plan import Change, ChangeCode
from village_hub.matching.engine.pools import Pool
from village_hub.matching.engine.rivals import best_without, with_what_is_left
from village_hub.matching.engine.tables import Bools, Ints, levels_apart
from village_hub.matching.engine.vacancies import Seeker, Vacancies, View

_TRIES = 6
_LEAST = 1e-4  # far above what a solver rounds
_NEWCOMER = -1
_ONE, _NONE = np.ones((1, 1), dtype=np.int64), np.zeros((1, 1), dtype=np.int64)
_OF_OTHERS = {ChangeCode.INSTRUCTOR_FOR_TOPIC, ChangeCode.ONE_MORE_SESSION, ChangeCode.VENUE_FEATURE}
_ASKS = {  # how much one unit asks of the people concerned, in half hours of a resident
    ChangeCode.OTHER_HOUR: 1.0,
    ChangeCode.FURTHER: 1 / 250,
    ChangeCode.MORE_PEOPLE: 4.0,
    ChangeCode.ONE_MORE_SESSION: 5.0,
    ChangeCode.OTHER_LANGUAGE: 10.0,
    ChangeCode.VENUE_FEATURE: 12.0,
    ChangeCode.INSTRUCTOR_FOR_TOPIC: 15.0,
}


@dataclass(frozen=True, slots=True)
class _Option:
    code: ChangeCode
    amount: int
    subject: str
    view: View | None  # none: the wish joins a class of the plan
    level: int
    venue: int
    start: int
    people: int  # more with the same wish, besides

    @property
    def asks(self) -> tuple[float, str, int, int]:
        company = self.people * _ASKS[ChangeCode.MORE_PEOPLE]
        return self.amount * _ASKS[self.code] + company, self.code, self.start, self.venue

    @property
    def more(self) -> int:
        """How many more people come with the wish."""
        return self.amount if self.code is ChangeCode.MORE_PEOPLE else self.people


def smallest_change(vacancies: Vacancies, seeker: Seeker, but: Collection[ChangeCode] = ()) -> Change | None:
    """The change that asks least among those after which a class with this wish would be worth having.

    More people are asked for besides only where no change alone is enough.
    """
    alone = (*_new_classes(vacancies, seeker), *_joins(vacancies, seeker))
    found = _first(vacancies, seeker, (each for each in alone if each.code not in but))
    return found or (None if but else _first(vacancies, seeker, _new_classes(vacancies, seeker, with_more=True)))


def _first(vacancies: Vacancies, seeker: Seeker, options: Iterable[_Option]) -> Change | None:
    for option in sorted(options, key=lambda one: one.asks):
        subject = _works(vacancies, seeker, option)
        if subject is None:
            continue
        venue = vacancies.tables.venues[option.venue].id
        change = Change(option.code, option.amount, subject, venue, option.start, option.people)
        if option.code not in _OF_OTHERS or not vacancies.exact_up_to or _serves(vacancies, seeker, change):
            return change
    return None


def _serves(vacancies: Vacancies, seeker: Seeker, change: Change) -> bool:
    """Whether the best plan after the change, in which everybody may move, has the wish in it."""
    problem, name = vacancies.tables.problem, vacancies.tables.wishes[seeker.row].id
    return serves(apply_change(problem, name, change), name, vacancies.exact_up_to)


def _new_classes(vacancies: Vacancies, seeker: Seeker, *, with_more: bool = False) -> Iterator[_Option]:
    """Free rooms and hours where one condition stands in the way; `with_more`, where too few people do as well."""
    tables = vacancies.tables
    wish = tables.wishes[seeker.row]
    rooms, needed = vacancies.draft.venue_start, tables.rules.minimum_group
    suits, near = seeker.suits[None, :], seeker.near[:, None]
    missing = np.array([len(wish.needs - venue.features) for venue in tables.venues], dtype=np.int64)
    visitable = np.array([wish.venue is None and not venue.private for venue in tables.venues], dtype=np.bool_)
    further = np.ceil(seeker.metres - wish.reach_m).astype(np.int64)
    for key in vacancies.keys(seeker.row, wish.languages):
        view = vacancies.view(key)
        total = view.company + np.where(near & suits, 0, wish.people)
        vacant, here = view.able & rooms, rooms & near & suits
        cells: list[tuple[ChangeCode, str, Bools, Ints]] = [
            (ChangeCode.OTHER_HOUR, "", vacant & near & ~suits, seeker.extra[None, :]),
            (ChangeCode.FURTHER, "", vacant & _rows(seeker.accessible & ~seeker.reached & visitable) & suits,
             further[:, None]),
            (ChangeCode.ONE_MORE_SESSION, "", view.uncapped & ~view.able & here, _ONE),
            (ChangeCode.VENUE_FEATURE, "", vacant & _rows(seeker.reached & ~seeker.accessible) & suits,
             missing[:, None]),
            (ChangeCode.INSTRUCTOR_FOR_TOPIC, wish.topic, ~view.able & here, _ONE),
        ]  # fmt: skip
        for code, subject, allowed, amounts in cells:
            yield from _least(code, subject, view, allowed, amounts, needed - total, with_more)
        if not with_more:
            too_few = vacant & near & suits & (total < needed)
            yield from _least(ChangeCode.MORE_PEOPLE, "", view, too_few, needed - total)
    spoken = {language for one in tables.instructors if wish.topic in one.topics for language in one.languages}
    for key in vacancies.keys(seeker.row, frozenset(spoken) - wish.languages):
        view = vacancies.view(key)
        allowed, few = view.able & rooms & near & suits, needed - view.company - wish.people
        yield from _least(ChangeCode.OTHER_LANGUAGE, key[2], view, allowed, _ONE, few, with_more)


def _rows(venues: Bools) -> Bools:
    return venues[:, None]


def _least(
    code: ChangeCode,
    subject: str,
    view: View,
    allowed: Bools,
    amounts: Ints,
    few: Ints = _NONE,
    with_more: bool = False,
) -> Iterator[_Option]:
    """The cells that ask least; `few` people are missing there, which only those `with_more` may."""
    venues, starts = np.nonzero(allowed & ((few > 0) == with_more))
    asked, people = (np.broadcast_to(each, allowed.shape)[venues, starts] for each in (amounts, few))
    total = asked * _ASKS[code] + with_more * people * _ASKS[ChangeCode.MORE_PEOPLE]
    for place in np.argsort(total, kind="stable")[:_TRIES].tolist():
        venue, start, more = int(venues[place]), int(starts[place]), int(people[place]) if with_more else 0
        yield _Option(code, int(asked[place]), subject, view, view.pool.level, venue, start, more)


def _joins(vacancies: Vacancies, seeker: Seeker) -> Iterator[_Option]:
    """Classes of the plan with room, where exactly one condition of the wish stands in the way."""
    draft, tables = vacancies.draft, vacancies.tables
    wish, tolerance = tables.wishes[seeker.row], tables.rules.level_tolerance
    for column in draft.columns:
        pool = draft.found.pools[int(draft.found.pool[column.key])]
        topic, level, language, circle = pool.key
        if (topic, circle) != (wish.topic, wish.only_with) or levels_apart(wish.level, level) > tolerance:
            continue
        venue, start = int(draft.found.venue[column.key]), int(draft.found.start[column.key])
        highest = limits_of(tables, venue, column.instructor)[1]
        people = int(tables.people[list(column.wishes)].sum()) + wish.people
        own = tables.venues[venue].id == wish.venue if wish.venue else not tables.venues[venue].private
        if people > highest or not own or not agree(tables, [seeker.row], column.instructor):
            continue
        lacking = sorted(wish.needs - tables.venues[venue].features)
        further = int(np.ceil(seeker.metres[venue] - wish.reach_m))
        asked = [
            (ChangeCode.OTHER_HOUR, int(seeker.extra[start]), "", not seeker.suits[start]),
            (ChangeCode.FURTHER, further, "", not seeker.reached[venue]),
            (ChangeCode.VENUE_FEATURE, len(lacking), "+".join(lacking), bool(lacking)),
            (ChangeCode.OTHER_LANGUAGE, 1, language, language not in wish.languages),
        ]
        needed = [(code, amount, subject) for code, amount, subject, stands in asked if stands]
        if len(needed) == 1:
            yield _Option(*needed[0], None, level, venue, start, 0)


def _works(vacancies: Vacancies, seeker: Seeker, option: _Option) -> str | None:
    """The subject of the change where it makes a class with the wish worth having, else nothing."""
    gain = _gain(vacancies, seeker, option)
    if option.view is None:
        return option.subject if gain > 0 else None
    tables, wish = vacancies.tables, vacancies.tables.wishes[seeker.row]
    pool, load = option.view.pool, tables.rules.weights.load
    joins = pool.fits[:, option.venue] & tables.wish_start[pool.wishes, option.start] & (pool.wishes != seeker.row)
    people = wish.people + option.more
    for place in _instructors(vacancies, pool, option):
        row = _NEWCOMER if place == _NEWCOMER else int(pool.instructors[place])
        travel = 0.0 if row == _NEWCOMER else float(pool.travel[place, option.venue])
        before = 0 if row == _NEWCOMER else int(tables.loads[row] + vacancies.draft.sessions[row])
        if not agree(tables, [seeker.row], row):
            continue
        if row != _NEWCOMER and not vacancies.draft.in_time(row, option.venue, option.start):
            continue
        company = np.flatnonzero(joins & allowed_with(tables, pool.wishes, row))
        lowest, highest = limits_of(tables, option.venue, None if row == _NEWCOMER else row)
        if people > highest:
            continue
        sizes = tables.people[pool.wishes[company]]
        worth: Floats = pool.gain[company, option.venue] - tables.later(sizes, option.start)
        others, _ = best_group(worth, sizes, max(0, lowest - people), highest - people)
        won = others + gain - tables.rules.weights.class_cost - travel
        if won - load * before <= _LEAST:
            continue
        if won > _rivals(vacancies, seeker, option, row) + _LEAST:
            return _subject(vacancies, option, row, wish.needs)
    return None


def _rivals(vacancies: Vacancies, seeker: Seeker, option: _Option, instructor: int) -> float:
    """What others could make of the change, where it is not the wish itself that changes."""
    draft, tables = vacancies.draft, vacancies.tables
    wish = tables.wishes[seeker.row]
    match option.code:
        case ChangeCode.INSTRUCTOR_FOR_TOPIC:
            venue = tables.venues[option.venue]
            one = newcomer(tables.problem, wish, option.subject, venue.id, option.start)
            return best_without(draft, seeker.row, (one,), vacancies.rooms)
        case ChangeCode.ONE_MORE_SESSION:
            one = with_what_is_left(draft, instructor)
            more = replace(one, cap_per_week=one.cap_per_week + option.amount)
            return best_without(draft, seeker.row, (more,), vacancies.rooms)
        case ChangeCode.VENUE_FEATURE:
            room = vacancies.rooms[option.venue]
            better = replace(room, features=room.features | wish.needs)
            able = np.flatnonzero(vacancies.draft.instructor_start.any(axis=1)).tolist()
            left = tuple(with_what_is_left(draft, row) for row in able)
            return best_without(draft, seeker.row, left, (better,))
        case _:
            return -np.inf


def _gain(vacancies: Vacancies, seeker: Seeker, option: _Option) -> float:
    tables, weights = vacancies.tables, vacancies.tables.rules.weights
    wish = tables.wishes[seeker.row]
    reach = wish.reach_m + (option.amount if option.code is ChangeCode.FURTHER else 0)
    people = wish.people + option.more
    walking = weights.walking * float(seeker.metres[option.venue]) / max(reach, 1.0)
    apart = weights.level_step * levels_apart(wish.level, option.level)
    at_once = people * (float(tables.ahead[seeker.row]) - walking - apart)
    return at_once - float(tables.later(people, option.start))


def _instructors(vacancies: Vacancies, pool: Pool, option: _Option) -> list[int]:
    if option.code is ChangeCode.INSTRUCTOR_FOR_TOPIC:
        return [_NEWCOMER]
    session = option.code is ChangeCode.ONE_MORE_SESSION
    starts = vacancies.open if session else vacancies.draft.instructor_start
    able = np.flatnonzero(pool.near[:, option.venue] & starts[pool.instructors, option.start])
    week = vacancies.tables.rules.week_of(option.start)
    if session:
        able = able[vacancies.draft.caps[pool.instructors[able], week] == 0]
    order = np.argsort(pool.travel[able, option.venue], kind="stable")
    return [int(place) for place in able[order]]


def _subject(vacancies: Vacancies, option: _Option, instructor: int, needs: frozenset[str]) -> str:
    match option.code:
        case ChangeCode.ONE_MORE_SESSION:
            return vacancies.tables.instructors[instructor].id
        case ChangeCode.VENUE_FEATURE:
            return "+".join(sorted(needs - vacancies.tables.venues[option.venue].features))
        case _:
            return option.subject
