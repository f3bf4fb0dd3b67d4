"""The story of the city's last weeks: what people do, in the order of time, up to now and no further."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from village_hub.demo.chance import Chance
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.errors import DomainError

ZONE = ZoneInfo("Asia/Seoul")

Outcome = TypeVar("Outcome")
#: Something that somebody does; it reads the time from the story.
Deed = Callable[[], object]


@dataclass
class Story:
    """Carries the transaction, the clock and the chance; whatever lies behind `until` is left to the living city."""

    session: Session
    clock: SettableClock
    chance: Chance
    until: datetime
    follow: Callable[[], None] = lambda: None
    _deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def moment(self, days: int, minutes: int = 0) -> datetime:
        """So many minutes after midnight of the day that is `days` after today, on the city's clock."""
        day = self.until.astimezone(ZONE).date() + timedelta(days=days)
        midnight = datetime.combine(day, time(), ZONE)
        return (midnight + timedelta(minutes=minutes)).astimezone(self.until.tzinfo)

    def day(self, moment: datetime) -> int:
        """How many days after today a moment is."""
        return (moment.astimezone(ZONE).date() - self.until.astimezone(ZONE).date()).days

    def at(self, moment: datetime, deed: Deed) -> None:
        """Have something done at a moment; what would lie in the past is done next."""
        heapq.heappush(self._deeds, (moment, next(self._number), deed))

    def later(self, deed: Deed, *, hours: tuple[int, int]) -> None:
        """Have something done after some hours, in the daytime."""
        moment = self.now + timedelta(minutes=self.chance.between(hours[0] * 60, hours[1] * 60))
        local = moment.astimezone(ZONE)
        if not 8 <= local.hour < 21:
            moment += timedelta(hours=(8 - local.hour) % 24, minutes=self.chance.between(0, 150))
        self.at(moment, deed)

    def tell(self) -> None:
        """Let everything happen that happens until now; its consequences follow at once."""
        while self._deeds and self._deeds[0][0] <= self.until:
            moment, _, deed = heapq.heappop(self._deeds)
            self.clock.moment = max(moment, self.clock.moment)
            deed()
            self.follow()
        self.clock.moment = self.until

    def attempt(self, deed: Callable[[], Outcome]) -> Outcome | None:
        """What came of a deed that refuses, if it does, before it has written anything; None where it was refused."""
        try:
            return deed()
        except DomainError:
            return None

    def attempt_wholly(self, deed: Callable[[], Outcome]) -> Outcome | None:
        """The same for a deed that may be refused half-way: a refusal leaves no trace."""
        try:
            with self.session.begin_nested():
                return deed()
        except DomainError:
            return None
