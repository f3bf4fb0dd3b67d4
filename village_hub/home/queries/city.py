"""The city at a glance: which villages need somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.learning_requests import queries as learning_requests
from village_hub.people import queries as people
from village_hub.people.queries import RoleKind
from village_hub.villages import queries as villages
from village_hub.villages.queries import VillageFacts


@dataclass(frozen=True, slots=True)
class VillageState:
    """How many requests wait in a village, how many past their promise, since when the longest."""

    village: VillageFacts
    waiting: int
    late: int
    since: datetime | None
    has_manager: bool

    @property
    def needs_somebody(self) -> bool:
        return self.late > 0 or not self.has_manager


def states(session: Session, now: datetime) -> list[VillageState]:
    """Every village, those that need somebody first."""
    waiting = learning_requests.waiting_by_village(session, now)
    managed = people.scopes_held(session, RoleKind.LEARNING_MANAGER, now)
    found = []
    for each in villages.villages(session):
        count, late, since = waiting.get(each.id, (0, 0, None))
        found.append(VillageState(each, count, late, since, has_manager=each.id in managed))
    return sorted(found, key=lambda each: (-each.late, each.has_manager, -each.waiting))
