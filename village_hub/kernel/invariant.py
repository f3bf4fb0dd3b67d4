"""An invariant: what must be true of everything stored at any moment, as a query that must find nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from village_hub.kernel.errors import N_

#: What an invariant selects: any columns.
Rows = Select[*tuple[Any, ...]]
#: Breaches of one invariant that are named one by one; the others are only counted.
NAMED = 20

#: What an operator does where rows disagree that only the use cases write.
RESTORE = N_("Restore the latest backup in which this holds, and report the fault: rows were lost or changed by hand.")
#: What an operator does where a consequence is missing.
RESTART = N_("Restart the worker and look again in five minutes. If this stays, report the fault with what is named.")
#: What an operator does where nobody has to be told anything yet.
REPORT = N_("Report the fault with what is named here; meanwhile the village can go on working.")


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule that no commit may leave broken.

    `breaches(now)` selects what breaks it, one row each: the first column names the thing, the others say how.
    """

    name: str
    rule: str
    remedy: str
    breaches: Callable[[datetime], Rows]


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken invariant: how many things break it, and the first of them as column and value."""

    invariant: Invariant
    count: int
    named: tuple[dict[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """For monitoring: the rule in English, and what breaks it."""
        return {"name": self.invariant.name, "rule": self.invariant.rule, "count": self.count, "named": self.named}


def invariant(rule: str, remedy: str) -> Callable[[Callable[[datetime], Rows]], Invariant]:
    """Declare an invariant: what must be true, and what an operator does where it is not, both as messages.

    It is called after its capability and its function, such as `schedules.nobody_is_taken_twice`.
    """

    def declare(breaches: Callable[[datetime], Rows]) -> Invariant:
        capability = breaches.__module__.rpartition(".")[0].rpartition(".")[2]
        return Invariant(f"{capability}.{breaches.__name__}", rule, remedy, breaches)

    return declare


def broken(session: Session, invariants: Iterable[Invariant], *, now: datetime) -> Iterator[Breach]:
    """Look at every invariant in turn and yield those that do not hold; one query each."""
    for each in invariants:
        rows = session.execute(each.breaches(now)).mappings()
        named = tuple({name: str(value) for name, value in row.items()} for row in islice(rows, NAMED))
        if named:
            yield Breach(each, len(named) + sum(1 for _ in rows), named)


def twice(*columns: InstrumentedAttribute[Any], where: SQLColumnExpression[bool] | None = None) -> Rows:
    """What is there more than once although it may be only once; rows without a value count for nothing."""
    counted = select(*columns, func.count().label("count")).where(*(each.is_not(None) for each in columns))
    return (counted if where is None else counted.where(where)).group_by(*columns).having(func.count() > 1)


def any_of(*breaches: Rows) -> Rows:
    """What breaks a rule in one of several ways; all of them have the same columns."""
    return select(union_all(*breaches).subquery())
