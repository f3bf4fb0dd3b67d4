"""What is known of a city's past: everything that a replay may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from village_hub.learning_requests.queries import Recorded, Rules, Served
from village_hub.matching.engine import Point
from village_hub.places.queries import Span, VenueFacts
from village_hub.talents.queries import RecordedOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Requests with their days, offers and rooms, and who or what was taken otherwise.

    `taken_people` and `taken_venues` are half hours since 1970-01-01T00:00Z. `refusals` are (request, instructor,
    since when). `population` is by district, `districts` says where whoever asks lives. `rulebook` begins with what
    held before its first day, the earliest first.
    """

    zone: ZoneInfo
    origin: Point
    requests: tuple[Recorded, ...]
    offers: tuple[RecordedOffer, ...]
    venues: tuple[VenueFacts, ...]
    hours: Mapping[UUID, tuple[Span, ...]]
    taken_people: Mapping[UUID, set[int]]
    taken_venues: Mapping[UUID, set[int]]
    refusals: tuple[tuple[UUID, UUID, datetime], ...]
    served_before: tuple[Served, ...]
    districts: Mapping[UUID, UUID]
    population: Mapping[UUID, int]
    rulebook: tuple[tuple[date, Rules], ...]

    def rules(self, day: date) -> Rules:
        """The rules that were in force on a day."""
        return [rules for first, rules in self.rulebook if first <= day][-1]
