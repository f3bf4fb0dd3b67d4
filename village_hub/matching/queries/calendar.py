"""The half hours of a run's horizon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import chain
from zoneinfo import ZoneInfo

HALF_HOUR = timedelta(minutes=30)
SLOTS_A_DAY = 48

Weekly = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Calendar:
    """The horizon of a run: half-hour slots counted from `start`, and when each local day begins among them."""

    start: datetime
    days: int
    zone: ZoneInfo

    @property
    def end(self) -> datetime:
        return self.start + self.days * SLOTS_A_DAY * HALF_HOUR

    @cached_property
    def dates(self) -> tuple[tuple[date, int], ...]:
        first = self.start.astimezone(self.zone).date()
        each = [first + timedelta(days=number) for number in range(self.days)]
        midnights = [datetime.combine(day, time(), self.zone) for day in each]
        return tuple((day, (night - self.start) // HALF_HOUR) for day, night in zip(each, midnights, strict=True))

    def slots(self, weekly: Weekly, first: date = date.min, last: date = date.max) -> frozenset[int]:
        """The slots that lie wholly within spans of the week, from the first to the last day."""
        spans = [
            range(midnight + -(-starts // 30), midnight + ends // 30)
            for day, midnight in self.dates
            if first <= day <= last
            for weekday, starts, ends in weekly
            if weekday == day.weekday()
        ]
        return frozenset(chain.from_iterable(spans))

    def slot(self, moment: datetime) -> int:
        """The slot that a moment lies in."""
        return (moment - self.start) // HALF_HOUR

    def moment(self, slot: int) -> datetime:
        """When a slot begins."""
        return self.start + slot * HALF_HOUR
