"""The week as people fill it in: seven days of three parts, as the week grid shows them."""

from __future__ import annotations

from collections.abc import Iterable

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: The parts of a day that the week grid names, in minutes since midnight.
PARTS = {"morning": (540, 720), "afternoon": (780, 1020), "evening": (1080, 1260)}
#: Everything that can be ticked, such as `mon-morning`.
TICKS = tuple(f"{day}-{part}" for day in DAYS for part in PARTS)

#: A weekday (0 = Monday) with the minutes since midnight when it starts and ends.
Span = tuple[int, int, int]


def spans_of(ticks: Iterable[str]) -> tuple[Span, ...]:
    """The ticks of a week grid as spans."""
    found = (each.split("-") for each in ticks)
    return tuple((DAYS.index(day), *PARTS[part]) for day, part in found)


def ticks_of(spans: Iterable[Span]) -> list[str]:
    """Those spans that the week grid can show."""
    parts = {span: part for part, span in PARTS.items()}
    return [f"{DAYS[day]}-{parts[starts, ends]}" for day, starts, ends in spans if (starts, ends) in parts]
