"""Figures by village and month, with too small groups hidden, and the rows behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from village_hub.reporting.models import Fact, Measure

#: Figures about fewer people than this are not shown.
SMALLEST_GROUP = 5
Key = TypeVar("Key", bound=Hashable)


class Figure(StrEnum):
    """What a page shows."""

    REQUESTS = "requests"
    DAYS = "days"
    MATCH_RATE = "match_rate"
    SEATS = "seats"
    ATTENDANCE = "attendance"
    HOURS = "hours"


#: The rows that a figure is made of.
MADE_OF = {
    Figure.REQUESTS: Measure.REQUESTS,
    Figure.DAYS: Measure.MATCHES,
    Figure.MATCH_RATE: Measure.REQUESTS,
    Figure.SEATS: Measure.SEATS,
    Figure.ATTENDANCE: Measure.ATTENDANCE,
    Figure.HOURS: Measure.HOURS,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows are looked at: months from first to last; villages None means all, and what belongs to none."""

    first: date
    last: date
    villages: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it may be shown: `value` is None where there are no rows, and where the group is too small."""

    value: float | None
    amount: int = 0
    of: int = 0
    people: int = 0
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a figure."""

    day: date
    village_id: UUID | None
    amount: int
    of: int
    link: str


Figures = dict[Figure, Shown]


def total(session: Session, scope: Scope) -> Figures:
    """The figures of everything in the scope together."""
    return _grouped(session, scope, None).get(None, dict.fromkeys(Figure, Shown(None)))


def by_village(session: Session, scope: Scope) -> dict[UUID | None, Figures]:
    """The figures of each village; what belongs to no village stands under None."""
    return _grouped(session, scope, Fact.village_id)


def by_month(session: Session, scope: Scope) -> dict[date, Figures]:
    """The figures of each month in which something was, the first month first."""
    found: dict[date, Figures] = _grouped(session, scope, Fact.month)
    return dict(sorted(found.items()))


def rows(session: Session, figure: Figure, scope: Scope, *, limit: int = 50, skip: int = 0) -> list[Row]:
    """The rows that a figure is made of, the newest first; none where the figure itself is hidden."""
    if total(session, scope)[figure].is_hidden:
        return []
    query = select(Fact.day, Fact.village_id, Fact.amount, Fact.of, Fact.link).where(_of(figure, scope))
    ordered = query.order_by(Fact.day.desc(), Fact.key).limit(limit).offset(skip)
    return [Row(*row) for row in session.execute(ordered)]


def number_of_rows(session: Session, figure: Figure, scope: Scope) -> int:
    """How many rows a figure is made of."""
    return session.scalar(select(func.count()).select_from(Fact).where(_of(figure, scope))) or 0


def hide_small(shown: Mapping[Key, Shown]) -> dict[Key, Shown]:
    """Groups under five are hidden; one alone could be found by subtraction, so the next smallest goes with it."""
    small = {key for key, each in shown.items() if 0 < each.people < SMALLEST_GROUP}
    others = sorted((each.people, str(key), key) for key, each in shown.items() if key not in small and each.people)
    if len(small) == 1 and others:
        small.add(others[0][2])
    return {
        key: Shown(None, people=each.people, is_hidden=True) if key in small else each for key, each in shown.items()
    }


def _grouped(session: Session, scope: Scope, by: InstrumentedAttribute[Any] | None) -> dict[Any, Figures]:
    keys = [by] if by is not None else []
    people = func.coalesce(func.nullif(func.count(Fact.person_id.distinct()), 0), func.sum(Fact.people))
    sums = (func.count(), func.sum(Fact.amount), func.sum(Fact.of), people)
    tallies: dict[Any, dict[str, tuple[int, int, int, int]]] = defaultdict(dict)
    query = select(Fact.measure, *sums, *keys).where(_within(scope)).group_by(Fact.measure, *keys)
    for measure, count, amount, of, number, *key in session.execute(query):
        tallies[key[0] if key else None][measure] = (count, amount, of, number)
    waits: dict[Any, list[int]] = defaultdict(list)
    waited = select(Fact.amount, *keys).where(_within(scope), Fact.measure == Measure.MATCHES)
    for hours, *key in session.execute(waited):
        waits[key[0] if key else None].append(hours)
    counted = {key: _figures(found, waits[key]) for key, found in tallies.items()}
    hidden = {each: hide_small({key: figures[each] for key, figures in counted.items()}) for each in Figure}
    return {key: {each: hidden[each][key] for each in Figure} for key in counted}


def _figures(tallies: Mapping[str, tuple[int, int, int, int]], waits: Sequence[int]) -> Figures:
    nothing = (0, 0, 0, 0)
    requests, _, _, asking = tallies.get(Measure.REQUESTS, nothing)
    matches, _, _, matched = tallies.get(Measure.MATCHES, nothing)
    _, minutes, _, givers = tallies.get(Measure.HOURS, nothing)
    return {
        Figure.REQUESTS: Shown(requests, requests, requests, asking) if requests else Shown(None),
        Figure.DAYS: Shown(median(waits) / 24, matches, matches, matched) if waits else Shown(None),
        Figure.MATCH_RATE: _share(matches, requests, asking),
        Figure.SEATS: _share(*tallies.get(Measure.SEATS, nothing)[1:]),
        Figure.ATTENDANCE: _share(*tallies.get(Measure.ATTENDANCE, nothing)[1:]),
        Figure.HOURS: Shown(minutes, minutes, minutes, givers) if minutes else Shown(None),
    }


def _share(amount: int, of: int, people: int) -> Shown:
    return Shown(amount / of, amount, of, people) if of else Shown(None)


def _within(scope: Scope) -> ColumnElement[bool]:
    months = Fact.month.between(scope.first, scope.last)
    return months if scope.villages is None else and_(months, Fact.village_id.in_(scope.villages))


def _of(figure: Figure, scope: Scope) -> ColumnElement[bool]:
    return and_(_within(scope), Fact.measure == MADE_OF[figure])
