"""The doctor's invariants, built once: what they select depends on the moment only through its distance from now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.sql.visitors import replacement_traverse

from village_hub.kernel.clock import Clock
from village_hub.kernel.invariant import Invariant, Rows

THEN = datetime(2020, 2, 2, 2, 2, 2, 2, tzinfo=UTC)


def prepared(invariants: Iterable[Invariant], clock: Clock) -> tuple[Invariant, ...]:
    """The same invariants for many looks, each at what the clock says; building them costs more than asking them."""
    return tuple(_prepared(each, clock) for each in invariants)


def _prepared(known: Invariant, clock: Clock) -> Invariant:
    kept: list[Rows] = []

    def breaches(_: datetime) -> Rows:
        if not kept:
            kept.append(replacement_traverse(known.breaches(THEN), {}, _moving(clock)))  # type: ignore[call-overload]
        return kept[0]

    return replace(known, breaches=breaches)


def _moving(clock: Clock) -> Callable[[Any], Any]:
    def move(element: Any, **_: object) -> Any:
        if not isinstance(element, BindParameter) or not isinstance(element.value, datetime):
            return None
        distance = element.value - THEN
        return bindparam(None, callable_=lambda: clock.now() + distance, type_=element.type, unique=True)

    return move
