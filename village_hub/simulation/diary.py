"""What happened, written down in the same way by both modes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(slots=True)
class Asked:
    """One question; `outcome` is accepted, declined, expired or withdrawn, and open until then."""

    group: Hashable
    instructor: UUID
    at: datetime
    outcome: str = "open"


@dataclass
class Diary:
    """Wishes, questions, lectures and runs; `caps` says how often each instructor wants to teach in a week."""

    caps: Mapping[UUID, int]
    zone: ZoneInfo
    wished: dict[Hashable, datetime] = field(default_factory=dict)
    served: dict[Hashable, datetime] = field(default_factory=dict)
    asked: dict[Hashable, Asked] = field(default_factory=dict)
    hours_to_yes: list[float] = field(default_factory=list)
    people: int = 0
    attended: int = 0
    absent: int = 0
    runs: int = 0
    value: float = 0.0
    bound: float = 0.0
    _began: dict[Hashable, datetime] = field(default_factory=dict)
    _times: Counter[UUID] = field(default_factory=Counter)

    def wish(self, wish: Hashable, at: datetime) -> None:
        """Somebody has said what they want to learn."""
        self.wished[wish] = at

    def ask(self, question: Hashable, group: Hashable, instructor: UUID, at: datetime) -> int:
        """A question leaves; returns how many this instructor was asked before it."""
        self.asked[question] = Asked(group, instructor, at)
        self._began.setdefault(group, at)
        self._times[instructor] += 1
        return self._times[instructor] - 1

    def end(self, question: Hashable, outcome: str) -> None:
        """A question ends without taking the group."""
        self.asked[question].outcome = outcome

    def take(self, question: Hashable, wishes: Iterable[Hashable], people: int, at: datetime) -> None:
        """A yes that takes the group."""
        yes = self.asked[question]
        yes.outcome = "accepted"
        self.hours_to_yes.append((at - self._began[yes.group]).total_seconds() / 3600)
        self.served |= dict.fromkeys(wishes, at)
        self.people += people

    def run(self, value: float, bound: float) -> None:
        """Matches were looked for: what the plan is worth, and what no plan can be worth more than."""
        self.runs += 1
        self.value += value
        self.bound += bound

    def attend(self, *, came: bool) -> None:
        """Somebody with a seat was there, or was not."""
        self.attended += came
        self.absent += not came

    def beyond_caps(self, a_month: int) -> int:
        """How many questions were more than an instructor wants in a week, or `a_month` in a month.

        A group counts once for each instructor, as it does in the rules of asking.
        """
        periods = Counter[tuple[UUID, str]]()
        seen = set[tuple[UUID, Hashable, str]]()
        beyond = 0
        for each in self.asked.values():
            local = each.at.astimezone(self.zone)
            caps = {f"{local:%G-W%V}": self.caps[each.instructor], f"{local:%Y-%m}": a_month}
            new = {period: cap for period, cap in caps.items() if (each.instructor, each.group, period) not in seen}
            seen |= {(each.instructor, each.group, period) for period in new}
            periods.update((each.instructor, period) for period in new)
            beyond += any(periods[each.instructor, period] > cap for period, cap in new.items())
        return beyond
