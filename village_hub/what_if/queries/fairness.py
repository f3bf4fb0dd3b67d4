"""How fair the match runs were; small groups are hidden, also against subtraction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching
from village_hub.reporting.queries import Shown, hide_small
from village_hub.what_if.engine.fairness import Asking
from village_hub.what_if.models import Fairness

#: Groups of people that the database knows.
GROUPS = ("first_time", "access_needs", "other_language", "alone")


@dataclass(frozen=True, slots=True)
class Part:
    """One district, or the people (not) of a group: how many of them are served."""

    by: str
    key: str
    shown: Shown
    longest_wait: int


@dataclass(frozen=True, slots=True)
class FairnessFacts:
    """How fair one run was; the price lies between `price` and `price_at_most`, in served people."""

    run_id: UUID
    measured_at: datetime
    people: int
    served: int
    longest_wait: int
    load_gini: float
    load_busiest: float
    plain_value: float
    plain_without: float
    plain_bound: float
    shares: list[dict[str, Any]]
    has_rows: bool

    @property
    def share(self) -> float:
        """Of the people who waited, those whom the plan serves."""
        return self.served / self.people if self.people else 0.0

    @property
    def price(self) -> float:
        """What a plan without fairness is known to gain."""
        return max(0.0, self.plain_without - self.plain_value)

    @property
    def price_at_most(self) -> float:
        """What no plan without fairness can gain more than."""
        return max(0.0, self.plain_bound - self.plain_value)

    def parts(self, by: str) -> list[Part]:
        """The districts, or the people of a group beside all others, each as it may be shown."""
        mine = {each["key"]: each for each in self.shares if each["by"] == by}
        shown = hide_small(
            {
                key: Shown(each["served"] / each["people"], each["served"], each["people"], each["people"])
                for key, each in mine.items()
            }
        )
        return [Part(by, key, each, mine[key]["longest_wait"]) for key, each in shown.items()]


@dataclass(frozen=True, slots=True)
class Row:
    """One request behind a share."""

    request_id: UUID
    people: int
    waited: int
    served: bool


def fairness(session: Session, limit: int = 40) -> list[FairnessFacts]:
    """The newest measured runs first."""
    newest = _all().order_by(Fairness.measured_at.desc(), Fairness.run_id.desc())
    return [FairnessFacts(**row._mapping) for row in session.execute(newest.limit(limit))]


def fairness_of(session: Session, run_id: UUID | None) -> FairnessFacts | None:
    """How fair one run was, the newest one unless it is named; None where it was not measured."""
    if run_id is None:
        return next(iter(fairness(session, limit=1)), None)
    row = session.execute(_all().where(Fairness.run_id == run_id)).one_or_none()
    return FairnessFacts(**row._mapping) if row else None


def rows(session: Session, facts: FairnessFacts, by: str, key: str) -> list[Row]:
    """The requests behind a share, the longest wait first; none where the share itself is hidden."""
    shown = {each.key: each.shown for each in facts.parts(by)}
    if key not in shown or shown[key].is_hidden:
        return []
    kept = session.scalar(select(Fairness.rows).where(Fairness.run_id == facts.run_id)) or []
    found = [each for each in kept if _is_of(each, by, key)]
    ordered = sorted(found, key=lambda each: (-each["waited"], each["request_id"]))
    return [Row(UUID(each["request_id"]), each["people"], each["waited"], each["served"]) for each in ordered]


def asking(session: Session, seen: matching.Snapshot) -> list[Asking]:
    """The requests of a run with what the database knows of their people."""
    rules = learning_requests.rules(session, seen.taken_at)
    requesters = [each.requester_id for each in seen.wishes.values()]
    left_out = matching.left_out(session, requesters, rules, seen.taken_at)
    return [
        Asking(
            str(each.id),
            each.people,
            max(0, (seen.taken_at - each.waiting_since).days),
            str(left_out.districts.get(each.requester_id, "")),
            tuple(_groups(each, left_out)),
        )
        for each in seen.wishes.values()
    ]


def _all() -> Select[*tuple[Any, ...]]:
    columns = [getattr(Fairness, name) for name in FairnessFacts.__slots__ if name != "has_rows"]
    return select(*columns, Fairness.rows.is_not(None).label("has_rows"))


def _groups(each: learning_requests.Wish, left_out: matching.LeftOut) -> Iterable[str]:
    known = {
        "first_time": each.requester_id not in left_out.served,
        "access_needs": bool(each.needs),
        "other_language": each.language != "ko",
        "alone": each.people == 1,
    }
    return (group for group in GROUPS if known[group])


def _is_of(row: dict[str, Any], by: str, key: str) -> bool:
    return bool(row["district"] == key if by == "district" else (by in row["groups"]) == (key == "yes"))
